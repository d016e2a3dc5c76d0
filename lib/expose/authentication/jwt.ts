/**
 * Access tokens that are JWTs (RFC 9068), checked with the public keys of their issuer.
 *
 * @module
 */
import type { CompactVerifyGetKey } from "jose";
import type { IncomingOAuth2 } from "../../plan/incoming.ts";
import type { Send } from "./authenticator.ts";
import type { Claims } from "./claims.ts";
import { messageOf, type ServerMetadata, Unavailable } from "./server_metadata.ts";

/** Signatures that only the holder of a private key can make. No `none`, and nothing with a shared secret. */
export const ASYMMETRIC_ALGORITHMS: readonly string[] = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/** After how long keys are asked for again, in milliseconds. */
const KEYS_MS = 600_000;
/** How often a key that nobody knows may lead to another question, in milliseconds. */
const COOLDOWN_MS = 5000;
/** How long keys are used when they cannot be asked for again, in milliseconds. */
const STALE_KEYS_MS = 3_600_000;
/** How long a failure is answered without asking again, in milliseconds. */
const PAUSE_MS = 1000;
/** For how long the signature of a token is not checked again, in milliseconds, and of how many. */
const VERIFIED_MS = 30_000;
const MAX_VERIFIED = 1000;

/** What reads a token. */
export type ReadToken = (
  token: string,
) => Promise<{ readonly claims: Claims } | { readonly refused: string }>;

/** What the parts of a token that come before the signature may say: no ID token of another kind, no proof. */
const TYPES = new Set(["jwt", "at+jwt", "application/at+jwt"]);

/**
 * Makes what reads JWTs.
 *
 * @param declared What is expected.
 * @param server The metadata of the authorization server.
 * @param send Sends requests to it.
 * @param now The time of day, in milliseconds.
 * @param log Takes a sentence for the operator.
 * @returns Gives what a token says, or why it cannot be believed; rejects with `Unavailable` when no keys can be had.
 */
export async function jwtReader(
  declared: IncomingOAuth2,
  server: () => Promise<ServerMetadata>,
  send: Send,
  now: () => number,
  log: (message: string) => void,
): Promise<ReadToken> {
  const jose = await import("jose"), { createHash } = await import("node:crypto");
  const { errors } = jose;
  type KeySet = ReturnType<typeof jose.createRemoteJWKSet>;
  let keys: { readonly uri: string; readonly set: KeySet } | undefined, lastGood = 0;

  const keySet = async (): Promise<KeySet> => {
    const uri = declared.jwksUri ?? (await server()).jwksUri;
    if (uri === undefined) {
      throw new Unavailable(`the metadata of ${declared.issuer} names no keys (jwks_uri); write jwksUri`);
    }
    if (keys?.uri === uri) return keys.set;
    if (!URL.canParse(uri)) throw new Unavailable(`the metadata names no address for its keys`);
    let failed: { readonly error: unknown; readonly until: number } | undefined;
    const set = jose.createRemoteJWKSet(new URL(uri), {
      cacheMaxAge: KEYS_MS,
      cooldownDuration: COOLDOWN_MS,
      [jose.customFetch]: async (url, { headers, signal }) => {
        if (failed && failed.until > now()) throw failed.error;
        try {
          const response = await send(new Request(url, { headers, signal }));
          if (response.status !== 200) throw new Error(`${new URL(url).host} answered ${response.status}`);
          lastGood = now();
          return response;
        } catch (error) {
          failed = { error, until: now() + PAUSE_MS };
          throw error;
        }
      },
    });
    keys = { uri, set };
    return set;
  };

  const getKey: CompactVerifyGetKey = async (header, token) => {
    const set = await keySet();
    try {
      return await set(header, token);
    } catch (error) {
      if (
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported || error instanceof errors.JWKInvalid
      ) throw error;
      const old = lastGood + STALE_KEYS_MS > now() ? set.jwks() : undefined, why = messageOf(error);
      if (old) {
        try {
          const key = await jose.createLocalJWKSet(old)(header, token);
          log(`the keys of ${declared.issuer} could not be renewed, those known are used: ${why}`);
          return key;
        } catch {
          // The key may be one that the server has made since: nobody can say.
        }
      }
      throw new Unavailable(`the keys of ${declared.issuer} cannot be fetched: ${why}`);
    }
  };

  const options = { algorithms: [...ASYMMETRIC_ALGORITHMS] };
  const verify = async (token: string) => {
    try {
      return await jose.compactVerify(token, getKey, options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // A token that names no key, and a server that has several: one of them may be it.
      for await (const key of error) {
        try {
          return await jose.compactVerify(token, key, options);
        } catch (inner) {
          if (!(inner instanceof errors.JWSSignatureVerificationFailed)) throw inner;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  };

  const verified = new Map<string, { readonly claims: Claims; readonly until: number }>();
  return async (token) => {
    const name = createHash("sha256").update(token).digest("base64"), known = verified.get(name);
    if (known && known.until > now()) return known;
    verified.delete(name);
    let claims: Claims | undefined;
    try {
      const { payload, protectedHeader } = await verify(token), { typ } = protectedHeader;
      if (typ !== undefined && !TYPES.has(typ.toLowerCase())) return { refused: "Token validation failed" };
      const value: unknown = JSON.parse(new TextDecoder().decode(payload));
      if (value !== null && typeof value === "object" && !Array.isArray(value)) claims = value as Claims;
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      const unsigned = error instanceof errors.JWSSignatureVerificationFailed ||
        error instanceof errors.JWKSNoMatchingKey;
      return { refused: unsigned ? "Signature verification failed" : "Token validation failed" };
    }
    if (!claims) return { refused: "Token validation failed" };
    if (verified.size >= MAX_VERIFIED) verified.delete(verified.keys().next().value!);
    verified.set(name, { claims, until: now() + VERIFIED_MS });
    return { claims };
  };
}
