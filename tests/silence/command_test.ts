/**
 * Nothing silent on the command line: `inspect` and `call` print what `validate` would say, beside what they are asked for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, run } from "../testing.ts";

const SPEC = `ikanos: "1.0.0-beta5"
info: { titel: Desk }
capability:
  consumes:
    - { type: http, namespace: shop, baseUrl: "http://127.0.0.1:9", resources: { r: { path: /r, operations: { list: { method: GET } } } } }
  exposes:
    - type: mcp
      namespace: desk
      port: 3001
      tools:
        greet:
          description: Greets
          inputParameters: { who: { type: string, description: Whom }, often: { type: integer, description: How often } }
          outputParameters: { greeting: { type: string, value: "Hello, {{whoo}}" } }
        lost: { description: Lost, call: nowhere.list }
`;

Deno.test("inspect and call print findings, and call what it leaves out of the arguments", async () => {
  await using folder = await folderWith({ "a.yml": SPEC });
  const options = { cwd: folder.path };
  const [inspected, called, twice] = await Promise.all([
    run(CAPSTAN, ["inspect", "a.yml", "--verbose"], options),
    run(
      CAPSTAN,
      ["call", "a.yml", "greet", "--json", '{"whoo": "Ada", "often": null, "sessionId": "7"}'],
      options,
    ),
    run(CAPSTAN, ["call", "a.yml", "greet", "often=1", "often=2"], options),
  ]);
  assert.match(twice.err, /^ {2}often is given 2 times, and takes one value$/m);
  assert.equal(inspected.code, 0, inspected.err);
  assert.match(inspected.err, /^a\.yml:2:9: warning unknown-key titel/m);
  assert.match(inspected.err, /^a\.yml:5:\d+: info other-name baseUrl is read as baseUri/m);
  assert.match(inspected.err, /^a\.yml:14:\d+: warning unknown-word \{\{whoo\}\}/m);
  // What is set aside is part of what it shows.
  assert.match(inspected.out, /tool lost: nothing consumed has the namespace nowhere/);
  assert.equal(called.code, 0, called.err);
  assert.deepEqual(JSON.parse(called.out), { greeting: "Hello, Ada" });
  assert.match(called.err, /^a\.yml:2:9: warning unknown-key titel/m);
  assert.match(called.err, /^a\.yml:15:\d+: error unknown-namespace tool lost/m);
  assert.match(called.err, /^a\.yml:14:\d+: warning unknown-word \{\{whoo\}\}/m);
  assert.match(called.err, /^info: often was left out: it was null, which it does not take$/m);
  assert.match(called.err, /^info: sessionId was left out: /m);
});
