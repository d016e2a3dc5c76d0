/**
 * Nothing silent in a document: what cannot mean what it says is a finding.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileCapability, readSpecification } from "../../mod.ts";
import { check, shop, tool } from "./rows.ts";

Deno.test("an authentication that says no type is read by its keys, or refuses what it guards", async () => {
  const guarded = (authentication: string) =>
    `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: rest
      namespace: api
      port: 3001
      authentication: ${authentication}
      resources:
        r: { path: /r, operations: { g: { method: GET, outputParameters: { g: { type: string, value: Hi } } } } }
`;
  await check([
    ["token", guarded("{ token: abc }"), /^7 warning unknown-authentication .*bearer.* => add type: bearer/],
    ["names", guarded("{ username: a, password: b }"), /^7 warning unknown-authentication .*basic/],
    ["key", guarded("{ key: X-Key, value: b }"), /^7 warning unknown-authentication .*apikey/],
    [
      "nothing",
      guarded(""),
      /^7 error unknown-authentication .*no type, so no caller is allowed in => add type/,
    ],
    ["empty", guarded("{}"), /^7 error unknown-authentication .*no type, so no caller is allowed in/],
    ["list", guarded("[bearer]"), /^7 error unknown-authentication .*no type, so no caller is allowed in/],
    [
      "empty token",
      guarded('{ type: bearer, token: "" }'),
      /^7 error unknown-authentication token .*is empty/,
    ],
    ["word", guarded("bearer"), /^7 error unknown-authentication .*needs token/],
    ["none", guarded("none")],
    [
      "API, token",
      shop({ api: "authentication: { token: abc }" }),
      /^7 warning unknown-authentication .*bearer/,
    ],
    [
      "API, nothing",
      shop({ api: "authentication:" }),
      /^7 error unknown-authentication .*no credentials can be sent/,
    ],
    [
      "API, empty token",
      shop({ api: 'authentication: { type: bearer, token: "" }' }),
      /^7 error unknown-authentication token of the authentication is empty/,
    ],
    [
      "API, empty variable",
      shop({ api: 'authentication: { type: bearer, token: "{{EMPTY}}" }' }),
      /^7 error unknown-authentication the variable EMPTY is empty/,
    ],
    [
      "API, empty name beside a password",
      shop({ api: 'authentication: { type: basic, username: "", password: x }' }),
    ],
  ]);
  await using capability = await compileCapability(
    readSpecification("a.yml", { text: guarded("{ token: abc }") }),
  );
  const { status } = await capability.surface("api").fetch(new Request("http://localhost/r"));
  assert.equal(status, 401);
});

Deno.test("a type that is no type is an error, whatever it is", async () => {
  await check([
    ["number", tool("a: { type: 7, description: x }", "{{a}}"), /^11 error unknown-type 7 is not a type/],
    [
      "mapping",
      tool("a: { type: { b: 1 }, description: x }", "{{a}}"),
      /^11 error unknown-type a mapping is not a type/,
    ],
    [
      "template",
      tool('a: { type: "{{b}}", description: x }', "{{a}}"),
      /^11 error unknown-type \{\{b\}\} is not a type/,
    ],
    [
      "list",
      tool("a: { type: [banana], description: x }", "{{a}}"),
      /^11 error unknown-type banana is not a type/,
    ],
    [
      "no list",
      tool("a: { type: [], description: x }", "{{a}}"),
      /^11 error unknown-type type is an empty list/,
    ],
    [
      "several",
      tool("a: { type: [string, integer], description: x }", "{{a}}"),
      /^11 warning unknown-type type lists string, integer; a value of any type/,
    ],
    ["nullable", tool('a: { type: [string, "null"], description: x }', "{{a}}")],
  ]);
});

Deno.test("everything that is wrong with a tool of one call is reported in one run", async () => {
  const wrong = shop({
    api: 'headers: { A: "{{x | y}}" }',
    operations:
      'list: { method: GET, inputParameters: { q: { in: query, value: "{{q" }, r: { in: query, value: "{{a b}}" } } }',
    exposes: `- type: mcp
  namespace: desk
  port: 3001
  tools:
    paths:
      description: x
      call: shop.list
      with: { y: "{{x | y}}", z: "{{#a}}" }
      outputParameters:
        - { name: a, type: string, mapping: "$.a[" }
        - { name: b, type: object, properties: { c: { type: string, mapping: "$.b[" } } }
    nowhere: { description: x, call: shop.lost, outputParameters: [{ name: a, type: string, mapping: "$.d[" }] }
    fixed: { description: x, outputParameters: { a: { type: string, value: "{{a | b}}" }, b: { type: string, value: "{{a b}}" } } }`,
  });
  await check([[
    "all",
    wrong,
    /^7 error bad-template \{\{x \| y\}\}/,
    /^12 error bad-template \{\{q opens/,
    /^12 error bad-template \{\{a b\}\}/,
    /^21 error bad-template \{\{x \| y\}\}/,
    /^21 error bad-template \{\{#a\}\}|^21 error template-section/,
    /^23 error bad-json-path/,
    /^24 error bad-json-path/,
    /^25 error unknown-operation/,
    /^25 error bad-json-path/,
    /^26 error bad-template \{\{a \| b\}\}/,
    /^26 error bad-template \{\{a b\}\}/,
  ]]);
});

Deno.test("constraints that contradict each other, or their type, are reported", async () => {
  const input = (schema: string) => tool(`a: { description: x, ${schema} }`, "{{a}}");
  await check([
    [
      "default, type",
      input("type: integer, default: Oslo"),
      /^11 warning contradiction the default Oslo of a is not of type integer; it is left out/,
    ],
    [
      "default, values",
      input("type: string, enum: [b, c], default: d"),
      /^11 warning contradiction the default d .*=> use one of b, c/,
    ],
    ["values", input("type: integer, enum: [b]"), /^11 warning contradiction b is one of the values of a/],
    ["no values", input("type: string, enum: []"), /^11 warning contradiction enum of a is empty/],
    [
      "bounds",
      input("type: integer, minimum: 5, maximum: 2"),
      /^11 warning contradiction minimum of a is 5, more than its maximum/,
    ],
    [
      "lengths",
      input("type: string, minLength: 5, maxLength: 2"),
      /^11 warning contradiction minLength of a/,
    ],
    ["length", input("type: string, maxLength: -1"), /^11 warning contradiction maxLength of a is -1/],
    [
      "other type",
      input("type: string, minimum: 3"),
      /^11 warning contradiction minimum means nothing for a/,
    ],
    [
      "items",
      input("type: string, items: { type: string }"),
      /^11 warning contradiction items means nothing for a/,
    ],
    ["step size", input("type: number, multipleOf: 0"), /^11 warning contradiction multipleOf of a/],
    ["pattern", input('type: string, pattern: "["'), /^11 warning pattern-not-checked/],
    ["fine", input('type: string, minLength: 1, maxLength: 2, enum: [b, c], default: "b"')],
  ]);
  await using capability = await compileCapability(
    readSpecification("a.yml", { text: input("type: integer, default: Oslo") }),
  );
  assert.deepEqual(await capability.call("t"), {});
});

Deno.test("keys and entries without a value, and entries without a name, are reported", async () => {
  await check([
    [
      "key",
      tool("a: { type: string, format: , description: x }", "{{a}}"),
      /^11 warning empty-value format has no value/,
    ],
    ["type", tool("a: { type: , description: x }", "{{a}}"), /^11 warning empty-value type has no value/],
    ["words", tool("a: { type: string, description: }", "{{a}}")],
    [
      "entry",
      tool("- { name: a, type: string, description: x }\n            -", "{{a}}"),
      /^11 warning empty-value entry 2 of inputParameters is empty/,
    ],
    [
      "number",
      tool("- { name: a, type: string, description: x }\n            - 7", "{{a}}"),
      /^12 error wrong-type entry 2 of this list should be a mapping with a name, or a name/,
    ],
    [
      "name",
      tool('- { name: "", type: string }', "x"),
      /^11 error missing-name an input parameter has no name/,
    ],
  ]);
});

Deno.test("what steps and outputs say without effect is reported", async () => {
  const runs = (text: string) =>
    shop({
      exposes: `- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, ${text} } } }`,
    });
  const output = (text: string) => runs(`call: shop.list, outputParameters: [${text}]`);
  await check([
    [
      "keys of another type",
      runs("steps: [{ type: call, name: s, call: shop.list, match: id, file: x.js }]"),
      /^13 warning unknown-key match has no meaning in a step of type call .*type: lookup/,
      /^13 warning unknown-key file has no meaning in a step of type call .*type: script/,
    ],
    [
      "name of an input",
      runs(
        'inputParameters: [{ name: s, type: string, description: x }], steps: [{ type: call, name: s, call: shop.list, with: { q: "{{s}}" } }]',
      ),
      /^13 warning duplicate-name the step s has the name of an input/,
    ],
    [
      "value and mapping",
      output("{ name: a, type: string, mapping: $.a, value: b }"),
      /^13 warning unknown-key mapping has no effect together with value/,
    ],
    [
      "no name",
      output("{ name: a, type: string, mapping: $.a }, { type: string, mapping: $.b }"),
      /^13 warning missing-name an output has no name/,
    ],
    [
      "properties",
      output("{ name: a, type: string, properties: { b: { type: string } } }"),
      /^13 warning contradiction properties means nothing for a/,
    ],
    [
      "length",
      output("{ name: a, type: string, mapping: $.a, maxLength: -1 }"),
      /^13 warning contradiction maxLength of a/,
    ],
  ]);
});

Deno.test("values that with gives in vain, and promises that a method breaks, are reported", async () => {
  const operations =
    "list: { method: GET, inputParameters: { n: { in: query, type: number } } }\nremove: { method: DELETE }";
  const exposes = (tools: string) => `- { type: mcp, namespace: desk, port: 3001, tools: { ${tools} } }`;
  const calls = (text: string) => shop({ operations, exposes: exposes(`t: { description: x, ${text} }`) });
  const withFlow = (tools: string) =>
    shop({ operations, exposes: exposes(tools) }).replace(
      "  exposes:",
      "  aggregates: [{ namespace: agg, flows: [{ name: f, description: x, semantics: { safe: true }, call: shop.remove }, { name: g, description: x, call: shop.list }] }]\n  exposes:",
    );
  await check([
    [
      "type",
      calls("call: shop.list, with: { n: Oslo }"),
      /^14 warning wrong-type with gives n the value string "Oslo", and it takes number/,
    ],
    ["number", calls('call: shop.list, with: { n: "5" }')],
    [
      "braces",
      calls('inputParameters: { s: { type: number, description: x } }, call: shop.list, with: { n: "{s}" }'),
      /^14 warning bad-expression \{s\} is not a placeholder .* => write \{\{s\}\}/,
      /^14 warning unused-input/,
    ],
    [
      "path",
      calls('inputParameters: { s: { type: number, description: x } }, call: shop.list, with: { n: "$.s" }'),
      /^14 warning bad-expression \$\.s is not a placeholder .* => write \{\{s\}\}/,
      /^14 warning unused-input/,
    ],
    [
      "hint",
      calls("call: shop.remove, hints: { readOnly: true }"),
      /^14 warning contradiction readOnly is true, and t calls DELETE/,
    ],
    ["semantics", withFlow("t: { ref: agg.f }"), /^13 warning contradiction safe is true, and .* DELETE/],
    [
      "of a flow",
      withFlow("t: { ref: agg.g, with: { nn: 5 } }"),
      /^13 warning contradiction/,
      /^15 warning unknown-with-key with gives nn/,
    ],
  ]);
});
