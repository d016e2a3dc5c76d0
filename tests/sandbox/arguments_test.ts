/**
 * A hostile caller: no argument leaves its place, names a variable or is read as a template.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, rpc, startServer, upstream } from "../testing.ts";
import { call, capability, TOKEN } from "./capability.ts";

const ESCAPES = [
  "..",
  "../admin",
  "../../admin",
  "%2e%2e",
  "%2e%2e/admin",
  "%252e%252e",
  "..%2fadmin",
  "//evil.example/x",
  "/etc/passwd",
  "http://evil.example/x",
  "\\..\\admin",
  "..\\admin",
  "x?admin=1",
  "x#fragment",
  "x;y=1",
  ".",
  "..;",
  "..;/admin",
  "..%3b/admin",
  "%2e%2e%2fadmin",
  "%2E%2E%5Cadmin",
  "%25252e%25252e%25252fadmin",
  "a/../../admin",
  "a\\..\\..\\admin",
  "@evil.example",
  "x@evil.example/",
  ":8080/x",
  " .. ",
  ".\t.",
  "..\n",
  "\r\n..",
  "x\0",
  "..\0/admin",
  "\u2025",
  "\uff0e\uff0e/admin",
  "%c0%ae%c0%ae/admin",
  "%u002e%u002e/admin",
  "\u202e..",
  "\ud800",
  "{{API_TOKEN}}",
  "{id}",
];

Deno.test("an argument never leaves its place in the path", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  await using folder = await folderWith({
    "c.yml": capability({
      origin: api.origin,
      exposes: `  exposes:
    - type: mcp
      namespace: t
      port: 0
      tools:
        get: { description: Get, call: api.get, inputParameters: { id: { type: string, required: true } } }
`,
    }),
  });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/c.yml`, "--port", "0"], {
    env: { API_TOKEN: TOKEN },
  });
  for (const id of ESCAPES) {
    const before = api.requests.length;
    const answer = await rpc(server.urls[0]!, "tools/call", { name: "get", arguments: { id } });
    const result = answer["result"] as { isError?: boolean };
    for (const { url } of api.requests.slice(before)) {
      assert.match(url.pathname, /^\/base\/items\/[^/]+$/, `${id} went to ${url.href}`);
      assert.equal(url.search, "", `${id} went to ${url.href}`);
      assert.equal(decodeURIComponent(url.pathname.slice("/base/items/".length)), id.toWellFormed());
      assert.doesNotMatch(url.pathname, /%00|\/\.+(;|$)/);
    }
    if (api.requests.length === before) {
      assert.equal(result.isError, true, `${id} was not sent, and no error`);
    }
  }
});

Deno.test("a line break in a header value adds no header", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  for (const value of ["a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\r\n\r\nGET /admin HTTP/1.1", "a\0b"]) {
    const { code } = await call(capability({ origin: api.origin }), [
      "api.tag",
      "--json",
      JSON.stringify({ "X-Tag": value }),
    ]);
    for (const { headers, url } of api.requests) {
      assert.equal(headers.get("x-injected"), null);
      assert.equal(url.pathname, "/base/tagged");
    }
    if (api.requests.length === 0) assert.equal(code, 1);
    api.requests.length = 0;
  }
});

Deno.test("an argument named like a variable does not replace the credential, nor read it", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  await call(capability({ origin: api.origin }), ["api.find", "API_TOKEN=mine", "q=x"]);
  for (const { headers, url } of api.requests) {
    assert.equal(headers.get("authorization"), `Bearer ${TOKEN}`);
    assert.ok(!url.href.includes(encodeURIComponent(TOKEN)));
  }
});

Deno.test("an argument that holds a template is sent as it is, never filled in", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  for (const q of ["{{API_TOKEN}}", "{{{API_TOKEN}}}", "$env.API_TOKEN", "${API_TOKEN}", "{API_TOKEN}"]) {
    const { code } = await call(capability({ origin: api.origin }), [
      "api.find",
      "--json",
      JSON.stringify({ q }),
    ]);
    assert.equal(code, 0);
    assert.equal(api.requests.at(-1)!.url.searchParams.get("q"), q);
  }
});
