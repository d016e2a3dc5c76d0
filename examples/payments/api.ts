// deno-lint-ignore-file no-console
/**
 * A small payments API to watch a capability against: in memory, bearer-protected, paged, with one route that
 * always fails and one that leads astray.
 *
 * @module
 */

/** One transaction, as the API tells it. */
export interface Transaction {
  readonly id: string;
  readonly amount: { readonly value: number; readonly currency: string };
  readonly status: "succeeded" | "pending" | "failed";
  readonly customer: { readonly id: string; readonly name: string; readonly email: string };
  readonly created_at: string;
  readonly description: string;
  readonly failure?: { readonly reason: string };
}

const NAMES = [
  "Ada Okafor",
  "Bruno Silva",
  "Chen Wei",
  "Daria Novak",
  "Emil Larsen",
  "Fatima Zahra",
  "Grace Kim",
  "Hugo Martin",
  "Ines Costa",
  "Jonas Weber",
];
const ITEMS = [
  "Espresso beans 1 kg",
  "Ceramic filter",
  "Gift card",
  "Monthly subscription",
  "Grinder service",
  "Workshop seat",
];
const REASONS = ["card_declined", "insufficient_funds", "expired_card"];

/** A repeatable sequence of numbers from 0 up to 1 (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same few hundred transactions at every start, newest first. */
export function makeTransactions(count = 320): Transaction[] {
  const next = sequence(20261), out: Transaction[] = [];
  let at = Date.UTC(2026, 2, 31, 17, 42);
  for (let i = count; i >= 1; i--) {
    const who = Math.floor(next() * NAMES.length), dice = next();
    const status = dice < 0.86 ? "succeeded" : dice < 0.94 ? "pending" : "failed";
    const name = NAMES[who]!;
    out.push({
      id: `txn_${String(i).padStart(4, "0")}`,
      amount: {
        value: Math.round((4 + next() ** 3 * 240) * 100) / 100,
        currency: next() < 0.8 ? "EUR" : "USD",
      },
      status,
      customer: {
        id: `cus_${who + 1}`,
        name,
        email: `${name.toLowerCase().replace(/[^a-z]+/g, ".")}@example.com`,
      },
      created_at: new Date(at).toISOString(),
      description: ITEMS[Math.floor(next() * ITEMS.length)]!,
      ...(status === "failed" ? { failure: { reason: REASONS[Math.floor(next() * REASONS.length)]! } } : {}),
    });
    at -= Math.floor((5 + next() * 240) * 60_000);
  }
  return out;
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

/** How a payments API is set up. */
export interface PaymentsApiOptions {
  /** What it knows. */
  readonly transactions?: readonly Transaction[];
  /** Where `/v2/exports/latest` sends those who ask for it: an address no capability declares. */
  readonly elsewhere?: string;
}

/**
 * Answers a request to the payments API.
 *
 * @param token The bearer token it asks for.
 * @param options What it knows, and where it leads astray.
 */
export function createPaymentsApi(
  token: string,
  { transactions = makeTransactions(), elsewhere = "http://elsewhere.example" }: PaymentsApiOptions = {},
): (request: Request) => Response {
  return (request) => {
    const url = new URL(request.url);
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return json(
        { error: { type: "authentication_error", message: "A valid bearer token is required." } },
        401,
        { "www-authenticate": 'Bearer realm="payments"' },
      );
    }
    if (request.method !== "GET") {
      return json({ error: { type: "method_not_allowed" } }, 405, { allow: "GET" });
    }
    if (url.pathname === "/v2/transactions") {
      const limit = Math.min(100, Math.max(1, Number(url.searchParams.get("limit")) || 20));
      const page = Math.max(1, Number(url.searchParams.get("page")) || 1);
      const status = url.searchParams.get("status");
      const all = status === null ? transactions : transactions.filter((t) => t.status === status);
      const data = all.slice((page - 1) * limit, page * limit);
      return json({ object: "list", data, page, total: all.length, has_more: page * limit < all.length });
    }
    const one = /^\/v2\/transactions\/([^/]+)$/.exec(url.pathname);
    if (one) {
      const found = transactions.find((t) => t.id === decodeURIComponent(one[1]!));
      return found
        ? json(found)
        : json({ error: { type: "not_found", message: `No transaction ${one[1]}` } }, 404);
    }
    if (url.pathname === "/v2/reports/daily") {
      return json(
        { error: { type: "report_unavailable", message: "The report service is being rebuilt." } },
        500,
      );
    }
    if (url.pathname === "/v2/exports/latest") {
      return new Response(null, { status: 302, headers: { location: `${elsewhere}/collect` } });
    }
    return json({ error: { type: "not_found", message: `No route ${url.pathname}` } }, 404);
  };
}

if (import.meta.main) {
  const token = Deno.env.get("PAYMENTS_TOKEN") ?? "demo-token";
  Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 4010,
      onListen: ({ hostname, port }) => console.error(`payments API on http://${hostname}:${port}/v2`),
    },
    createPaymentsApi(token),
  );
}
