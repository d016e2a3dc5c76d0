/**
 * Credentials that would travel without encryption.
 *
 * @module
 */
import { isLoopback } from "../../data/loopback.ts";
import type { Base, Credential, FixedText } from "../../upstream/operation.ts";
import { holdsSecret } from "../../upstream/value.ts";

/**
 * The host to which credentials would go over plain http, where whoever stands between reads them.
 *
 * @param api Where it is, and what proves who calls it.
 * @returns Undefined where nothing secret is sent, or not in clear text.
 */
export function clearTextHost(api: {
  readonly base: Base;
  readonly credentials: readonly Credential[];
  readonly fixedHeaders: readonly { readonly value: FixedText }[];
}): string | undefined {
  const { base, credentials, fixedHeaders } = api, url = URL.parse(base.origin);
  if (url?.protocol !== "http:" || isLoopback(url.hostname)) return undefined;
  const secret = credentials.length > 0 || fixedHeaders.some(({ value }) => holdsSecret(value)) ||
    base.query?.some(({ credential }) => credential) === true;
  return secret ? url.host : undefined;
}
