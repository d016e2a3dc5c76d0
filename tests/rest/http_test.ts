import assert from "node:assert/strict";
import type { ExposesRest } from "../../schemas/mod.ts";
import { createRestHandler } from "../../lib/expose/rest/mod.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { compileText, startUpstream } from "../capability.ts";

/** Operations over one flow each, with what the author says of it. */
async function surface() {
  let calls = 0, text = "one";
  const api = startUpstream((request) => {
    calls++;
    const { pathname } = new URL(request.url);
    if (pathname === "/tagged") return Response.json({ text }, { headers: { etag: 'W/"of-the-api"' } });
    if (pathname === "/png") return new Response("png", { headers: { "content-type": "image/png" } });
    return Response.json({ text });
  });
  const flow = (name: string, call: string, semantics: string) =>
    `        ${name}: { semantics: { ${semantics} }, call: up.${call}, outputParameters: { text: { type: string, mapping: $.text } } }`;
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: up
      baseUri: ${api.origin}
      resources:
        text: { path: /text, operations: { text: { method: GET }, change: { method: POST } } }
        tagged: { path: /tagged, operations: { tagged: { method: GET } } }
        png: { path: /png, operations: { png: { method: GET, outputRawFormat: binary } } }
  aggregates:
    - namespace: lib
      flows:
${flow("kept", "text", "safe: true, cacheable: true")}
${flow("never", "text", "safe: true, cacheable: false")}
${flow("acts", "change", "safe: false")}
  exposes:
    - type: rest
      namespace: api
      port: 3988
      resources:
        kept: { path: /kept, operations: { kept: { method: GET, ref: lib.kept } } }
        never: { path: /never, operations: { never: { method: GET, ref: lib.never } } }
        acts: { path: /acts, operations: { acts: { method: GET, ref: lib.acts } } }
        plain: { path: /plain, operations: { plain: { method: GET, call: up.text } } }
        tagged: { path: /tagged, operations: { tagged: { method: GET, call: up.tagged } } }
        png: { path: /png, operations: { png: { method: GET, call: up.png, responseBinary: { mediaType: image/png } } } }
`);
  const handler = createRestHandler(capability, capability.surfaces[0] as Surface<ExposesRest>);
  return {
    ask: async (path: string, headers: Record<string, string> = {}, method = "GET") =>
      await handler(new Request(`http://127.0.0.1:3988${path}`, { method, headers })),
    become: (next: string) => void (text = next),
    calls: () => calls,
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

Deno.test("REST: a result that may be kept has a tag, and is not sent again while it is the same", async () => {
  await using api = await surface();
  const first = await api.ask("/kept"), etag = first.headers.get("etag")!;
  assert.deepEqual([first.status, await first.text()], [200, '{"text":"one"}']);
  assert.equal(first.headers.get("cache-control"), "private, no-cache");
  const again = await api.ask("/kept", { "if-none-match": `"other", W/${etag}` });
  assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
  const head = await api.ask("/kept", {}, "HEAD");
  assert.deepEqual([head.status, head.headers.get("etag"), head.headers.get("content-length")], [
    200,
    etag,
    "14",
  ]);
  assert.equal((await api.ask("/kept", { "if-none-match": etag }, "HEAD")).status, 304);
  api.become("two");
  const changed = await api.ask("/kept", { "if-none-match": etag });
  assert.deepEqual([changed.status, await changed.text()], [200, '{"text":"two"}']);
});

Deno.test("REST: what must not be kept says so, and what nobody says anything of says nothing", async () => {
  await using api = await surface();
  for (const path of ["/never", "/acts"]) {
    const response = await api.ask(path);
    assert.deepEqual([response.headers.get("cache-control"), response.headers.get("etag")], [
      "no-store",
      null,
    ], path);
  }
  const plain = await api.ask("/plain", { "if-none-match": "*" });
  assert.deepEqual([plain.status, plain.headers.get("cache-control")], [200, null]);
});

Deno.test("REST: the tag of the API is passed on, and compared", async () => {
  await using api = await surface();
  assert.equal((await api.ask("/tagged")).headers.get("etag"), 'W/"of-the-api"');
  assert.equal((await api.ask("/tagged", { "if-none-match": '"of-the-api"' })).status, 304);
  assert.equal((await api.ask("/tagged", { "if-none-match": '"another"' })).status, 200);
});

Deno.test("REST: a caller that takes no type of the answer is told before anything is called", async () => {
  await using api = await surface();
  for (
    const [path, accept, status] of [
      ["/kept", "application/xml", 406],
      ["/kept", "text/html, application/json;q=0", 406],
      ["/kept", "text/*", 406],
      ["/plain", "text/*", 200],
      ["/kept", "text/html, application/xhtml+xml, */*;q=0.8", 200],
      ["/kept", "application/*", 200],
      ["/kept", "APPLICATION/JSON;charset=utf-8", 200],
      ["/kept", "garbage", 200],
      ["/kept", "application/vnd.api+json", 200],
      ["/kept", "application/hal+json;q=0, application/json", 200],
      ["/png", "image/*", 200],
      ["/png", "application/json", 406],
    ] as const
  ) {
    const before = api.calls(), response = await api.ask(path, { accept });
    assert.equal(response.status, status, `${path} ${accept}`);
    assert.equal(api.calls() - before, status === 200 ? 1 : 0, `${path} ${accept}`);
    if (status === 406) {
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      assert.match((await response.json()).hint, /^Accept /);
    }
  }
});
