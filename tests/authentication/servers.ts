/**
 * Authorization servers as they are used in the field, on loopback, and a capability behind each kind of authentication.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OAuth2Server } from "oauth2-mock-server";
import {
  CAPSTAN,
  type Folder,
  folderWith,
  type Server,
  startServer,
  type Upstream,
  upstream,
} from "../testing.ts";

/** An address that every surface of these tests is called by. */
export const RESOURCE = "https://api.example.com/mcp";

/** A capability that is served behind an authentication, before an API that asks nobody for anything. */
export interface Shop extends AsyncDisposable {
  /** Where the MCP surface is. */
  readonly mcp: string;
  /** Where the REST surface is. */
  readonly rest: string;
  readonly api: Upstream;
  readonly server: Server;
  readonly file: string;
  /** Calls a tool; gives the response. */
  callTool(headers?: Record<string, string>, query?: string): Promise<Response>;
}

/** The specification of a shop: one tool and one operation, each behind the same authentication. */
export function shopText(api: string, authentication: string, rest = ""): string {
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${api}
      resources:
        orders:
          path: /orders
          operations:
            list-orders:
              method: GET
              inputParameters:
                Authorization: { in: header, type: string }
                X-Api-Key: { in: header, type: string }
                api_key: { in: query, type: string }
                session: { in: cookie, type: string }
                q: { in: query, type: string }
  exposes:
    - type: mcp
      namespace: shop-tools
      port: 0
      authentication: ${authentication}
      tools:
        list-orders:
          description: Lists orders
          call: shop.list-orders
          inputParameters: { q: { type: string, required: false } }
    - type: rest
      namespace: shop-api
      port: 0
      authentication: ${authentication}
      resources:
        orders:
          path: /orders
          operations:
            list:
              method: GET
              call: shop.list-orders
              inputParameters:
                Authorization: { in: header, type: string, required: false }
                X-Api-Key: { in: header, type: string, required: false }
                api_key: { in: query, type: string, required: false }
                session: { in: cookie, type: string, required: false }
                q: { in: query, type: string, required: false }
${rest}`;
}

/** Serves a shop behind an authentication. */
export async function serveShop(authentication: string, env: Record<string, string> = {}): Promise<Shop> {
  const api = upstream(() => Response.json([{ id: 1 }]));
  const folder: Folder = await folderWith({ "shop.yml": shopText(api.origin, authentication) });
  const file = `${folder.path}/shop.yml`;
  const server = await startServer(CAPSTAN, ["serve", file], { env, surfaces: 2 });
  const [mcp, rest] = server.urls;
  if (mcp === undefined || rest === undefined) throw new Error(server.err());
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "list-orders", arguments: {} },
  });
  return {
    mcp: `${mcp}/mcp`,
    rest,
    api,
    server,
    file,
    callTool: (headers = {}, query = "") =>
      fetch(`${mcp}/mcp${query}`, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
      }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What status a response has, once its body was read. */
export async function statusOf(response: Response | Promise<Response>): Promise<number> {
  const found = await response;
  await found.text();
  return found.status;
}

/** `oauth2-mock-server`: signs whatever it is told to. */
export interface MockIssuer extends AsyncDisposable {
  readonly issuer: string;
  /** Makes a token with other claims; undefined leaves one out. */
  token(claims?: Record<string, unknown>): Promise<string>;
  /** Replaces its key. */
  rotate(): Promise<void>;
  /** Stops answering. */
  stop(): Promise<void>;
}

/** Starts `oauth2-mock-server`. */
export async function mockIssuer(): Promise<MockIssuer> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(0, "127.0.0.1");
  const issuer = server.issuer.url!;
  let stopped = false, kid: string | undefined;
  const stop = async () => {
    if (!stopped) await server.stop();
    stopped = true;
  };
  return {
    issuer,
    token: (claims = {}) =>
      server.issuer.buildToken({
        ...(kid === undefined ? {} : { kid }),
        scopesOrTransform: (_header, payload) => {
          Object.assign(payload, { sub: "ada", aud: RESOURCE, scope: "orders:read" }, claims);
          for (const [name, value] of Object.entries(claims)) if (value === undefined) delete payload[name];
        },
      }),
    async rotate() {
      kid = (await server.issuer.keys.generate("RS256")).kid;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** `oidc-provider`, a certified server with client credentials, introspection, revocation and DPoP. */
export interface Provider extends AsyncDisposable {
  readonly issuer: string;
  /** Posts a form to one of its endpoints as the client `robot`. */
  post(
    path: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Record<string, unknown>>;
}

/**
 * Starts `oidc-provider`.
 *
 * @param format Whether its tokens are JWTs, or say nothing.
 */
export async function oidcProvider(format: "jwt" | "opaque"): Promise<Provider> {
  const { default: OidcProvider } = await import("oidc-provider");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] };
  const provider = new OidcProvider(issuer, {
    clients: [
      { ...client, client_id: "robot", client_secret: "robot-secret" },
      { ...client, client_id: "shop", client_secret: "shop-secret" },
    ],
    ttl: { ClientCredentials: 300 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: "orders:read orders:write",
          audience: resource,
          accessTokenFormat: format,
          accessTokenTTL: 300,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  const handle = provider.callback();
  server.on("request", (request, response) => void handle(request, response));
  return {
    issuer,
    async post(path, form, headers = {}) {
      const response = await fetch(issuer + path, {
        method: "POST",
        headers: { authorization: `Basic ${btoa("robot:robot-secret")}`, ...headers },
        body: new URLSearchParams(form),
      });
      const text = await response.text();
      return text === "" ? {} : JSON.parse(text);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Waits until a server has said something on stderr: that comes by another way than its answers. */
export async function untilSaid(server: { err(): string }, said: RegExp): Promise<void> {
  for (let tries = 0; tries < 1200 && !said.test(server.err()); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.match(server.err(), said);
}
