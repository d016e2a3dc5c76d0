import assert from "node:assert/strict";
import { Secret } from "../../expression/secret.ts";
import { compileOperationCall } from "../call.ts";
import type { OAuth2Credential } from "./authenticator.ts";
import { context, failureOf, operation, serve, type TestServer } from "../testing.ts";

type Handler = (request: Request, form: URLSearchParams) => Response | Promise<Response>;

/** An authorization server: metadata by path, and a token endpoint at /oauth/token. Everything else is the API. */
function authorizationServer(
  options: {
    token?: Handler;
    metadata?: (origin: string) => Record<string, Record<string, unknown>>;
    api?: (token: string | undefined) => Response;
  } = {},
) {
  const paths: string[] = [], forms: URLSearchParams[] = [], authorizations: (string | null)[] = [];
  const server: TestServer = serve(async (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/api") {
      const token = request.headers.get("authorization")?.slice("Bearer ".length);
      return options.api?.(token) ?? Response.json(token ?? null);
    }
    paths.push(pathname);
    const found = options.metadata?.(origin)[pathname];
    if (found) return Response.json(found);
    if (request.method !== "POST" || !/token$/.test(pathname)) return new Response("none", { status: 404 });
    const form = new URLSearchParams(await request.text());
    forms.push(form);
    authorizations.push(request.headers.get("authorization"));
    return options.token?.(request, form) ?? Response.json({ access_token: "t1", token_type: "Bearer" });
  });
  const call = (changes: Partial<OAuth2Credential> = {}) => {
    const run = compileOperationCall(operation(server.origin, {
      path: ["/api"],
      reach: [{ origin: server.origin, path: "" }],
      credentials: [{
        type: "oauth2",
        tokenEndpoint: `${server.origin}/oauth/token`,
        grant: "client_credentials",
        clientId: "id",
        clientSecret: new Secret("client-s3cret"),
        scopes: [],
        ...changes,
      }],
    }));
    return () => run({ args: {} }, context());
  };
  return { server, call, paths, forms, authorizations };
}

const discovered = { tokenEndpoint: undefined } as const;

Deno.test("oauth2 finds the token endpoint by RFC 8414, with the issuer's path behind the well-known one", async () => {
  const { server, call, paths } = authorizationServer({
    metadata: (origin) => ({
      "/.well-known/oauth-authorization-server/tenant": {
        issuer: `${origin}/tenant`,
        token_endpoint: `${origin}/oauth/token`,
      },
    }),
  });
  await using _ = server;
  const run = call({ ...discovered, authorizationServer: `${server.origin}/tenant/` });
  assert.equal((await run()).value, "t1");
  await run();
  assert.deepEqual(paths, ["/.well-known/oauth-authorization-server/tenant", "/oauth/token"]);
});

Deno.test("oauth2 finds the token endpoint by OpenID Connect Discovery, and how the client shows itself", async () => {
  const { server, call, forms, authorizations } = authorizationServer({
    metadata: (origin) => ({
      "/realm/.well-known/openid-configuration": {
        issuer: `${origin}/realm`,
        token_endpoint: `${origin}/realm/token`,
        token_endpoint_auth_methods_supported: ["client_secret_post"],
      },
    }),
  });
  await using _ = server;
  assert.equal((await call({ ...discovered, authorizationServer: `${server.origin}/realm` })()).value, "t1");
  assert.equal(authorizations[0], null);
  assert.equal(forms[0]!.get("client_secret"), "client-s3cret");
});

Deno.test("oauth2 asks /token of an authorization server that publishes nothing", async () => {
  const { server, call, paths } = authorizationServer();
  await using _ = server;
  assert.equal((await call({ ...discovered, authorizationServer: server.origin })()).value, "t1");
  assert.equal(paths.at(-1), "/token");
});

Deno.test("oauth2 does not follow metadata of another issuer, or to an undeclared origin", async () => {
  await using other = serve(() => Response.json({ access_token: "stolen" }));
  for (
    const [issuer, endpoint, code, message] of [
      ["https://evil.example", "HERE/oauth/token", "misconfigured", /issuer/],
      ["HERE", `${other.origin}/token`, "blocked", /token endpoint/],
      ["HERE", "file:///etc/passwd", "blocked", /token endpoint/],
    ] as const
  ) {
    const { server, call } = authorizationServer({
      metadata: (origin) => ({
        "/.well-known/oauth-authorization-server": {
          issuer: issuer.replace("HERE", origin),
          token_endpoint: endpoint.replace("HERE", origin),
        },
      }),
    });
    await using _ = server;
    const data = await failureOf(call({ ...discovered, authorizationServer: server.origin })());
    assert.equal(data.code, code);
    assert.match(data.message, message);
    assert.notEqual(data.hint, "");
  }
});

