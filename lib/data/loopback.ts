/**
 * Which hosts are this machine, and nobody else's: decided here for listening, for the check of Host and Origin, and for
 * credentials that would travel in clear text.
 *
 * @module
 */

const LOOPBACK_V4 = /^127(?:\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$/;

/**
 * Whether a host can be reached from this machine alone: `localhost`, 127.0.0.0/8 and ::1, and no other. A name such as
 * `x.localhost` is a name like any other: who answers to it is decided by whoever looks it up.
 *
 * @param host A host in lower case, without port; an IPv6 address with or without brackets.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isLoopback } from "./loopback.ts";
 *
 * assert.equal(isLoopback("127.0.0.53"), true);
 * assert.equal(isLoopback("shop.localhost"), false);
 * ```
 */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || LOOPBACK_V4.test(host);
}
