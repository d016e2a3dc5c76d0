import assert from "node:assert/strict";
import { compileText } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import { makeToolbox } from "./tools.ts";

async function toolbox(tools: string) {
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: http://127.0.0.1:1
      resources:
        items:
          path: /items/{id}
          operations:
            get: { method: GET, description: Reads one item }
            put: { method: PUT, inputParameters: { body: { in: body, type: object } } }
            add: { method: POST }
            drop: { method: DELETE }
  exposes:
    - type: mcp
      namespace: t
      port: 3985
      tools:
${tools.replace(/^/gm, "        ")}
`);
  return makeToolbox(capability.surfaces[0] as Surface<ExposesMcp>);
}

Deno.test("makeToolbox() gives every tool a name that clients take, and finds it by both names", async () => {
  const long = "reads-an-item-".repeat(6),
    { tools, byName, renamed } = await toolbox(
      `"${long}": { description: a, call: api.get }\n"reads an item": { description: b, call: api.get }\n` +
        `"${long}x": { description: c, call: api.get }\nfine: { description: d, call: api.get }`,
    );
  for (const { name } of tools) assert.match(name, /^[A-Za-z0-9_-]{1,64}$/);
  assert.equal(new Set(tools.map((t) => t.name)).size, 4);
  assert.deepEqual(renamed.map(([written]) => written), [long, "reads an item", `${long}x`]);
  for (const [written, sent] of renamed) assert.equal(byName.get(written), byName.get(sent));
});

Deno.test("makeToolbox() tells what a tool does to the world, in the author's words where there are any", async () => {
  const { tools } = await toolbox(`get: { description: a, call: api.get }
put: { description: b, call: api.put }
add: { description: c, call: api.add }
drop: { description: d, call: api.drop }
told: { description: e, display: Told, call: api.add, hints: { readOnly: true, openWorld: false, title: Says so } }
fixed: { description: f, outputParameters: [{ name: x, type: string, value: y }] }`);
  assert.deepEqual(tools.map((t) => t.definition.annotations), [
    { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
    { readOnlyHint: false, idempotentHint: true },
    { readOnlyHint: false, idempotentHint: false },
    { readOnlyHint: false, idempotentHint: true },
    { title: "Says so", readOnlyHint: true, idempotentHint: false, openWorldHint: false },
    { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  ]);
});

Deno.test("makeToolbox() describes a tool with the words of its operation, else with its display", async () => {
  const { tools } = await toolbox(`own: { description: Own words, call: api.get }
operation: { display: An item, call: api.get }
display: { display: Adds an item, call: api.add }
none: { call: api.add }`);
  assert.deepEqual(tools.map((t) => t.definition.description), [
    "Own words",
    "Reads one item",
    "Adds an item",
    "Calls POST /items/{id}.",
  ]);
});

Deno.test("makeToolbox() keeps what the author says of inputs, in plain JSON Schema", async () => {
  const { tools } = await toolbox(`get:
  description: a
  call: api.get
  inputParameters:
    id: { type: string, description: Which, required: true, pattern: "^i[0-9]+$", maxLength: 9 }`);
  assert.deepEqual(tools[0]!.definition.inputSchema, {
    type: "object",
    properties: { id: { type: "string", description: "Which", pattern: "^i[0-9]+$", maxLength: 9 } },
    required: ["id"],
    additionalProperties: false,
  });
});

Deno.test("makeToolbox() tells apart tools that share their words", async () => {
  const { tools } = await toolbox(`a: { description: An item, call: api.put }
b: { description: An item, call: api.drop }
c: { description: Another, call: api.drop }`);
  assert.deepEqual(tools.map((t) => t.definition.description), [
    "An item (PUT /items/{id})",
    "An item (DELETE /items/{id})",
    "Another",
  ]);
});

Deno.test("makeToolbox() leaves a legal name to the tool that has it", async () => {
  const { tools, byName } = await toolbox(
    `"a b": { description: one, call: api.get }\na_b: { description: two, call: api.put }\n"a/b": { description: three, call: api.add }`,
  );
  assert.deepEqual(tools.map((t) => t.name).filter((name) => name === "a_b"), ["a_b"]);
  assert.equal(byName.get("a_b")!.definition.description, "two");
  assert.equal(byName.get("a b")!.definition.description, "one");
  assert.equal(byName.get("a/b")!.definition.description, "three");
});
