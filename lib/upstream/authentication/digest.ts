/**
 * HTTP Digest (RFC 7616): answers challenges, remembers them, and follows nonces as they change.
 *
 * @module
 */
import type { Outgoing } from "../request.ts";
import { fixedText, reveal } from "../value.ts";
import { type Challenge, parameters, strongestChallenge } from "./challenge.ts";
import type { Authenticator, DigestCredential } from "./dynamic.ts";

type Hash = (text: string) => string;

async function loadHashes(): Promise<(algorithm: Challenge["hash"]) => Hash> {
  const { createHash } = await import("node:crypto");
  return (algorithm) => (text) => createHash(algorithm).update(text, "utf8").digest("hex");
}

/** Presents a user name and a password by digest. */
export class Digest implements Authenticator {
  readonly #username: string;
  readonly #password: string;
  #challenge: Challenge | undefined;
  /** How often the nonce has been used. */
  #count = 0;
  #hashes: ((algorithm: Challenge["hash"]) => Hash) | undefined;

  /** @param credential The user name and password. */
  constructor(credential: DigestCredential) {
    this.#username = fixedText(credential.username, reveal);
    this.#password = fixedText(credential.password, reveal);
  }

  /** The answer to the last challenge; undefined before the first. */
  authorize(request: Outgoing): string | undefined | Promise<string> {
    const challenge = this.#challenge;
    if (!challenge) return undefined;
    // The count is taken before anything is waited for: no two requests may have the same.
    const count = ++this.#count;
    if (this.#hashes) return this.#answer(challenge, count, request, this.#hashes(challenge.hash));
    return loadHashes().then((hashes) => {
      this.#hashes = hashes;
      return this.#answer(challenge, count, request, hashes(challenge.hash));
    });
  }

  #answer(challenge: Challenge, count: number, request: Outgoing, hash: Hash): string {
    const { realm, nonce, opaque, qop, algorithm, session } = challenge;
    const url = new URL(request.url), uri = url.pathname + url.search;
    const nc = count.toString(16).padStart(8, "0");
    const cnonce = crypto.randomUUID().replaceAll("-", "");
    const secret = hash(`${this.#username}:${realm}:${this.#password}`);
    const a1 = session ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
    const a2 = hash(`${request.method}:${uri}`);
    const response = hash(qop ? `${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}` : `${a1}:${nonce}:${a2}`);
    const fields = [
      this.#user(challenge, hash),
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(uri)}`,
      `response="${response}"`,
    ];
    if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`);
    if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`);
    if (qop) fields.push("qop=auth", `nc=${nc}`);
    if (qop || session) fields.push(`cnonce="${cnonce}"`);
    if (challenge.userhash) fields.push("userhash=true");
    return `Digest ${fields.join(", ")}`;
  }

  #user(challenge: Challenge, hash: Hash): string {
    if (challenge.userhash) return `username="${hash(`${this.#username}:${challenge.realm}`)}"`;
    if (/^[\u0020-\u007e]*$/.test(this.#username)) return `username=${quote(this.#username)}`;
    const encoded = encodeURIComponent(this.#username).replace(
      /['()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    return `username*=UTF-8''${encoded}`;
  }

  /** Takes a challenge or a next nonce. A second refusal of a fresh nonce means a wrong password. */
  learn(response: Response, _request: Outgoing, presented: string | undefined): boolean {
    if (response.status !== 401) {
      const info = response.headers.get("authentication-info");
      const next = info === null ? undefined : parameters(info).get("nextnonce");
      if (next !== undefined && this.#challenge && next !== this.#challenge.nonce) {
        this.#challenge = { ...this.#challenge, nonce: next };
        this.#count = 0;
      }
      return false;
    }
    const header = response.headers.get("www-authenticate");
    const challenge = header === null ? undefined : strongestChallenge(header);
    if (!challenge) return false;
    const fresh = presented === undefined || challenge.stale || !presented.includes(quote(challenge.nonce));
    if (challenge.nonce !== this.#challenge?.nonce) this.#count = 0;
    this.#challenge = challenge;
    return fresh;
  }

  /** Nothing beyond the password itself. */
  secrets(): readonly string[] {
    return [];
  }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
