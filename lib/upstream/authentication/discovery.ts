/**
 * Where an authorization server gives tokens, from the metadata it publishes (RFC 8414, OpenID Connect Discovery).
 *
 * @module
 */
import { CallError } from "../error.ts";
import { isTokenSuccess, type TokenExchange } from "./token_exchange.ts";

/** What the metadata of an authorization server says. */
export interface Discovered {
  readonly tokenEndpoint: string;
  /** How clients show themselves there; undefined where it does not say. */
  readonly clientAuthentication: "basic" | "post" | undefined;
}

/** The addresses at which metadata may stand, in the order they are asked. */
export function metadataPlaces(issuer: URL): string[] {
  const path = issuer.pathname.replace(/(?<!\/)\/+$/, "");
  return [
    ...new Set([
      `${issuer.origin}/.well-known/oauth-authorization-server${path}`,
      `${issuer.origin}${path}/.well-known/openid-configuration`,
      `${issuer.origin}/.well-known/openid-configuration${path}`,
    ]),
  ];
}

/**
 * Finds the token endpoint of an authorization server. One that publishes nothing is taken to give tokens at
 * `/token` below its own address.
 *
 * @param issuer The address of the authorization server.
 * @param get Asks for a document.
 * @throws {CallError} When the server cannot be reached, or its metadata is another server's.
 */
export async function discover(
  issuer: string,
  get: (url: string) => Promise<TokenExchange>,
): Promise<Discovered> {
  const bare = issuer.replace(/(?<!\/)\/+$/, "");
  for (const place of metadataPlaces(new URL(issuer))) {
    const { response, text } = await get(place);
    if (!isTokenSuccess(response.status)) continue;
    const metadata = objectOf(text), endpoint = metadata?.["token_endpoint"], named = metadata?.["issuer"];
    if (typeof endpoint !== "string") continue;
    if (typeof named === "string" && named.replace(/(?<!\/)\/+$/, "") !== bare) {
      throw new CallError({
        code: "misconfigured",
        message: `the metadata at ${place} belongs to the issuer ${named.slice(0, 200)}, not to ${bare}`,
        retryable: false,
        hint: "write authorizationServerUri as the server names itself, or give tokenEndpoint",
      });
    }
    return { tokenEndpoint: endpoint, clientAuthentication: methodOf(metadata!) };
  }
  return { tokenEndpoint: `${bare}/token`, clientAuthentication: undefined };
}

function methodOf(metadata: Record<string, unknown>): Discovered["clientAuthentication"] {
  const methods = metadata["token_endpoint_auth_methods_supported"];
  if (!Array.isArray(methods)) return undefined;
  if (methods.includes("client_secret_basic")) return "basic";
  return methods.includes("client_secret_post") ? "post" : undefined;
}

/** A text as a JSON object; undefined where it is none. */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}
