/**
 * Expressions where they stand in a document: paths, references and templates, from the author's text to the request.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callFlow, compileText, startUpstream } from "./capability.ts";

/** A document of one API with `operations` and of tools with `tools`, each written as YAML. */
const document = (origin: string, operations: string, tools: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
${operations.replace(/^/gm, "        ")}
  exposes:
    - type: mcp
      namespace: t
      port: 3999
      tools:
${tools.replace(/^/gm, "        ")}
`;

const SHIPS = "ships: { path: /ships, operations: { list: { method: GET } } }";

/** What is said of a tool, as `line:column code message`. */
async function findings(tools: string, operations = SHIPS): Promise<string[]> {
  const { diagnostics } = await compileText(document("http://127.0.0.1:9", operations, tools));
  return diagnostics.map((d) => `${d.location.line}:${d.location.column} ${d.code} ${d.message}`);
}

Deno.test("a mapping speaks JSONPath in full", async () => {
  await using api = startUpstream(() =>
    Response.json({
      rows: [{ name: "Ada", price: 12.5 }, { name: "Bo", price: 7 }, { name: "bay", price: 6 }],
      limit: 6.5,
    })
  );
  const capability = await compileText(document(
    api.origin,
    SHIPS,
    `q:
  description: d
  call: api.list
  outputParameters:
    - type: object
      properties:
        re: { type: array, mapping: "$.rows[?(@.name =~ /^b.*/i)].name" }
        in: { type: array, mapping: "$.rows[?(@.name in ['Bo','Ada'])].name" }
        root: { type: array, mapping: "$.rows[?(@.price > $.limit)].name" }
        rfc: { type: array, mapping: "$.rows[?@.price<8].name" }
        match: { type: array, mapping: "$.rows[?match(@.name,'B.*')].name" }
        sum: { type: number, mapping: "$.rows[*].price.sum()" }
        max: { type: number, mapping: "$.max($.rows[*].price)" }
        keys: { type: array, mapping: "$.keys()" }`,
  ));
  assert.deepEqual(await callFlow(capability, "q"), {
    re: ["Bo", "bay"],
    in: ["Ada", "Bo"],
    root: ["Ada", "Bo"],
    rfc: ["Bo", "bay"],
    match: ["Bo"],
    sum: 25.5,
    max: 12.5,
    keys: ["rows", "limit"],
  });
});

Deno.test("a mapping that is no JSONPath is an error at the mapping itself", async () => {
  for (
    const [path, message] of [
      ["$.a[", "a [ is never closed; it opens at position 4"],
      ["$.a[?foo(@.b)]", "there is no function foo() at position 6"],
      ["$.a.fst()", "there is no function fst() at position 5"],
    ]
  ) {
    const said = await findings(`q:
  description: d
  call: api.list
  outputParameters:
    - type: object
      properties:
        a: { type: string }
        b:
          type: array
          items:
            type: string
            mapping: "${path}"`);
    assert.deepEqual(said, [`25:21 bad-json-path a JSONPath of it cannot be read: ${message}`]);
  }
});

Deno.test("a path between steps that cannot be read is an error at its place", async () => {
  const said = await findings(`q:
  description: d
  steps:
    s: { type: call, call: api.list }
  mappings:
    - { target: a, value: "$.s[?]" }`);
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^19:\d+ bad-json-path .*at position 6$/);
});
