/**
 * API keys that callers send in a header, a query parameter or a cookie.
 *
 * @module
 */
import type { IncomingAuthentication, IncomingKey } from "../../plan/incoming.ts";
import type { FixedText } from "../../upstream/operation.ts";
import type { Authenticate } from "./authenticator.ts";
import type { Matches } from "./compare.ts";
import { challenge, Refusal } from "./refusal.ts";

/** A cookie of a request, by its exact name. */
function cookie(request: Request, name: string): string | null {
  for (const pair of request.headers.get("cookie")?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim().replace(/^"(.*)"$/, "$1");
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  }
  return null;
}

function reader({ placement, name }: IncomingKey): (request: Request) => string | null {
  if (placement === "header") return (request) => request.headers.get(name);
  if (placement === "cookie") return (request) => cookie(request, name);
  return ({ url }) => {
    const start = url.indexOf("?");
    return start < 0 ? null : new URLSearchParams(url.slice(start)).get(name);
  };
}

/**
 * Asks for API keys; all of them, where several are declared.
 *
 * @param declared What is expected.
 * @param realm The name of the surface.
 * @param expect Makes comparisons.
 */
export function apiKey(
  declared: Extract<IncomingAuthentication, { type: "apikey" }>,
  realm: string,
  expect: (...expected: readonly FixedText[]) => Matches,
): Authenticate {
  const keys = declared.keys.map((key) => ({ read: reader(key), matches: expect(key.value) }));
  const places = declared.keys.map(({ name, placement }) =>
    placement === "query" ? `the query parameter ${name}` : `the ${placement} ${name}`
  );
  const names = declared.keys.map(({ name }) => name).join(" ");
  const caller = { id: names, scheme: "apikey" };
  const refusal = {
    status: 401,
    // No scheme is registered for keys; a challenge there must be (RFC 9110 §15.5.2).
    challenges: [
      challenge("ApiKey", [["realm", realm], ["name", names], ["in", declared.keys[0]!.placement]]),
    ],
    detail: `Send the key of this server in ${places.join(" and ")}.`,
  } as const;
  const missing = new Refusal(refusal), wrong = new Refusal({ ...refusal, guess: "" });
  return (request) => {
    let absent = 0, right = true;
    for (const { read, matches } of keys) {
      const sent = read(request);
      if (!sent) absent++;
      right = matches(sent ?? "") && right;
    }
    if (absent === keys.length) return missing;
    return right && absent === 0 ? caller : wrong;
  };
}
