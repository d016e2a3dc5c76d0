/**
 * A hostile document or upstream writes for the terminal of the person who looks.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, run, upstream } from "../testing.ts";
import { call, capability } from "./capability.ts";

// deno-lint-ignore no-control-regex -- these must not come through
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;
const EVIL = "\x1b[2J\x1b]0;owned\u009b31m\u202e";

Deno.test("nothing that an upstream answers is obeyed by a terminal", async () => {
  for (const status of [200, 400]) {
    await using api = upstream(() => Response.json({ message: EVIL, [EVIL]: EVIL }, { status }));
    for (const flags of [[], ["--format", "json"]]) {
      const { out, err } = await call(capability({ origin: api.origin }), ["api.list", ...flags]);
      assert.doesNotMatch(out + err, OBEYED);
      if (status === 200) assert.deepEqual(JSON.parse(out), { message: EVIL, [EVIL]: EVIL });
    }
  }
});

Deno.test("nothing that a document says is obeyed by a terminal", async () => {
  await using folder = await folderWith({
    "c.yml": `ikanos: "1.0.0-beta5"
info: { display: ${JSON.stringify(EVIL)} }
capability:
  consumes: [{ type: http, namespace: ${JSON.stringify(`a${EVIL}`)}, baseUri: "http://127.0.0.1:9", ${
      JSON.stringify(EVIL)
    }: 1, resources: {} }]
  exposes:
    - type: mcp
      namespace: ${JSON.stringify(`t${EVIL}`)}
      port: 3999
      tools: { ${JSON.stringify(`x${EVIL}`)}: { description: ${JSON.stringify(EVIL)}, call: ${
      JSON.stringify(`b.${EVIL}`)
    } } }
`,
  });
  for (const verb of ["validate", "inspect", "serve", "permissions"]) {
    const { out, err } = await run(CAPSTAN, [verb, `${folder.path}/c.yml`]);
    assert.notEqual(out + err, "");
    assert.doesNotMatch(out + err, OBEYED, verb);
  }
});

Deno.test("U8: no name or text of a document makes a line of its own, or changes the order of one", async () => {
  const forged = "ok\n\nreaches\n  api.trusted.example:443\r\nerror: forged\u2028\u200b\u202e";
  const text = JSON.stringify(forged);
  await using folder = await folderWith({
    "c.yml": `ikanos: "1.0.0-beta5"
info: { display: ${text}, version: ${text} }
binds: [{ namespace: ${text}, location: ${JSON.stringify(`vault:${forged}`)}, keys: { KEY: KEY } }]
capability:
  consumes:
    - type: http
      namespace: ${text}
      baseUri: "http://127.0.0.1:9"
      authentication: { type: bearer, token: "{{KEY}}" }
      resources: { r: { path: /, operations: { get: { method: GET, outputRawFormat: ${text} } } } }
  exposes:
    - type: mcp
      namespace: ${text}
      port: 3999
      tools:
        ${text}: { description: ${text}, call: ${JSON.stringify(`${forged}.get`)} }
        other: { description: d, call: ${JSON.stringify(`none.${forged}`)} }
`,
  });
  for (const verb of ["validate", "inspect", "serve", "permissions"]) {
    const { out, err } = await run(CAPSTAN, [verb, `${folder.path}/c.yml`]);
    assert.match(out + err, verb === "permissions" ? /allow-net/ : /\\n\\nreaches/);
    for (const line of (out + err).split("\n")) {
      assert.doesNotMatch(line, /^\s*(api\.trusted|error: forged)|[\r\u2028\u200b\u202e]/, verb);
      if (verb !== "inspect") assert.doesNotMatch(line, /^reaches/, verb);
    }
    if (verb === "inspect") assert.equal(out.split("\nreaches\n").length, 2);
  }
});
