import assert from "node:assert/strict";
import { compileText, startUpstream } from "../../tests/capability.ts";
import { memoryHost } from "../host/memory.ts";
import { NO_TELEMETRY } from "../telemetry/settings.ts";
import { RawClient } from "./listener/testing.ts";
import { startSurfaces } from "./start.ts";

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources: { any: { path: /any, operations: { op: { method: POST } } } }
  exposes:
    - type: mcp
      namespace: mcp
      port: 0
      tools: { op: { description: Calls it, call: api.op } }
    - type: rest
      namespace: rest
      port: 0
      resources:
        op: { path: /op, operations: { post: { method: POST, call: api.op } } }
        on: { path: "/on/{rest}", forward: { targetNamespace: api } }
    - type: control
      namespace: control
      port: 0
      management: { logs: true, scripting: {} }
`;

/** Requests whose bodies break off, by how. */
const BROKEN: Readonly<Record<string, string>> = {
  "chunks that are none": "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
  "chunks that break off later": "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\nzz\r\n",
  "a body that ends too early": 'Content-Length: 100\r\n\r\n{"a',
};

Deno.test("a body that breaks off is the client's fault on every surface: 400, no line of a fault, no call that never ends", async (t) => {
  await using api = startUpstream(() => Response.json({ ok: true }));
  const capability = await compileText(SPEC(api.origin)), host = memoryHost({});
  capability.telemetry.configure({ ...NO_TELEMETRY, metrics: true, keepLogs: 100 });
  const running = await startSurfaces(capability, {}, { host });
  const portOf = new Map(
    running.listening.map(({ namespace, url }) => [namespace, Number(new URL(url).port)]),
  );
  try {
    for (
      const [surface, method, path] of [
        ["mcp", "POST", "/mcp"],
        ["rest", "POST", "/op"],
        ["rest", "POST", "/on/any"],
        ["control", "PUT", "/scripting"],
      ] as const
    ) {
      for (const [how, rest] of Object.entries(BROKEN)) {
        await t.step(`${surface} ${path}: ${how}`, async () => {
          using client = await RawClient.open(portOf.get(surface)!);
          const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
          await client.send(head + rest);
          await client.closeWrite();
          assert.match(await client.rest(), /^HTTP\/1\.1 400 Bad Request\r\n/);
        });
      }
    }
    const control = `http://127.0.0.1:${portOf.get("control")}`;
    const metrics = await (await fetch(`${control}/metrics`)).text();
    assert.match(metrics, /outcome="invalid_arguments"/);
    assert.doesNotMatch(metrics, /^capstan_calls_total.*outcome="(internal|unreachable)"/m);
    assert.doesNotMatch(metrics, /^capstan_calls_in_flight.* [1-9]/m);
    const logs = await (await fetch(`${control}/logs?limit=100`)).text();
    assert.match(logs, /The request ended before its body was whole/);
    assert.doesNotMatch(logs, /Capstan's own/);
    assert.deepEqual(host.logged, []);
  } finally {
    await running.close();
  }
});
