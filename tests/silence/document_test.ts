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
      /^7 error unknown-authentication .*no type, so nobody can be let in => add type/,
    ],
    ["empty", guarded("{}"), /^7 error unknown-authentication .*no type, so nobody can be let in/],
    ["list", guarded("[bearer]"), /^7 error unknown-authentication .*no type, so nobody can be let in/],
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
