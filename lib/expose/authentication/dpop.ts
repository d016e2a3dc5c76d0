/**
 * Proofs that whoever sends a token also holds the key it was given to (RFC 9449).
 *
 * @module
 */
import { bare } from "./claims.ts";
import { ASYMMETRIC_ALGORITHMS } from "./jwt.ts";
import { UsedOnce } from "./once/used_once.ts";

/** How old a proof may be, and how far ahead, in seconds. */
const PROOF_AGE_SECONDS = 60;
const PROOF_AHEAD_SECONDS = 30;

/** Checks the proof of a request; gives what is wrong with it, or undefined. */
export type CheckProof = (request: Request, token: string, thumbprint: string) => Promise<string | undefined>;

/** The signatures a proof may have, for a challenge. */
export const PROOF_ALGORITHMS: readonly string[] = ASYMMETRIC_ALGORITHMS;

/** An address without query, fragment and the slash at its end. */
function target(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed === null ? undefined : `${parsed.origin}${bare(parsed.pathname)}`;
}

/** The addresses a client may know a request by: what arrived here, and what a proxy before this server is called. */
function targets(request: Request, resource: string | undefined): (string | undefined)[] {
  const { pathname } = new URL(request.url), base = resource === undefined ? null : URL.parse(resource);
  if (!base) return [target(request.url)];
  return [
    target(request.url),
    target(base.origin + pathname),
    target(base.origin + bare(base.pathname) + pathname),
  ];
}

/**
 * Makes what checks proofs.
 *
 * @param resource The address of this server as clients know it.
 * @param now The time of day, in milliseconds.
 * @param memory Where it is remembered which proofs were used.
 */
export async function proofChecker(
  resource: string | undefined,
  now: () => number,
  memory: SharedArrayBuffer,
): Promise<CheckProof> {
  const jose = await import("jose"), { createHash } = await import("node:crypto");
  const used = await UsedOnce.open(memory, "dpop");
  const hash = (text: string) => createHash("sha256").update(text).digest("base64url");
  return async (request, token, thumbprint) => {
    const proof = request.headers.get("dpop");
    if (proof === null) return "The token is bound to a key, and the DPoP proof is missing";
    let claims: Record<string, unknown>, key: string;
    try {
      const { payload, protectedHeader } = await jose.compactVerify(proof, jose.EmbeddedJWK, {
        algorithms: [...PROOF_ALGORITHMS],
      });
      if (protectedHeader.typ?.toLowerCase() !== "dpop+jwt") return "The DPoP proof is of another type";
      claims = JSON.parse(new TextDecoder().decode(payload));
      key = await jose.calculateJwkThumbprint(protectedHeader.jwk!, "sha256");
    } catch {
      return "The DPoP proof cannot be verified";
    }
    const { htm, htu, iat, jti, ath } = claims ?? {}, seconds = now() / 1000;
    if (key !== thumbprint) return "The DPoP proof is of another key than the token";
    if (htm !== request.method) return "The DPoP proof is for another method";
    const said = typeof htu === "string" ? target(htu) : undefined;
    if (said === undefined || !targets(request, resource).includes(said)) {
      return "The DPoP proof is for another address";
    }
    if (typeof iat !== "number" || iat + PROOF_AGE_SECONDS < seconds || iat - PROOF_AHEAD_SECONDS > seconds) {
      return "The DPoP proof is too old, or from the future";
    }
    if (ath !== hash(token)) return "The DPoP proof is for another token";
    if (typeof jti !== "string" || jti === "") return "The DPoP proof has no jti";
    return used.take(`${thumbprint} ${jti}`, iat + PROOF_AGE_SECONDS, seconds)
      ? undefined
      : "The DPoP proof was used before";
  };
}
