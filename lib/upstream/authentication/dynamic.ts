/**
 * Credentials that depend on the moment: digest and OAuth 2.0.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Credential, Operation } from "../operation.ts";
import type { Outgoing } from "../request.ts";

/** Presents a credential that changes from request to request, and learns from answers. */
export interface Authenticator {
  /**
   * The value of the Authorization header.
   *
   * @param request What is sent.
   * @param clock The time the call has.
   * @returns Undefined while nothing can be presented: the first digest request asks for a challenge.
   * @throws {CallError} When no token can be had.
   */
  authorize(request: Outgoing, clock: Clock): string | undefined | Promise<string | undefined>;
  /**
   * Learns from an answer.
   *
   * @param response The answer; its body is not touched.
   * @param request What was sent.
   * @param presented What was presented with it.
   * @param fresh Whether it had to be waited for: then it was as new as can be.
   * @returns Whether the same request is worth sending again with what was learned.
   */
  learn(response: Response, request: Outgoing, presented: string | undefined, fresh: boolean): boolean;
  /** Secrets that came into being, such as access tokens. */
  secrets(): readonly string[];
}

/** Credentials are shared by every operation of an API, and so is what was learned about them. */
const authenticators = new WeakMap<Credential, Promise<Authenticator>>();
const ready = new WeakMap<Credential, Authenticator>();

/** A credential that needs an authenticator. */
export type DynamicCredential = DigestCredential | OAuth2Credential;

/** A digest credential. */
export type DigestCredential = Extract<Credential, { type: "basic" | "digest" }> & {
  readonly type: "digest";
};

/** An OAuth 2.0 credential. */
export type OAuth2Credential = Extract<Credential, { type: "oauth2" }>;

function isDynamic(credential: Credential): credential is DynamicCredential {
  return credential.type === "digest" || credential.type === "oauth2";
}

/** The credential of an operation that needs an authenticator. */
export function dynamicCredential(
  operation: Operation,
): DynamicCredential | undefined {
  return operation.credentials.find(isDynamic);
}

/** The authenticator of a credential, loaded when first needed. */
export function authenticatorOf(
  credential: DynamicCredential,
  operation: Operation,
): Authenticator | Promise<Authenticator> {
  const known = ready.get(credential);
  if (known) return known;
  let loading = authenticators.get(credential);
  if (!loading) {
    loading = load(credential, operation);
    authenticators.set(credential, loading);
  }
  return loading;
}

async function load(
  credential: DynamicCredential,
  operation: Operation,
): Promise<Authenticator> {
  const authenticator = credential.type === "digest"
    ? new (await import("./digest.ts")).Digest(credential)
    : new (await import("./oauth2.ts")).OAuth2(credential, operation);
  ready.set(credential, authenticator);
  return authenticator;
}

/** What is known to be secret of a credential by now. */
export function liveSecrets(credential: Credential | undefined): readonly string[] {
  return (credential && ready.get(credential)?.secrets()) ?? [];
}
