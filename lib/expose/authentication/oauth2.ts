/**
 * An OAuth 2.0 resource server: callers show access tokens of an authorization server (RFC 6750, RFC 9728, RFC 9449).
 *
 * @module
 */
import type { IncomingOAuth2 } from "../../plan/incoming.ts";
import type { Caller } from "../../telemetry/call.ts";
import type { Authenticator, Send } from "./authenticator.ts";
import { tokenOf } from "./bearer.ts";
import { callerOf, checkClaims, type Claims } from "./claims.ts";
import { PROOF_ALGORITHMS, proofChecker } from "./dpop.ts";
import { introspectionReader } from "./introspection.ts";
import { jwtReader } from "./jwt.ts";
import { challenge, Refusal } from "./refusal.ts";
import { serverMetadata, Unavailable } from "./server_metadata.ts";

/** The longest token that is read, in characters. */
const MAX_TOKEN = 16_384;
/** When a client may try again after keys could not be had, in seconds. */
const RETRY_SECONDS = 5;

/** Where the metadata of a resource stands: its well-known address, and its path (RFC 9728, section 3.1). */
function metadataAddress(
  resource: string,
): { readonly url: string; readonly path: string } | undefined {
  const url = /^https?:\/\//i.test(resource) ? URL.parse(resource) : null;
  if (!url) return undefined;
  const path = `/.well-known/oauth-protected-resource${url.pathname.replace(/(?<!\/)\/+$/, "")}`;
  return { url: `${url.origin}${path}${url.search}`, path };
}

/** What a resource says of itself. */
function metadataOf(declared: IncomingOAuth2): string {
  return JSON.stringify({
    resource: declared.resource,
    authorization_servers: [declared.issuer],
    ...(declared.scopes.length > 0 ? { scopes_supported: declared.scopes } : {}),
    bearer_methods_supported: ["header"],
  });
}

/** The key that a token is bound to. */
function thumbprintOf(claims: Claims): string | undefined {
  const cnf = claims["cnf"] as { jkt?: unknown } | null | undefined;
  return cnf !== null && typeof cnf === "object" && typeof cnf.jkt === "string" ? cnf.jkt : undefined;
}

/** Whether a token is bound to something that is not checked here, such as a TLS certificate. */
function boundElsewhere(claims: Claims): boolean {
  const { cnf } = claims;
  return cnf !== undefined && cnf !== null && thumbprintOf(claims) === undefined;
}

/** What makes the refusals of a resource server. */
function refusals(declared: IncomingOAuth2) {
  const address = declared.resource === undefined ? undefined : metadataAddress(declared.resource);
  const detail = `Send an access token of ${declared.issuer}: Authorization: Bearer, and the token.`;
  const bearer = (error?: string, description?: string, scope?: string) =>
    challenge("Bearer", [
      ["error", error],
      ["error_description", description],
      ["scope", scope],
      ["resource_metadata", address?.url],
    ]);
  const missing = new Refusal({ status: 401, challenges: [bearer()], detail });
  return {
    address,
    missing,
    invalid: (description: string, log = `a token was refused: ${description}`) =>
      new Refusal({
        status: 401,
        challenges: [bearer("invalid_token", description)],
        detail: `The access token is not valid: ${description}.`,
        log,
        // Each of these was a question to the authorization server.
        ...(declared.validation === "introspection" ? { guess: "" } : {}),
      }),
    forbidden: (description: string, log: string) =>
      new Refusal({
        status: 403,
        challenges: [bearer("insufficient_scope", description, declared.scopes.join(" "))],
        detail: `${description}. Ask ${declared.issuer} for a token with the scopes ${
          declared.scopes.join(" ")
        }.`,
        log,
      }),
    unproved: (error: string, description: string) =>
      new Refusal({
        status: 401,
        challenges: [
          challenge("DPoP", [
            ["error", error],
            ["error_description", description],
            ["algs", PROOF_ALGORITHMS.join(" ")],
            ["resource_metadata", address?.url],
          ]),
        ],
        detail: `${description}.`,
        log: `a token was refused: ${description}`,
      }),
    unavailable: (why: string) =>
      new Refusal({
        status: 503,
        detail: declared.validation === "jwks"
          ? "The keys of the authorization server cannot be fetched now, so no token can be checked. Try again later."
          : "The authorization server cannot be asked now, so no token can be checked. Try again later.",
        retryAfterSeconds: RETRY_SECONDS,
        log: why,
      }),
  };
}

/**
 * Asks for access tokens.
 *
 * @param declared What is expected.
 * @param send Sends requests to the authorization server.
 * @param now The time of day, in milliseconds.
 * @param log Takes a sentence for the operator.
 * @param memory Where it is remembered which proofs of possession were used.
 */
export async function resourceServer(
  declared: IncomingOAuth2,
  send: Send,
  now: () => number,
  log: (message: string) => void,
  memory: SharedArrayBuffer,
): Promise<Authenticator> {
  const server = serverMetadata(declared.issuer, send, now), refuse = refusals(declared);
  const read = declared.validation === "jwks"
    ? await jwtReader(declared, server, send, now, log)
    : await introspectionReader(declared, server, send);
  const prove = await proofChecker(declared.resource, now, memory);
  const expected = { ...declared, issuerNeeded: declared.validation === "jwks" };

  const check = async (request: Request, token: string, bound: boolean): Promise<Caller | Refusal> => {
    if (token.length > MAX_TOKEN || !/^[\w.~+/-]+=*$/.test(token)) {
      return refuse.invalid("Token validation failed");
    }
    let found: Awaited<ReturnType<typeof read>>;
    try {
      found = await read(token);
    } catch (error) {
      if (error instanceof Unavailable) return refuse.unavailable(error.message);
      throw error;
    }
    if ("refused" in found) return refuse.invalid(found.refused);
    const { claims } = found, failure = checkClaims(claims, expected, now() / 1000);
    if (failure?.error === "invalid_token") return refuse.invalid(failure.description, failure.log);
    const thumbprint = thumbprintOf(claims);
    if (boundElsewhere(claims)) {
      return refuse.invalid(
        "Token validation failed",
        "a token that is bound to a TLS certificate was refused: only DPoP is checked here",
      );
    }
    if (thumbprint === undefined ? bound : !bound) {
      return refuse.unproved(
        "invalid_token",
        bound ? "The token is not bound to a key" : "The token is bound to a key: send it with DPoP",
      );
    }
    if (thumbprint !== undefined) {
      const wrong = await prove(request, token, thumbprint);
      if (wrong !== undefined) return refuse.unproved("invalid_dpop_proof", wrong);
    }
    if (failure) return refuse.forbidden(failure.description, failure.log);
    return callerOf(claims);
  };

  return {
    authenticate(request) {
      const sent = request.headers.get("authorization");
      const bearer = tokenOf(sent, "bearer");
      if (bearer !== undefined) return check(request, bearer, false);
      const bound = tokenOf(sent, "dpop");
      return bound === undefined ? refuse.missing : check(request, bound, true);
    },
    metadata: refuse.address && { path: refuse.address.path, document: metadataOf(declared) },
  };
}
