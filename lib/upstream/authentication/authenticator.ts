/**
 * What presents a credential that depends on the moment.
 *
 * @module
 */
import type { Deadline } from "../time/deadline.ts";
import type { Credential } from "../operation.ts";
import type { Outgoing } from "../outgoing.ts";
import type { UpstreamResponse } from "../upstream_response.ts";

/** Presents a credential that changes from request to request, and learns from answers. */
export interface CredentialHandler {
  /**
   * The value of the Authorization header.
   *
   * @param request What is sent.
   * @param deadline The time the call has.
   * @returns Undefined while nothing can be presented: the first digest request asks for a challenge.
   * @throws {CallError} When no token can be had.
   */
  authorize(request: Outgoing, deadline: Deadline): string | undefined | Promise<string | undefined>;
  /**
   * Learns from an answer.
   *
   * @param response The answer; its body is not touched.
   * @param request What was sent.
   * @param presented What was presented with it.
   * @param fresh Whether it had to be waited for: then it was as new as can be.
   * @returns Whether the same request is worth sending again with what was learned.
   */
  learn(
    response: UpstreamResponse,
    request: Outgoing,
    presented: string | undefined,
    fresh: boolean,
  ): boolean;
  /** Secrets that came into being, such as access tokens. */
  secrets(): readonly string[];
}

/** A credential that needs an authenticator. */
export type DynamicCredential = DigestCredential | OAuth2Credential;

/** A digest credential. */
export type DigestCredential = Extract<Credential, { type: "basic" | "digest" }> & {
  readonly type: "digest";
};

/** An OAuth 2.0 credential. */
export type OAuth2Credential = Extract<Credential, { type: "oauth2" }>;
