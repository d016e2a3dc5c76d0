/**
 * What finds out who calls.
 *
 * @module
 */
import type { Caller } from "../../telemetry/call.ts";
import type { Refusal } from "./refusal.ts";

/** Finds out who sent a request, or why it is not let in. */
export type Authenticate = (request: Request) => Caller | Refusal | Promise<Caller | Refusal>;

/** Sends a request to an authorization server; rejects when there is no answer. */
export type Send = (request: Request) => Promise<Response>;

/** What says who calls a surface. */
export interface Authenticator {
  /** Finds out who sent a request, or why it is not let in. */
  readonly authenticate: Authenticate;
  /** A document that anybody may read: where tokens for this server come from (RFC 9728). */
  readonly metadata?: { readonly path: string; readonly document: string } | undefined;
}
