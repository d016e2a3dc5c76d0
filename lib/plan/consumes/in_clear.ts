/**
 * Credentials that would travel without encryption.
 *
 * @module
 */
import type { Base, Credential, FixedText } from "../../upstream/operation.ts";
import { holdsSecret } from "../../upstream/value.ts";

/** A host whose traffic does not leave this machine. */
export const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i;

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
  if (url?.protocol !== "http:" || LOOPBACK.test(url.hostname)) return undefined;
  const secret = credentials.length > 0 || fixedHeaders.some(({ value }) => holdsSecret(value)) ||
    base.query?.some(({ credential }) => credential) === true;
  return secret ? url.host : undefined;
}
