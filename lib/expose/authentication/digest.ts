/**
 * Digest authentication of callers (RFC 7616): SHA-256 and MD5, `qop=auth`.
 *
 * @module
 */
import type { IncomingAuthentication } from "../../plan/incoming.ts";
import { parameters } from "../../upstream/authentication/challenge.ts";
import type { Authenticate } from "./authenticator.ts";
import { feed } from "./compare.ts";
import { makeNonces } from "./once/nonces.ts";
import { challenge, Refusal } from "./refusal.ts";

/** The longest Authorization header that is read. */
const MAX_HEADER = 4096;

const ALGORITHMS = { "SHA-256": "sha256", "MD5": "md5" } as const;
type Algorithm = keyof typeof ALGORITHMS;

/** What a client answers. */
interface Answer {
  readonly algorithm: Algorithm;
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly cnonce: string;
  readonly nc: string;
}

/** `username`, or `username*` in the notation of RFC 5987. */
function usernameOf(fields: ReadonlyMap<string, string>): string | undefined {
  const extended = fields.get("username*");
  if (extended === undefined) return fields.get("username");
  const encoded = /^UTF-8'[^']*'(.*)$/i.exec(extended)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Header values come as one character a byte; clients write UTF-8. */
function utf8(text: string): string {
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(text) || !/^[\x00-\xff]*$/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** The answer of an Authorization header; undefined where it is none that can be checked. */
function answerOf(sent: string): Answer | undefined {
  const fields = parameters(sent.slice("digest ".length, MAX_HEADER)), username = usernameOf(fields);
  const algorithm = (fields.get("algorithm") ?? "MD5").toUpperCase();
  const [realm, nonce, uri, response, cnonce, nc] = ["realm", "nonce", "uri", "response", "cnonce", "nc"]
    .map((name) => fields.get(name));
  if (
    username === undefined || realm === undefined || nonce === undefined || uri === undefined ||
    response === undefined || cnonce === undefined || nc === undefined || !/^[0-9a-f]{8}$/i.test(nc) ||
    // auth-int would need the body before it is known who sends it.
    fields.get("qop")?.toLowerCase() !== "auth" || (algorithm !== "SHA-256" && algorithm !== "MD5") ||
    fields.get("userhash")?.toLowerCase() === "true"
  ) return undefined;
  return {
    algorithm,
    username: utf8(username),
    realm,
    nonce,
    uri,
    response: response.toLowerCase(),
    cnonce,
    nc,
  };
}

/** Whether an answer was made for this request. */
function isFor(uri: string, url: string): boolean {
  const request = new URL(url), said = URL.parse(uri, url);
  return said !== null && said.pathname === request.pathname && said.search === request.search;
}

/**
 * Asks for a digest of a user name and a password.
 *
 * @param declared What is expected.
 * @param realm The name of the surface.
 * @param now The time of day, in milliseconds.
 * @param memory Where it is remembered which counts of which nonces were used.
 */
export async function digest(
  declared: Extract<IncomingAuthentication, { type: "basic" | "digest" }>,
  realm: string,
  now: () => number,
  memory: SharedArrayBuffer,
): Promise<Authenticate> {
  const { createHash, timingSafeEqual } = await import("node:crypto");
  const nonces = await makeNonces(now, memory, realm);
  const hash = (algorithm: Algorithm, text: string) =>
    createHash(ALGORITHMS[algorithm]).update(text).digest("hex");
  const user = createHash("sha256"), secrets = {} as Record<Algorithm, string>;
  feed(user, declared.username);
  const expectedUser = user.digest();
  for (const algorithm of ["SHA-256", "MD5"] as const) {
    const secret = createHash(ALGORITHMS[algorithm]);
    feed(secret, declared.username);
    secret.update(`:${realm}:`);
    feed(secret, declared.password);
    secrets[algorithm] = secret.digest("hex");
  }
  const refuse = (stale: boolean, guess?: string) => {
    const nonce = nonces.make();
    return new Refusal({
      status: 401,
      // The better one first: a client takes the first it knows.
      challenges: (["SHA-256", "MD5"] as const).map((algorithm) =>
        challenge("Digest", [
          ["realm", realm],
          ["qop", "auth"],
          ["algorithm", algorithm, "bare"],
          ["nonce", nonce],
          ["charset", "UTF-8", "bare"],
          ["stale", stale ? "true" : undefined, "bare"],
        ])
      ),
      detail: "Answer the digest challenge with a user name and a password.",
      ...(guess === undefined ? {} : { guess }),
    });
  };
  return (request) => {
    const sent = request.headers.get("authorization");
    if (sent === null || !/^digest /i.test(sent)) return refuse(false);
    const answer = answerOf(sent);
    if (!answer || answer.realm !== realm || !isFor(answer.uri, request.url)) {
      return refuse(false, answer?.username ?? "");
    }
    const { algorithm, username, nonce, nc, cnonce, uri, response } = answer;
    // A nonce that has ended says nothing about the password: the client answers a new one by itself.
    if (!nonces.isOurs(nonce)) return refuse(true);
    const method = hash(algorithm, `${request.method}:${uri}`);
    const expected = hash(algorithm, `${secrets[algorithm]}:${nonce}:${nc}:${cnonce}:auth:${method}`);
    const sameUser = timingSafeEqual(createHash("sha256").update(username).digest(), expectedUser);
    const sameResponse = timingSafeEqual(
      createHash("sha256").update(response).digest(),
      createHash("sha256").update(expected).digest(),
    );
    if (!(sameUser && sameResponse)) return refuse(false, username);
    // Only who knows the password can use a nonce up.
    if (!nonces.use(nonce, parseInt(nc, 16))) return refuse(true);
    return { id: username, scheme: "digest" };
  };
}
