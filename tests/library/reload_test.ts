/**
 * A document that takes the place of another one uses its connections and its isolate on: a capability that is read again
 * a thousand times holds no more than one that is read once.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readSpecification } from "../../lib/document/read.ts";
import { compileCapability } from "../../lib/expose/compile.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { makeThread } from "../../lib/isolate/make_thread.ts";
import type { Capability } from "../../lib/plan/capability.ts";
import { callFlow } from "../capability.ts";

Deno.test("a document that is read again opens no more connections, and makes no more workers", async () => {
  const from = new Set<number>();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (_request, info) => {
    from.add(info.remoteAddr.port);
    return new Response("a,b\n1,2", { headers: { "content-type": "text/csv" } });
  });
  const host = denoHost(() => {});
  let made = 0, before: Capability | undefined;
  for (let i = 0; i < 30; i++) {
    const text = `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: http://127.0.0.1:${server.addr.port}
      resources: { r: { path: /r, operations: { get: { method: GET, outputRawFormat: csv } } } }
  exposes:
    - { type: mcp, namespace: m, port: 3000, tools: { t: { description: "Number ${i}", call: api.get } } }
`;
    const spec = readSpecification("c.yml", { readText: () => "" }, { text });
    const capability: Capability = await compileCapability(spec, {
      binds: {},
      readText: () => "",
      host,
      before,
      makeLink: () => (made++, makeThread()),
    });
    assert.deepEqual(await callFlow(capability, "t"), [{ a: "1", b: "2" }]);
    before = capability;
  }
  assert.equal(from.size, 1);
  assert.equal(made, 1);
  before!.isolate.close();
});
