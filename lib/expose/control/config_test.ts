import assert from "node:assert/strict";
import { compileText } from "../../../tests/capability.ts";
import { memoryHost } from "../../host/memory.ts";
import { startSurfaces } from "../start.ts";

Deno.test("/config shows no part of a secret that stands in the author's line of a finding", async () => {
  const token = "begin-abcdefghijklmnopqrstuvwxyz-0123456789-end";
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - { type: http, namespace: api, authentication: { type: bearer, token: "${token}" }, baseUri: "http://api.example.com", resources: { r: { path: /r, operations: { op: { method: GET } } } } }
  exposes:
    - { type: control, port: 0, management: { info: true } }
    - { type: mcp, namespace: m, port: 0, tools: { t: { description: d, call: api.op } } }
`);
  const running = await startSurfaces(capability, {}, { host: memoryHost({}) });
  try {
    const { findings } = await (await fetch(`${running.listening[0]!.url}/config`)).json();
    assert.match(findings[0], /credentials-in-clear/);
    assert.doesNotMatch(findings[0], /begin-|klmnop|56789/);
  } finally {
    await running.close();
  }
});
