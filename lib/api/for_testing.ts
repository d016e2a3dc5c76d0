/**
 * Testing capabilities: a host in memory, and answers that were written down in the place of APIs.
 *
 * @example A test that reaches nothing
 * ```ts
 * import { compileCapability, readSpecification } from "@capstan/capstan";
 * import { memoryHost } from "@capstan/capstan/testing";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - type: http
 *       namespace: shop
 *       baseUri: https://api.example.com
 *       authentication: { type: bearer, token: "{{TOKEN}}" }
 *       resources:
 *         me: { path: /me, operations: { who: { method: GET } } }
 * `,
 * });
 * const host = memoryHost({
 *   env: { TOKEN: "t" },
 *   fetch: (request) => Response.json({ sent: request.headers.get("authorization") }),
 * });
 * await using capability = await compileCapability(spec, { host });
 * assert.deepEqual(await capability.call("shop.who"), { sent: "Bearer t" });
 * ```
 *
 * @module
 */
export type {
  AcceptedConnection,
  Acceptor,
  Connection,
  ConnectOptions,
  Entry,
  Host,
  ListenPlace,
  LogEntry,
  SecureOptions,
} from "../host/host.ts";
export { type MemoryHost, memoryHost, type MemoryWorld } from "../host/memory.ts";
export { type Replay, replay, type ReplayedAnswer } from "../host/replay.ts";
