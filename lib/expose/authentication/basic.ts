/**
 * Basic authentication of callers (RFC 7617).
 *
 * @module
 */
import { decodeBase64 } from "../../data/base64.ts";
import type { IncomingAuthentication } from "../../plan/incoming.ts";
import type { Authenticate } from "./authenticator.ts";
import type { Matches } from "./compare.ts";
import { challenge, Refusal } from "./refusal.ts";
import type { FixedText } from "../../upstream/operation.ts";

/** User name and password as a client encoded them: UTF-8, or Latin-1 as old clients do. */
function decode(base64: string): string | undefined {
  const bytes = decodeBase64(base64);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}

/**
 * Asks for a user name and a password.
 *
 * @param declared What is expected.
 * @param realm The name of the surface.
 * @param expect Makes comparisons.
 */
export function basic(
  declared: Extract<IncomingAuthentication, { type: "basic" | "digest" }>,
  realm: string,
  expect: (...expected: readonly FixedText[]) => Matches,
): Authenticate {
  const matches = expect(declared.username, ":", declared.password);
  const challenges = [challenge("Basic", [["realm", realm], ["charset", "UTF-8"]])];
  const detail = "Send a user name and a password: Authorization: Basic, with both in base64.";
  const missing = new Refusal({ status: 401, challenges, detail });
  return (request) => {
    const sent = request.headers.get("authorization"), base64 = sent && /^Basic +(\S+)\s*$/i.exec(sent)?.[1];
    if (!base64) return missing;
    const pair = decode(base64), user = pair?.slice(0, Math.max(0, pair.indexOf(":"))) ?? "";
    if (pair !== undefined && matches(pair)) return { id: user, scheme: "basic" };
    return new Refusal({ status: 401, challenges, detail, guess: user });
  };
}
