/**
 * A hostile upstream redirects: no credential goes along, and nothing undeclared is reached.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, rpc, startServer, upstream } from "../testing.ts";
import { call, capability, CREDENTIALS, TOKEN } from "./capability.ts";

for (const [kind, authentication] of Object.entries(CREDENTIALS)) {
  Deno.test(`a redirect to another origin takes no credential along: ${kind}`, async () => {
    await using thief = upstream(() => Response.json({ stolen: true }));
    await using api = upstream(() =>
      new Response(null, { status: 302, headers: { location: `${thief.origin}/take` } })
    );
    const { code, out, err } = await call(capability({ origin: api.origin, authentication }), ["api.list"]);
    assert.equal(code, 1, out);
    assert.equal(api.requests.length, 1);
    assert.equal(thief.requests.length, 0);
    assert.match(err, /blocked/);
    assert.ok(!(out + err).includes(TOKEN));
  });
}

Deno.test("a redirect to an undeclared port of the same host gets nothing", async () => {
  await using other = upstream(() => Response.json({ ok: true }));
  await using api = upstream(() => Response.redirect(`http://127.0.0.1:${other.port}/base/items`, 307));
  const { code } = await call(capability({ origin: api.origin }), ["api.list"]);
  assert.equal(code, 1);
  assert.equal(other.requests.length, 0);
});

/** Where nothing of a request gives a secret away. */
function assertClean(request: { url: URL; headers: Headers; body: string }, about: string): void {
  const all = [request.url.href, request.body, ...[...request.headers].flat()].join("\n");
  for (const form of [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN), btoa(`user:${TOKEN}`), "live-token"]) {
    assert.ok(!all.includes(form), `${about}: ${form} in ${all}`);
  }
}

Deno.test("a redirect to another declared origin arrives without any credential", async (t) => {
  await using other = upstream(() => Response.json({ ok: true }));
  await using api = upstream((request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/token") return Response.json({ access_token: "live-token", expires_in: 60 });
    if (request.headers.get("authorization") === null && pathname === "/base/challenged") {
      return new Response(null, {
        status: 401,
        headers: { "www-authenticate": 'Digest realm="r", nonce="n", qop="auth"' },
      });
    }
    return new Response(null, { status: 307, headers: { location: `${other.origin}/there/x${search}` } });
  });
  const more = `    - { type: http, namespace: other, baseUri: "${other.origin}/there", resources: {} }\n`;
  const kinds = {
    ...CREDENTIALS,
    oauth2:
      `      authentication: { type: oauth2, tokenEndpoint: "${api.origin}/token", clientId: a, clientSecret: '{{API_TOKEN}}' }`,
    digest: "      authentication: { type: digest, username: user, password: '{{API_TOKEN}}' }",
  };
  for (const [kind, authentication] of Object.entries(kinds)) {
    await t.step(kind, async () => {
      const { code, err, out } = await call(
        capability({
          origin: api.origin,
          authentication,
          more,
          operations: `        challenged: { path: /challenged, operations: { go: { method: GET } } }\n`,
        }),
        [kind === "digest" ? "api.go" : "api.list"],
      );
      for (const request of other.requests) assertClean(request, kind);
      // A secret that the redirect writes into the address under another name is not sent at all.
      if (kind === "a query input with a variable") assert.equal(other.requests.length, 0);
      else {
        assert.equal(code, 0, err);
        assert.equal(other.requests.length, 1);
      }
      assert.ok(!(out + err).includes(TOKEN));
      other.requests.length = 0;
    });
  }
});

Deno.test("a redirect leads to no other scheme, user or place outside the base path", async (t) => {
  let location = "";
  await using api = upstream((request) =>
    new URL(request.url).pathname.startsWith("/base/items")
      ? new Response(null, { status: 302, headers: { location } })
      : Response.json({ reached: new URL(request.url).pathname })
  );
  await using folder = await folderWith({
    "c.yml": capability({
      origin: api.origin,
      exposes: `  exposes:
    - { type: mcp, namespace: t, port: 0, tools: { list: { description: List, call: api.list } } }
`,
    }),
  });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/c.yml`, "--port", "0"], {
    env: { API_TOKEN: TOKEN },
  });
  const places = [
    "/admin",
    "../../admin",
    "/base/../admin",
    "/base/%2e%2e/admin",
    "/base/..%2fadmin",
    "/base/..;/admin",
    "/base\\..\\admin",
    "/basement/x",
    `//127.0.0.1:${api.port}/admin`,
    `http://user:word@127.0.0.1:${api.port}/base/x`,
    `https://127.0.0.1:${api.port}/base/x`,
    `http://localhost:${api.port}/base/x`,
    "file:///etc/passwd",
    "data:application/json,{}",
    "javascript:1",
    "blob:http://127.0.0.1/x",
    "http://",
    "/base/items",
  ];
  for (const place of places) {
    await t.step(place, async () => {
      location = place;
      api.requests.length = 0;
      const answer = await rpc(server.urls[0]!, "tools/call", { name: "list", arguments: {} });
      const result = answer["result"] as { isError?: boolean; content: { text: string }[] };
      assert.equal(result.isError, true, result.content[0]!.text);
      assert.match(result.content[0]!.text, /^(blocked|bad_response|upstream_error)/);
      for (const { url } of api.requests) assert.equal(url.pathname, "/base/items");
      // The last leads in a circle, which ends after five hops.
      assert.equal(api.requests.length, place === "/base/items" ? 6 : 1);
    });
  }
});

Deno.test("a redirect keeps the method and body with 307 and 308, and reads with 303", async () => {
  await using api = upstream((request) => {
    const { pathname, searchParams } = new URL(request.url);
    return pathname === "/base/items"
      ? new Response(null, { status: Number(searchParams.get("as")), headers: { location: "/base/there" } })
      : Response.json({ ok: true });
  });
  const operations =
    `        made: { path: /items, operations: { make: { method: POST, inputParameters: { as: { in: query, type: string } }, body: { type: json, data: { a: 1 } } } } }\n`;
  for (
    const [as, method, body] of [["307", "POST", '{"a":1}'], ["308", "POST", '{"a":1}'], ["303", "GET", ""]]
  ) {
    const { code, err } = await call(capability({ origin: api.origin, operations }), [
      "api.make",
      `as=${as}`,
    ]);
    assert.equal(code, 0, err);
    const last = api.requests.at(-1)!;
    assert.deepEqual([last.url.pathname, last.method, last.body], ["/base/there", method, body]);
    assert.equal(last.headers.get("authorization"), `Bearer ${TOKEN}`);
    assert.equal(last.headers.get("content-type"), body === "" ? null : "application/json");
  }
});
