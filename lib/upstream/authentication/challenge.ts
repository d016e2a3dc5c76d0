/**
 * The challenges of a WWW-Authenticate header.
 *
 * @module
 */
import { readableHeader } from "../header_text.ts";

/** A digest challenge that can be answered. */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** The algorithm as it was written; undefined where the header did not say. */
  readonly algorithm: string | undefined;
  readonly hash: "md5" | "sha256" | "sha512-256";
  readonly session: boolean;
  /** Whether `qop=auth` is offered; without any offer the old form of RFC 2069 is used. */
  readonly qop: boolean;
  readonly stale: boolean;
  readonly userhash: boolean;
}

const PARAMETER = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s,]*))/g;

/** The parameters of a list such as `a=1, b="two"`, by name in small letters. */
export function parameters(text: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const [, name, quoted, bare] of readableHeader(text).matchAll(PARAMETER)) {
    out.set(name!.toLowerCase(), quoted === undefined ? bare! : quoted.replace(/\\([\s\S])/g, "$1"));
  }
  return out;
}

/** A header with its quoted texts blanked out, so that no word in them is taken for a scheme. */
function withoutQuoted(header: string): string {
  return header.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (m) => `"${"x".repeat(m.length - 2)}"`);
}

/** The schemes a header asks for, in order. */
export function schemesOf(header: string): string[] {
  const found = withoutQuoted(readableHeader(header)).matchAll(
    /(?:^|,)\s*([A-Za-z][\w-]*)(?=\s*(?:$|,)|\s+[^\s=])/g,
  );
  return [...new Set(Array.from(found, ([, scheme]) => scheme!))].slice(0, 5);
}

/** The parts of a header that each begin with a scheme: several challenges may share one line. */
function digestChallenges(header: string): string[] {
  const bare = withoutQuoted(header);
  const starts = [...bare.matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)\s+(?=[!#$%&'*+\-.^_`|~\w]+\s*=)/g)];
  return starts.flatMap((start, i) =>
    start[1]!.toLowerCase() === "digest"
      ? [header.slice(start.index + start[0].length, starts[i + 1]?.index ?? header.length)]
      : []
  );
}

const HASHES: Readonly<Record<string, Challenge["hash"]>> = {
  "MD5": "md5",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
};
const STRENGTH: readonly Challenge["hash"][] = ["md5", "sha512-256", "sha256"];

/**
 * The strongest digest challenge of a header that can be answered.
 *
 * @param header The value of WWW-Authenticate; several headers joined by commas.
 */
export function strongestChallenge(header: string): Challenge | undefined {
  let best: Challenge | undefined;
  for (const text of digestChallenges(readableHeader(header))) {
    const found = parameters(text);
    const nonce = found.get("nonce"), algorithm = found.get("algorithm");
    const [, name = "", session] = /^(.*?)(-sess)?$/i.exec(algorithm ?? "MD5")!;
    const hash = HASHES[name.toUpperCase()];
    const offered = found.get("qop")?.split(",").map((q) => q.trim().toLowerCase());
    if (nonce === undefined || hash === undefined || (offered && !offered.includes("auth"))) continue;
    const challenge: Challenge = {
      realm: found.get("realm") ?? "",
      nonce,
      opaque: found.get("opaque"),
      algorithm,
      hash,
      session: session !== undefined,
      qop: offered !== undefined,
      stale: found.get("stale")?.toLowerCase() === "true",
      userhash: found.get("userhash")?.toLowerCase() === "true",
    };
    if (!best || STRENGTH.indexOf(hash) > STRENGTH.indexOf(best.hash)) best = challenge;
  }
  return best;
}
