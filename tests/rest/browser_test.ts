/**
 * What REST gives to browsers and to clients that pack their bodies.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ExposesRest } from "../../schemas/mod.ts";
import { listen } from "../../lib/expose/http.ts";
import { createRestHandler } from "../../lib/expose/rest/mod.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { compileText, startUpstream } from "../capability.ts";

async function rest() {
  const api = startUpstream((request, body) => {
    const type = new URL(request.url).searchParams.get("type");
    return type === null
      ? Response.json({ method: request.method, body })
      : new Response("<script>1</script>", { headers: { "content-type": type } });
  });
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}
      resources:
        a:
          path: /a
          operations:
            get: { method: GET, outputRawFormat: binary, inputParameters: { type: { in: query, type: string } } }
            put: { method: PUT, inputParameters: { doc: { in: body, type: object } } }
            drop: { method: DELETE }
  exposes:
    - type: rest
      namespace: w
      port: 3977
      resources:
        f: { path: /file, operations: { f: { method: GET, call: api.get, inputParameters: { type: { in: query, type: string } } } } }
        p: { path: /put, operations: { p: { method: PUT, call: api.put, inputParameters: { doc: { in: body, type: object } } } } }
        d: { path: /drop, operations: { d: { method: GET, call: api.drop } } }
        c: { path: /c, operations: { c: { method: GET, outputParameters: [{ type: object, properties: { a: { type: string, value: "h\u00e9" } } }] } } }
`);
  const handler = createRestHandler(capability, capability.surfaces[0] as Surface<ExposesRest>);
  const listener = listen({ hostname: "127.0.0.1", port: 0, handler });
  return {
    api,
    handler,
    ask: (path: string, init?: RequestInit) => fetch(listener.url + path, init),
    async [Symbol.asyncDispose]() {
      await listener.close();
      await api[Symbol.asyncDispose]();
    },
  };
}

Deno.test("U12: no browser runs what an API sends as a page of this server", async () => {
  await using shop = await rest();
  for (
    const [type, attached] of [["text/html", true], ["image/svg+xml", true], ["image/png", false]] as const
  ) {
    const { headers, body } = await shop.ask(`/file?type=${encodeURIComponent(type)}`);
    await body?.cancel();
    assert.equal(headers.get("content-security-policy"), "sandbox");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("content-disposition"), attached ? "attachment" : null, type);
  }
});

Deno.test("U12: a GET that changes something asks for a header on a network address", async () => {
  await using shop = await rest();
  const from = (origin: string, headers = {}) => shop.handler(new Request(`${origin}/drop`, { headers }));
  const refused = await from("http://10.0.0.7:3977");
  assert.equal(refused.status, 403);
  assert.match((await refused.json()).hint, /X-Requested-With/);
  assert.equal(shop.api.seen.length, 0);
  assert.equal((await from("http://10.0.0.7:3977", { "x-requested-with": "curl" })).status, 200);
  assert.equal((await from("http://127.0.0.1:3977")).status, 200);
});

Deno.test("report 24: a packed body is unpacked up to the limit, and another encoding is refused", async () => {
  await using shop = await rest();
  const pack = (text: string, format: CompressionFormat) =>
    new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer();
  const put = async (body: BodyInit, encoding: string) => {
    const response = await shop.ask("/put", {
      method: "PUT",
      body,
      headers: { "content-type": "application/json", "content-encoding": encoding },
    });
    return { response, data: await response.json() };
  };
  for (const format of ["gzip", "deflate"] as const) {
    assert.equal((await put(await pack('{"a":1}', format), format)).data.body, '{"a":1}');
  }
  const bomb = await put(await pack(`{"a":"${"x".repeat(2 << 20)}"}`, "gzip"), "gzip");
  assert.equal(bomb.response.status, 413);
  const other = await put("x", "zstd");
  assert.deepEqual([other.response.status, other.response.headers.get("accept-encoding")], [
    415,
    "gzip, deflate, identity",
  ]);
  const wrong = await put("{}", "gzip");
  assert.deepEqual([wrong.response.status, wrong.data.code], [400, "invalid_arguments"]);
});

Deno.test("report 24: HEAD tells the length that GET has", async () => {
  await using shop = await rest();
  const get = await shop.ask("/c"), head = await shop.ask("/c", { method: "HEAD" });
  assert.equal((await get.arrayBuffer()).byteLength, Number(get.headers.get("content-length")));
  assert.equal(head.headers.get("content-length"), get.headers.get("content-length"));
});
