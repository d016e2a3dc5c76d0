/**
 * HTTP Digest (RFC 7616): answers challenges, remembers them, and follows nonces as they change.
 *
 * @module
 */
import type { Outgoing } from "../outgoing.ts";
import type { UpstreamResponse } from "../upstream_response.ts";
import { fixedText, reveal } from "../value.ts";
import { type Challenge, parameters, strongestChallenge } from "./challenge.ts";
import type { CredentialHandler, DigestCredential } from "./authenticator.ts";

/** The digest of a text of which each character stands for a byte. */
type Hash = (bytes: string) => string;

/** A text as the bytes of its UTF-8, one character each: the form in which headers come and go. */
function bytesOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

async function loadHashes(): Promise<(algorithm: Challenge["hash"]) => Hash> {
  const { createHash } = await import("node:crypto");
  return (algorithm) => (bytes) => createHash(algorithm).update(bytes, "latin1").digest("hex");
}

/** A challenge that is being answered. */
interface Answering {
  readonly challenge: Challenge;
  /** How often its nonce has been used. */
  count: number;
}

/** Presents a user name and a password by digest. */
export class Digest implements CredentialHandler {
  readonly #username: string;
  readonly #password: string;
  /** The newest challenge, for requests that got none of their own. */
  #newest: Answering | undefined;
  /** The challenges that requests got themselves: a nonce that holds for one use is not for another request. */
  readonly #own = new WeakMap<Outgoing, Answering>();
  #hashes: ((algorithm: Challenge["hash"]) => Hash) | undefined;

  /** @param credential The user name and password. */
  constructor(credential: DigestCredential) {
    this.#username = fixedText(credential.username, reveal);
    this.#password = fixedText(credential.password, reveal);
  }

  /** The answer to the request's own challenge, else to the newest; undefined before the first. */
  authorize(request: Outgoing): string | undefined | Promise<string> {
    const answering = this.#own.get(request) ?? this.#newest;
    if (!answering) return undefined;
    const { challenge } = answering;
    // The count is taken before anything is waited for: no two requests may have the same.
    const count = ++answering.count;
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
    const secret = hash(`${bytesOf(this.#username)}:${realm}:${bytesOf(this.#password)}`);
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
    if (challenge.userhash) return `username="${hash(`${bytesOf(this.#username)}:${challenge.realm}`)}"`;
    if (/^[\u0020-\u007e]*$/.test(this.#username)) return `username=${quote(this.#username)}`;
    const encoded = encodeURIComponent(this.#username).replace(
      /['()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    return `username*=UTF-8''${encoded}`;
  }

  /** Takes a challenge or a next nonce. A second refusal of a fresh nonce means a wrong password. */
  learn(response: UpstreamResponse, request: Outgoing, presented: string | undefined): boolean {
    const newest = this.#newest;
    if (response.status !== 401) {
      const info = response.headers.get("authentication-info");
      const next = info === null ? undefined : parameters(info).get("nextnonce");
      if (next !== undefined && newest && next !== newest.challenge.nonce) {
        this.#newest = { challenge: { ...newest.challenge, nonce: next }, count: 0 };
      }
      return false;
    }
    const header = response.headers.get("www-authenticate");
    const challenge = header === null ? undefined : strongestChallenge(header);
    if (!challenge) return false;
    const fresh = presented === undefined || challenge.stale || !presented.includes(quote(challenge.nonce));
    // One nonce has one count, whoever uses it.
    const answering = newest?.challenge.nonce === challenge.nonce ? newest : { challenge, count: 0 };
    this.#newest = answering;
    this.#own.set(request, answering);
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
