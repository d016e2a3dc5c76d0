/**
 * What a surface asks of its callers, compiled.
 *
 * @module
 */
import type { FixedText } from "../upstream/operation.ts";

/** Where an API key travels. */
export type KeyPlacement = "header" | "query" | "cookie";

/** One key that a caller has to show. */
export interface IncomingKey {
  readonly placement: KeyPlacement;
  /** The name of the header, query parameter or cookie. */
  readonly name: string;
  readonly value: FixedText;
}

/** Tokens of an authorization server, and how they are checked. */
export interface IncomingOAuth2 {
  readonly type: "oauth2";
  /** The authorization server, as the document writes it. */
  readonly issuer: string;
  /** The address of this server, as clients name it (RFC 8707). */
  readonly resource: string | undefined;
  /** What `aud` of a token must hold. */
  readonly audience: string;
  /** What every token must allow. */
  readonly scopes: readonly string[];
  readonly validation: "jwks" | "introspection";
  /** Where the keys are, where the metadata of the server is not to be asked. */
  readonly jwksUri: string | undefined;
  /** Where tokens are asked about, where the metadata of the server is not to be asked. */
  readonly introspectionEndpoint: string | undefined;
  /** How this server shows itself where tokens are asked about. */
  readonly client: IncomingClient | undefined;
}

/** This server as a client of an authorization server. */
export interface IncomingClient {
  readonly id: FixedText;
  readonly secret: FixedText;
  readonly method: "basic" | "post";
}

/** What a surface asks of its callers. */
export type IncomingAuthentication =
  | { readonly type: "basic" | "digest"; readonly username: FixedText; readonly password: FixedText }
  | { readonly type: "bearer"; readonly token: FixedText }
  | { readonly type: "apikey"; readonly keys: readonly IncomingKey[] }
  | IncomingOAuth2;
