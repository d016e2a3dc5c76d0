/**
 * What a token says, and whether it holds here: issuer, audience, time, scopes.
 *
 * @module
 */
import type { Caller } from "../../telemetry/call.ts";

/** How far clocks may be apart, in seconds. */
const CLOCK_SKEW_SECONDS = 30;

/** What a token says of itself. */
export type Claims = Readonly<Record<string, unknown>>;

/** What a token must say. */
export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Whether the token must name its issuer: a JWT must, an answer of the issuer need not. */
  readonly issuerNeeded: boolean;
}

/** Why a token does not hold. */
export interface ClaimFailure {
  readonly error: "invalid_token" | "insufficient_scope";
  /** For the client: what it can act on. */
  readonly description: string;
  /** For the operator's log. */
  readonly log: string;
}

/** A value of a token as it may be shown: cut, and on one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return (text.length > 120 ? `${text.slice(0, 120)}…` : text).replace(/[^\x20-\x7e]/g, "?");
}

/** An address without the slash that some write at its end. */
export function bare(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end--;
  return text.slice(0, end);
}

function invalid(description: string, log: string): ClaimFailure {
  return { error: "invalid_token", description, log };
}

/** The scopes of a token: `scope` in words, or `scp` in words or as a list. */
function scopesOf(claims: Claims): readonly string[] {
  for (const value of [claims["scope"], claims["scp"]]) {
    if (typeof value === "string") return value.split(/\s+/).filter((word) => word !== "");
    if (Array.isArray(value)) return value.filter((word) => typeof word === "string");
  }
  return [];
}

function audienceFailure(claims: Claims, audience: string): ClaimFailure | undefined {
  const { aud } = claims;
  if (aud === undefined || aud === null || (Array.isArray(aud) && aud.length === 0)) {
    return invalid(
      "Invalid audience",
      `a token without "aud" was refused: it does not name the server it was made for, and must name ${audience}; ` +
        "configure the authorization server to add it (in Keycloak: a client scope with an Audience mapper; " +
        "elsewhere: the parameter resource or audience of the client)",
    );
  }
  const all = Array.isArray(aud) ? aud : [aud];
  if (all.some((one) => typeof one === "string" && bare(one) === bare(audience))) return undefined;
  return invalid(
    "Invalid audience",
    `a token for ${
      shown(aud)
    } was refused: it must be for ${audience}; correct the client, or audience in the document${
      // What Keycloak writes of itself, where nobody has given it another audience.
      all.includes("account") ? " (in Keycloak: a client scope with an Audience mapper)" : ""}`,
  );
}

function timeFailure({ exp, nbf }: Claims, seconds: number): ClaimFailure | undefined {
  if (typeof exp !== "number") {
    return invalid(
      "Token without expiry",
      `a token without "exp" was refused: it would never expire; configure the authorization server to limit its tokens`,
    );
  }
  if (exp + CLOCK_SKEW_SECONDS <= seconds) {
    return invalid("Token expired", `a token was refused that ended ${Math.round(seconds - exp)} s ago`);
  }
  if (typeof nbf === "number" && nbf - CLOCK_SKEW_SECONDS > seconds) {
    return invalid(
      "Token not yet valid",
      `a token was refused that becomes valid in ${
        Math.round(nbf - seconds)
      } s; compare the clocks of both machines`,
    );
  }
  return undefined;
}

/**
 * Checks what a token says. Its signature has been checked, or its issuer was asked.
 *
 * @param claims What it says.
 * @param expected What it must say.
 * @param seconds The time of day, in seconds.
 * @returns Why it does not hold; undefined when it does.
 */
export function checkClaims(claims: Claims, expected: Expected, seconds: number): ClaimFailure | undefined {
  const { iss } = claims;
  const issuerHolds = iss === undefined
    ? !expected.issuerNeeded
    : typeof iss === "string" && bare(iss) === bare(expected.issuer);
  if (!issuerHolds) {
    return invalid(
      "Invalid issuer",
      `a token of the issuer ${shown(iss)} was refused: it must be of ${expected.issuer}; ` +
        "write authorizationServerUri as the server names itself",
    );
  }
  // Tokens that say so themselves are no access tokens.
  if (typeof claims["typ"] === "string" && /^(id|refresh|logout|offline)$/i.test(claims["typ"])) {
    return invalid("Token validation failed", `a token of the kind ${shown(claims["typ"])} was refused`);
  }
  const failure = timeFailure(claims, seconds) ?? audienceFailure(claims, expected.audience);
  if (failure) return failure;
  const has = scopesOf(claims), missing = expected.scopes.find((scope) => !has.includes(scope));
  if (missing === undefined) return undefined;
  return {
    error: "insufficient_scope",
    description: `Required scope '${missing}' not present in token`,
    log: `a token without the scope ${missing} was refused; it has ${shown(has.join(" "))}`,
  };
}

/** Who a token was given to. */
export function callerOf(claims: Claims): Caller {
  const id = [claims["sub"], claims["client_id"], claims["azp"], claims["username"]]
    .find((name) => typeof name === "string" && name !== "") as string | undefined;
  return { id: id ?? "unknown", scheme: "oauth2", scopes: scopesOf(claims) };
}
