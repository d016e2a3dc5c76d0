/**
 * Credentials that depend on the moment: digest and OAuth 2.0.
 *
 * @module
 */
import type { Door } from "../door.ts";
import type { Credential, Operation } from "../operation.ts";
import type { CredentialHandler, DynamicCredential } from "./authenticator.ts";

/** Credentials are shared by every operation of an API, and so is what was learned about them. */
const authenticators = new WeakMap<Credential, Promise<CredentialHandler>>();
const ready = new WeakMap<Credential, CredentialHandler>();

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
  door: Door,
): CredentialHandler | Promise<CredentialHandler> {
  const known = ready.get(credential);
  if (known) return known;
  let loading = authenticators.get(credential);
  if (!loading) {
    loading = load(credential, operation, door);
    authenticators.set(credential, loading);
  }
  return loading;
}

async function load(
  credential: DynamicCredential,
  operation: Operation,
  door: Door,
): Promise<CredentialHandler> {
  const authenticator = credential.type === "digest"
    ? new (await import("./digest.ts")).Digest(credential)
    : new (await import("./oauth2.ts")).OAuth2(credential, operation, door);
  ready.set(credential, authenticator);
  return authenticator;
}

/** What is known to be secret of a credential by now. */
export function liveSecrets(credential: Credential | undefined): readonly string[] {
  return (credential && ready.get(credential)?.secrets()) ?? [];
}
