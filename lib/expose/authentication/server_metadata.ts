/**
 * What an authorization server says of itself (RFC 8414, OpenID Connect Discovery).
 *
 * @module
 */
import { metadataPlaces, objectOf } from "../../upstream/authentication/discovery.ts";
import type { Send } from "./authenticator.ts";
import { bare } from "./claims.ts";

/** Nothing can be said about a token now: the authorization server did not give what it takes. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** What is needed of the metadata. */
export interface ServerMetadata {
  readonly issuer: string;
  readonly jwksUri: string | undefined;
  readonly introspectionEndpoint: string | undefined;
}

/** How long metadata is believed, in milliseconds. */
const BELIEVED_MS = 3_600_000;
/** How long a failure is answered without asking again, in milliseconds. */
const PAUSE_MS = 1000;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

async function ask(issuer: string, send: Send): Promise<ServerMetadata> {
  const own = bare(issuer), places = metadataPlaces(new URL(issuer));
  for (const place of places) {
    const response = await send(new Request(place, { headers: { accept: "application/json" } }));
    if (!response.ok) continue;
    const found = objectOf(await response.text()), named = text(found?.["issuer"]);
    if (!found || named === undefined) continue;
    if (bare(named) !== own) {
      throw new Unavailable(
        `the metadata at ${place} belongs to the issuer ${
          named.slice(0, 200)
        }; write authorizationServerUri as the ` +
          "server names itself",
      );
    }
    return {
      issuer: named,
      jwksUri: text(found["jwks_uri"]),
      introspectionEndpoint: text(found["introspection_endpoint"]),
    };
  }
  throw new Unavailable(
    `${issuer} publishes no metadata at ${
      places.join(", ")
    }; correct authorizationServerUri, or write jwksUri`,
  );
}

/**
 * Remembers what is asked for, shares one question among all who wait, and does not ask again at once after a failure.
 *
 * @param ask Asks.
 * @param now The time of day, in milliseconds.
 */
export function remembered<T>(ask: () => Promise<T>, now: () => number): () => Promise<T> {
  let value: { readonly it: T; readonly until: number } | undefined, pending: Promise<T> | undefined;
  let failed: { readonly error: unknown; readonly until: number } | undefined;
  return () => {
    if (value && value.until > now()) return Promise.resolve(value.it);
    if (failed && failed.until > now()) {
      return value ? Promise.resolve(value.it) : Promise.reject(failed.error);
    }
    return pending ??= ask().then((it) => {
      value = { it, until: now() + BELIEVED_MS };
      failed = undefined;
      return it;
    }, (error) => {
      failed = { error, until: now() + PAUSE_MS };
      // What was said before is better than nothing.
      if (value) return value.it;
      throw error;
    }).finally(() => {
      pending = undefined;
    });
  };
}

/**
 * The metadata of an authorization server, asked for when it is first needed.
 *
 * @param issuer Its address.
 * @param send Sends requests to it.
 * @param now The time of day, in milliseconds.
 * @returns Rejects with `Unavailable`.
 */
export function serverMetadata(issuer: string, send: Send, now: () => number): () => Promise<ServerMetadata> {
  return remembered(async () => {
    try {
      return await ask(issuer, send);
    } catch (error) {
      throw error instanceof Unavailable ? error : new Unavailable(messageOf(error));
    }
  }, now);
}

/** What an error says, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 300);
}
