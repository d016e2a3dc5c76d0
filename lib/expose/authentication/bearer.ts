/**
 * A fixed token that callers send as a bearer token (RFC 6750).
 *
 * @module
 */
import type { IncomingAuthentication } from "../../plan/incoming.ts";
import type { FixedText } from "../../upstream/operation.ts";
import type { Authenticate } from "./authenticator.ts";
import type { Matches } from "./compare.ts";
import { challenge, Refusal } from "./refusal.ts";

/** The token of an Authorization header of a scheme; undefined where there is none. */
export function tokenOf(sent: string | null, scheme: string): string | undefined {
  if (sent === null || sent.length <= scheme.length || sent[scheme.length] !== " ") return undefined;
  if (sent.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  return sent.slice(scheme.length + 1).trim() || undefined;
}

/**
 * Asks for a fixed token.
 *
 * @param declared What is expected.
 * @param realm The name of the surface.
 * @param expect Makes comparisons.
 */
export function bearer(
  declared: Extract<IncomingAuthentication, { type: "bearer" }>,
  realm: string,
  expect: (...expected: readonly FixedText[]) => Matches,
): Authenticate {
  const matches = expect(declared.token), caller = { id: "bearer", scheme: "bearer" };
  const detail = "Send the token of this server: Authorization: Bearer, and the token.";
  const missing = new Refusal({ status: 401, challenges: [challenge("Bearer", [["realm", realm]])], detail });
  const wrong = new Refusal({
    status: 401,
    challenges: [challenge("Bearer", [["realm", realm], ["error", "invalid_token"]])],
    detail,
    guess: "",
  });
  return (request) => {
    const token = tokenOf(request.headers.get("authorization"), "bearer");
    if (token === undefined) return missing;
    // The expected text may have its scheme in it already.
    return matches(token) || matches(`Bearer ${token}`) ? caller : wrong;
  };
}