Deno.test("oauth2 explains what token endpoints answer when they refuse", async () => {
  const cases: [Response, string, RegExp, RegExp][] = [
    // GitHub says 200 and an error.
    [
      Response.json({ error: "incorrect_client_credentials", error_description: "wrong" }),
      "unauthorized",
      /incorrect_client_credentials: wrong/,
      /clientId/,
    ],
    [
      Response.json({ error: "invalid_grant" }, { status: 400 }),
      "unauthorized",
      /invalid_grant/,
      /get a new one/,
    ],
    [
      Response.json({ error: "invalid_client" }, { status: 401, headers: { "retry-after": "9" } }),
      "unauthorized",
      /invalid_client/,
      /clientSecret/,
    ],
    [
      new Response("slow down", { status: 429, headers: { "retry-after": "7" } }),
      "rate_limited",
      /429/,
      /later/,
    ],
    [new Response("<html>", { status: 503 }), "upstream_error", /503/, /later/],
    [new Response("<html>", { status: 404 }), "misconfigured", /404/, /tokenEndpoint/],
    [new Response("<html>"), "misconfigured", /without an access token/, /tokenEndpoint/],
    [Response.json({ access_token: 7 }), "misconfigured", /without an access token/, /tokenEndpoint/],
    [
      Response.json({ access_token: "a\r\nX-Evil: 1" }),
      "bad_response",
      /cannot be sent/,
      /authorization server/,
    ],
    [
      Response.json({ access_token: "a", token_type: "bad type\n" }),
      "bad_response",
      /cannot be sent/,
      /authorization server/,
    ],
  ];
  for (const [answer, code, message, hint] of cases) {
    const { server, call } = authorizationServer({ token: () => answer.clone() });
    await using _ = server;
    const data = await failureOf(call()());
    assert.equal(data.code, code);
    assert.match(data.message, message);
    assert.match(data.operatorHint!, hint);
    if (code === "rate_limited") assert.equal(data.retryAfterSeconds, 7);
  }
});

Deno.test("oauth2 presents every writing of bearer as Bearer, and takes lives as numbers or text", async () => {
  for (const type of ["bearer", "BEARER", "Bearer", "BearerToken", undefined]) {
    const { server, call, forms } = authorizationServer({
      token: () => Response.json({ access_token: "t1", token_type: type, expires_in: "3600" }),
    });
    await using _ = server;
    const run = call();
    assert.equal((await run()).value, "t1", type);
    assert.equal((await run()).value, "t1");
    assert.equal(forms.length, 1);
  }
});

Deno.test("oauth2 gives up after one new token, and does not ask again and again", async () => {
  const { server, call, forms } = authorizationServer({ api: () => new Response(null, { status: 401 }) });
  await using _ = server;
  const data = await failureOf(call()());
  assert.equal(data.code, "unauthorized");
  assert.equal(forms.length, 1, "the first token was fresh: another of the same kind would not help");
  const again = await failureOf(call()());
  assert.equal(again.code, "unauthorized");
});

Deno.test("oauth2 tries a held token that was refused once more with a new one", async () => {
  let valid = "t1", issued = 0;
  const { server, call, forms } = authorizationServer({
    token: () => Response.json({ access_token: `t${++issued}` }),
    api: (token) => token === valid ? Response.json(token) : new Response(null, { status: 401 }),
  });
  await using _ = server;
  const run = call();
  assert.equal((await run()).value, "t1");
  valid = "t2";
  const answers = await Promise.all(Array.from({ length: 6 }, () => run()));
  assert.ok(answers.every((answer) => answer.value === "t2"));
  assert.equal(forms.length, 2, "one request renews it for all");
});

Deno.test("oauth2 percent-encodes the client before it is joined for Basic", async () => {
  const { server, call, authorizations } = authorizationServer();
  await using _ = server;
  await call({ clientId: "a b:c", clientSecret: new Secret("p%+é") })();
  assert.equal(authorizations[0], `Basic ${btoa("a+b%3Ac:p%25%2B%C3%A9")}`);
});

Deno.test("oauth2 sends a public client by its name alone", async () => {
  const { server, call, forms, authorizations } = authorizationServer();
  await using _ = server;
  await call({ clientSecret: undefined, grant: "refresh_token", refreshToken: new Secret("r0") })();
  assert.equal(authorizations[0], null);
  assert.deepEqual(Object.fromEntries(forms[0]!), {
    grant_type: "refresh_token",
    refresh_token: "r0",
    client_id: "id",
  });
});

Deno.test("oauth2 asks an authorization server again that fails for a moment, but never with a refresh token", async () => {
  for (const grant of ["client_credentials", "refresh_token"] as const) {
    let asked = 0;
    const { server, call } = authorizationServer({
      token: () =>
        ++asked < 3 ? new Response("busy", { status: 503 }) : Response.json({ access_token: "t1" }),
    });
    await using _ = server;
    const run = call({ grant, refreshToken: new Secret("r0") });
    if (grant === "client_credentials") assert.equal((await run()).value, "t1");
    else assert.equal((await failureOf(run())).code, "upstream_error");
    assert.equal(asked, grant === "client_credentials" ? 3 : 1);
  }
});
