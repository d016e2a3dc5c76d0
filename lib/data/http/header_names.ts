/**
 * Headers that are about a connection or about the client, and not about what is said over it.
 *
 * @module
 */

/** Headers about one connection, in small letters: nobody in between passes them on (RFC 9110, 7.6.1). */
export const CONNECTION_HEADERS: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers of a request that the HTTP client writes itself, in small letters: no document and no caller sets them. */
export const CLIENT_HEADERS: ReadonlySet<string> = new Set([
  ...CONNECTION_HEADERS,
  "accept-encoding",
  "content-length",
  "date",
  "expect",
  "host",
  "proxy-authorization",
]);
