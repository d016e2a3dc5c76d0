/**
 * Replaying: answers that were written down take the place of APIs.
 *
 * @module
 */

/** An answer that was written down, with the request it belongs to. */
export interface ReplayedAnswer {
  /** The method of the request; `GET` when left out. */
  readonly method?: string;
  /** The whole address of the request. The order of its query does not matter. */
  readonly url: string;
  /** The status; 200 when left out. */
  readonly status?: number;
  /** The headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A text or bytes are sent as they are; anything else is sent as JSON. */
  readonly body?: unknown;
}

/** A stand-in for every API, with what it was asked. */
export interface Replay {
  /** Answers a request; give it to `memoryHost`. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Every request, in order, its body unread. */
  readonly requests: readonly Request[];
  /** Answers that nobody has asked for yet. */
  unused(): readonly ReplayedAnswer[];
}

function keyOf(method: string, address: string): string {
  const url = new URL(address);
  url.searchParams.sort();
  url.hash = "";
  return `${method.toUpperCase()} ${url.href}`;
}

function responseOf({ status = 200, headers = {}, body }: ReplayedAnswer): Response {
  if (body === undefined || [204, 205, 304].includes(status)) return new Response(null, { status, headers });
  return typeof body === "string" || body instanceof Uint8Array
    ? new Response(body as BodyInit, { status, headers })
    : Response.json(body, { status, headers });
}

/**
 * Makes a stand-in for every API: requests are given the answers that were written down for them, in order; the last
 * one again and again.
 *
 * @param answers The answers.
 * @returns What `memoryHost` takes as `fetch`. A request that no answer was written down for fails as an API that
 * cannot be reached, and its message names the request.
 *
 * @example Testing a capability without its API
 * ```ts
 * import { compileCapability, readSpecification } from "@capstan/capstan";
 * import { memoryHost, replay } from "@capstan/capstan/testing";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - type: http
 *       namespace: shop
 *       baseUri: https://api.example.com/v1
 *       resources:
 *         orders:
 *           path: /orders/{{id}}
 *           operations:
 *             get-order: { method: GET }
 * `,
 * });
 * const api = replay([{ url: "https://api.example.com/v1/orders/7", body: { id: 7 } }]);
 * await using capability = await compileCapability(spec, { host: memoryHost(api) });
 * assert.deepEqual(await capability.call("shop.get-order", { id: "7" }), { id: 7 });
 * assert.deepEqual(api.unused(), []);
 * ```
 */
export function replay(answers: readonly ReplayedAnswer[]): Replay {
  const waiting = new Map<string, ReplayedAnswer[]>(), used = new Set<ReplayedAnswer>();
  for (const answer of answers) {
    const key = keyOf(answer.method ?? "GET", answer.url), known = waiting.get(key);
    if (known) known.push(answer);
    else waiting.set(key, [answer]);
  }
  const requests: Request[] = [];
  return {
    requests,
    // deno-lint-ignore require-await -- what fails in it rejects
    async fetch(request) {
      requests.push(request);
      const key = keyOf(request.method, request.url), left = waiting.get(key);
      if (!left) throw new TypeError(`no answer was written down for ${key}`);
      const answer = left.length > 1 ? left.shift()! : left[0]!;
      used.add(answer);
      return responseOf(answer);
    },
    unused: () => answers.filter((answer) => !used.has(answer)),
  };
}
