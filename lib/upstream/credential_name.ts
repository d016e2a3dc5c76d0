/**
 * Names under which requests carry what proves who calls.
 *
 * @module
 */

const CREDENTIAL =
  /^(?:code|sig|signature|sas|auth|authorization|proxy-authorization|cookie|credentials?|pass|passwd|password|pwd|session|sid)$|(?:key|token|secret|jwt|auth|session-?id)$/i;

/** Whether a header, a query parameter or a cookie of this name proves who calls. */
export function isCredentialName(name: string): boolean {
  return CREDENTIAL.test(name);
}
