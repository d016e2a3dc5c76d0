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
