/**
 * Authentication out, from the document to the wire.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callFlow, compileText, startUpstream, toolSpec } from "../capability.ts";

const OPERATION = "path: /a\noperations: { get: { method: GET } }";

Deno.test("an authorization server is found by its metadata, however the type is written, and is reachable", async () => {
  await using identity = startUpstream((request) => {
    const { origin, pathname } = new URL(request.url);
    return pathname === "/.well-known/oauth-authorization-server/tenant"
      ? Response.json({ issuer: `${origin}/tenant`, token_endpoint: `${origin}/elsewhere/token` })
      : pathname === "/elsewhere/token"
      ? Response.json({ access_token: "t1", token_type: "bearer" })
      : new Response(null, { status: 404 });
  });
  await using api = startUpstream((request) => Response.json(request.headers.get("authorization")));
  for (const type of ["oauth2", "OAuth-2", "oauth_2"]) {
    const capability = await compileText(
      toolSpec(api.origin, {
        consumes:
          `authentication: { type: ${type}, authorizationServerUri: "${identity.origin}/tenant", clientId: me, clientSecret: "{{SECRET}}" }`,
        operation: OPERATION,
        tool: "call: api.get",
      }),
      { env: { SECRET: "client-s3cret" } },
    );
    assert.equal(await callFlow(capability, "t"), "Bearer t1");
    assert.ok(capability.reach.some((reach) => reach.origin === identity.origin), type);
  }
});

Deno.test("a grant that needs a person sets the tool aside", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    consumes:
      "authentication: { type: oauth2, tokenEndpoint: http://127.0.0.1:1/token, clientId: me, grantType: authorization_code }",
    operation: OPERATION,
    tool: "call: api.get",
  }));
  const [disabled] = capability.disabled;
  assert.equal(disabled?.diagnostic.code, "unknown-authentication");
  assert.match(disabled!.diagnostic.message, /authorization_code/);
  assert.match(disabled!.diagnostic.fix!, /client_credentials/);
});

Deno.test("each credential is where the document puts it, and wins over an argument of its name", async () => {
  // What arrived is looked at where it did: an answer that repeats a credential has it masked.
  await using api = startUpstream(() => Response.json({}));
  const pick = ["authorization", "x-key", "x-app", "cookie"];
  const bodyOf = { headers: {}, query: "", body: '{"a":1}' };
  const cases: [authentication: string, expected: Record<string, unknown>][] = [
    ["{ type: none }", bodyOf],
    ["{ type: bearer, token: '{{TOKEN}}' }", { ...bodyOf, headers: { authorization: "Bearer t0ken&é" } }],
    ["{ type: Bearer, value: 'x{{TOKEN}}' }", { ...bodyOf, headers: { authorization: "Bearer xt0ken&é" } }],
    ["{ type: basic, username: ä, password: '{{TOKEN}}' }", {
      ...bodyOf,
      headers: { authorization: `Basic ${new TextEncoder().encode("ä:t0ken&é").toBase64()}` },
    }],
    ["{ type: apikey, key: X-Key, value: '{{TOKEN}}' }", { ...bodyOf, headers: { "x-key": "t0ken&é" } }],
    ["{ type: api-key, name: X-Key, in: header, value: $env.TOKEN }", {
      ...bodyOf,
      headers: { "x-key": "t0ken&é" },
    }],
    ["{ type: apikey, headers: { X-Key: '{{TOKEN}}', X-App: shop } }", {
      ...bodyOf,
      headers: { "x-key": "t0ken&é", "x-app": "shop" },
    }],
    ["{ type: apikey, key: k, placement: query, value: '{{TOKEN}}' }", {
      ...bodyOf,
      query: "?k=t0ken%26%C3%A9",
    }],
    ["{ type: apikey, key: k, placement: cookie, value: '{{TOKEN}}' }", {
      ...bodyOf,
      headers: { cookie: "k=t0ken&%C3%A9" },
    }],
    ["{ type: apikey, key: k, placement: body, value: '{{TOKEN}}' }", {
      ...bodyOf,
      body: '{"a":1,"k":"t0ken&é"}',
    }],
  ];
  for (const [authentication, expected] of cases) {
    const capability = await compileText(
      toolSpec(api.origin, {
        consumes: `authentication: ${authentication}`,
        operation: "path: /a\noperations: { op: { method: POST, body: { type: json, data: { a: 1 } } } }",
        tool: "call: api.op",
      }),
      { env: { TOKEN: "t0ken&é" } },
    );
    await callFlow(capability, "t");
    const seen = api.seen.at(-1)!,
      got = {
        headers: Object.fromEntries(
          pick.flatMap((k) => seen.headers.has(k) ? [[k, seen.headers.get(k)!]] : []),
        ) as Record<string, string>,
        query: new URL(seen.url, api.origin).search,
        body: seen.body,
      };
    const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
    // Header values are bytes: what is not ASCII may come back as Latin-1 or as UTF-8.
    for (const [name, value] of Object.entries(got.headers)) {
      got.headers[name] = /[\u00c3]/.test(value) ? new TextDecoder().decode(bytes(value)) : value;
    }
    assert.deepEqual(got, expected, authentication);
  }
});

Deno.test("APIs of one OAuth client share its tokens, so that a refresh token is never used twice", async () => {
  let refresh = "r0", issued = 0;
  await using identity = startUpstream((_request, body) => {
    const form = new URLSearchParams(body);
    // A token that comes back was stolen, says the server, and withdraws everything.
    if (form.get("refresh_token") !== refresh) {
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    }
    refresh = `r${++issued}`;
    return Response.json({ access_token: `t${issued}`, refresh_token: refresh });
  });
  await using api = startUpstream((request) =>
    request.headers.get("authorization") === `Bearer t${issued}`
      ? Response.json(new URL(request.url).pathname)
      : new Response(null, { status: 401 })
  );
  const entry = (namespace: string) => `
    - type: http
      namespace: ${namespace}
      baseUri: ${api.origin}/${namespace}
      authentication: { type: oauth2, tokenEndpoint: "${identity.origin}/token", clientId: me, refreshToken: "{{REFRESH}}" }
      resources: { r: { path: /r, operations: { get: { method: GET } } } }`;
  const capability = await compileText(
    `ikanos: "1.0.0-beta5"
capability:
  consumes:${entry("mail")}${entry("files")}
  exposes:
    - type: mcp
      namespace: both
      port: 3999
      tools:
        mail: { description: m, call: mail.get }
        files: { description: f, call: files.get }
`,
    { env: { REFRESH: "r0" } },
  );
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all([callFlow(capability, "mail"), callFlow(capability, "files")]);
    assert.deepEqual(answers, ["/mail/r", "/files/r"]);
    // The token ends, and both need the next.
    issued += 100;
  }
  assert.equal(identity.seen.length, 3);
});

Deno.test("a key whose header can be none is told where it stands, and never sent", async () => {
  const split = "X-K: 1\\r\\n\\r\\nGET /admin HTTP/1.1\\r\\nHost: x\\r\\nY";
  for (
    const authentication of [
      `{ type: apikey, key: "${split}", value: "{{TOKEN}}", placement: header }`,
      `{ type: apikey, key: "X Y", value: "{{TOKEN}}", placement: header }`,
      `{ type: apikey, headers: { "${split}": "{{TOKEN}}" } }`,
    ]
  ) {
    const { disabled } = await compileText(
      toolSpec("http://127.0.0.1:1", {
        consumes: `authentication: ${authentication}`,
        operation: OPERATION,
        tool: "call: api.get",
      }),
      { env: { TOKEN: "t0ken" } },
    );
    assert.equal(disabled.length, 1, authentication);
    assert.match(disabled[0]!.diagnostic.message, /cannot be the name of a header/);
  }
});
