/**
 * What the tests of this folder share: a clock, an authorization server, tokens.
 *
 * @module
 */
import * as jose from "jose";
import type { Caller } from "../../telemetry/call.ts";
import type { IncomingAuthentication, IncomingOAuth2 } from "../../plan/incoming.ts";
import { compileAuthentication } from "./mod.ts";
import { Refusal } from "./refusal.ts";
import { onceMemory } from "./once/used_once.ts";

/** A time that stands still until it is moved. */
export interface Watch {
  /** Milliseconds since 1970. */
  at: number;
}

/** Asks an authenticator; gives who calls, or the response. */
export type Ask = (
  headers?: Record<string, string>,
  url?: string,
  method?: string,
) => Promise<Caller | (Response & { readonly challenges: string })>;

/** Makes an authenticator that is asked by headers. */
export async function asking(
  declared: IncomingAuthentication,
  more: { readonly send?: (request: Request) => Promise<Response>; readonly watch?: Watch } = {},
): Promise<
  Ask & { readonly logged: string[]; readonly metadata: { path: string; document: string } | undefined }
> {
  const logged: string[] = [], { watch = { at: Date.now() } } = more;
  const authenticator = await compileAuthentication(declared, {
    memory: onceMemory,
    realm: "shop",
    send: more.send ?? (() => Promise.reject(new Error("nobody is to be asked"))),
    now: () => watch.at,
    log: (message) => void logged.push(message),
  });
  const ask: Ask = async (headers = {}, url = "http://127.0.0.1:3000/orders", method = "GET") => {
    const found = await authenticator.authenticate(new Request(url, { method, headers }));
    if (!(found instanceof Refusal)) return found;
    if (found.data.log !== undefined) logged.push(found.data.log);
    const response = found.respond("text");
    return Object.assign(response, { challenges: response.headers.get("www-authenticate") ?? "" });
  };
  return Object.assign(ask, { logged, metadata: authenticator.metadata });
}

/** What an authorization server of a test can do. */
export interface TestIssuer {
  readonly issuer: string;
  /** How often each path was asked for. */
  readonly asked: Record<string, number>;
  /** Answers requests; set `down` to refuse them all. */
  readonly send: (request: Request) => Promise<Response>;
  down: boolean;
  /** The keys it publishes. */
  keys: jose.JWK[];
  /** What introspection says of a token. */
  tokens: Record<string, unknown>;
  /** The Authorization header of the last introspection. */
  client: string | null;
  /** Makes a new key, and publishes it beside the others. */
  addKey(kid: string): Promise<jose.CryptoKey>;
  /** Signs a token: with the first key, and good claims where nothing else is said. */
  token(
    claims?: Record<string, unknown>,
    options?: { key?: jose.CryptoKey; header?: object },
  ): Promise<string>;
}

/** The resource that tokens of tests are for. */
export const RESOURCE = "https://api.example.com/mcp";

/** Makes an authorization server. */
export async function testIssuer(watch: Watch): Promise<TestIssuer> {
  const issuer = "https://login.example.com/tenant";
  let first: jose.CryptoKey | undefined;
  const it: TestIssuer = {
    issuer,
    asked: {},
    down: false,
    keys: [],
    tokens: {},
    client: null,
    async send(request) {
      const { pathname } = new URL(request.url);
      it.asked[pathname] = (it.asked[pathname] ?? 0) + 1;
      if (it.down) throw new Error("login.example.com refused the connection");
      switch (pathname) {
        case "/.well-known/oauth-authorization-server/tenant":
          return Response.json({
            issuer,
            jwks_uri: `${issuer}/keys`,
            introspection_endpoint: `${issuer}/introspect`,
          });
        case "/tenant/keys":
          return Response.json({ keys: it.keys });
        case "/tenant/introspect": {
          it.client = request.headers.get("authorization");
          const form = new URLSearchParams(await request.text());
          return Response.json(it.tokens[form.get("token") ?? ""] ?? { active: false });
        }
      }
      return new Response(null, { status: 404 });
    },
    async addKey(kid) {
      const { publicKey, privateKey } = await jose.generateKeyPair("ES256", { extractable: true });
      it.keys.push({ ...await jose.exportJWK(publicKey), kid, alg: "ES256", use: "sig" });
      return first ??= privateKey, privateKey;
    },
    async token(claims = {}, { key = first!, header = {} } = {}) {
      const seconds = Math.floor(watch.at / 1000);
      const all = {
        iss: issuer,
        aud: RESOURCE,
        sub: "ada",
        scope: "orders:read orders:write",
        exp: seconds + 300,
        iat: seconds,
        ...claims,
      };
      const payload = new TextEncoder().encode(JSON.stringify(all));
      return await new jose.CompactSign(payload)
        .setProtectedHeader({ alg: "ES256", kid: "one", typ: "at+jwt", ...header }).sign(key);
    },
  };
  await it.addKey("one");
  return it;
}

/** A declaration for that server. */
export function declaredFor(issuer: string, more: Partial<IncomingOAuth2> = {}): IncomingOAuth2 {
  return {
    type: "oauth2",
    issuer,
    resource: RESOURCE,
    audience: RESOURCE,
    scopes: ["orders:read"],
    validation: "jwks",
    jwksUri: undefined,
    introspectionEndpoint: undefined,
    client: undefined,
    ...more,
  };
}
