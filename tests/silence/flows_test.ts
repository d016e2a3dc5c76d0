/**
 * Nothing silent in flows and addresses: steps that nobody uses, mappings to nowhere, paths that are never sent.
 *
 * @module
 */
import { check, shop } from "./rows.ts";

const flow = (steps: string, rest = "") =>
  shop({
    operations:
      "list: { method: GET, inputParameters: { q: { in: query, type: string } } }\nadd: { method: POST }",
    exposes:
      `- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, steps: [${steps}]${rest} } } }`,
  });
const call = (name: string, rest = "") => `{ type: call, name: ${name}, call: shop.list${rest} }`;

Deno.test("a step that only reads and that nothing uses is reported", async () => {
  const both = `${call("one")}, ${call("two")}`;
  await check([
    [
      "nothing uses the first",
      flow(both),
      /^14 warning unused-step the step one only reads, and nothing uses/,
    ],
    [
      "nothing uses the last",
      flow(both, ", mappings: [{ target: a, value: $.one.a }]"),
      /^14 warning unused-step the step two .*=> remove it, or use it: \{\{two\.…\}\} in with/,
    ],
    ["a step uses it", flow(`${call("one")}, ${call("two", ', with: { q: "{{one.a}}" }')}`)],
    ["a path uses it", flow(`${call("one")}, ${call("two", ', with: { q: "$.one.a[*].b" }')}`)],
    ["a mapping uses all", flow(both, ', mappings: [{ target: a, value: "$.*" }]')],
    ["an output may be in it", flow(both, ", outputParameters: [{ name: a, type: string }]")],
    [
      "a lookup uses it",
      flow(`${call("one")}, { type: lookup, name: l, index: one, match: id, lookupValue: "1" }`),
    ],
    [
      "what uses it is broken",
      flow(`${call("one")}, ${call("two", ', with: { q: "{{steps.one.a}}" }')}`),
      /^14 error bad-template/,
    ],
    ["it changes something", flow(`{ type: call, name: one, call: shop.add }, ${call("two")}`)],
  ]);
});

Deno.test("a mapping to a place that is none, or that no output has, is reported", async () => {
  const mapping = (target: string, outputs = "") =>
    flow(call("one"), `, mappings: [{ target: "${target}", value: $.one.a }]${outputs}`);
  const declared = ", outputParameters: [{ name: total, type: string }]";
  await check([
    ["fine", mapping("total", declared)],
    ["inside", mapping("total.of", ", outputParameters: [{ name: total, type: object }]")],
    ["path", mapping("$.total", declared), /^14 warning coerced the target \$\.total is read as total/],
    ["empty", mapping(""), /^14 warning bad-expression the target of a mapping is empty/],
    ["list", mapping("a[0]"), /^14 warning bad-expression the target a\[0\] is not the name of a place/],
    ["slip", mapping("totl", declared), /^14 warning unused-output .*=> did you mean total\?/],
  ]);
});

Deno.test("a path or an address of which a part is never sent is reported", async () => {
  const at = (path: string, base = "https://api.example.com") =>
    shop({}).replace("path: /items", `path: "${path}"`).replace("https://api.example.com", base);
  await check([
    [
      "whole address",
      at("https://api.example.com/items"),
      /^9 error path-notation the path https:.* is a whole address.*=> write path: \/items/,
    ],
    [
      "another host",
      at("https://b.example.com/items"),
      /^9 error path-notation .*another host needs a consumes entry/,
    ],
    ["dots", at("/../items"), /^9 error path-notation the path \/\.\.\/items has a \. or \.\. segment/],
    ["dots in a name", at("/items..old")],
    ["fragment", at("/items#top"), /^9 warning path-notation #top in the path .* never sent/],
    [
      "fragment of the base",
      at("/items", "https://api.example.com/v1#x"),
      /^6 warning invalid-base-uri #x in the baseUri/,
    ],
  ]);
});

Deno.test("a second control section is reported", async () => {
  const port = (n: number) => `- { type: control, port: ${n}, management: { health: true } }`;
  const tool =
    "- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list } } }";
  await check([
    ["one", shop({ exposes: `${tool}\n${port(3002)}` })],
    [
      "two",
      shop({ exposes: `${tool}\n${port(3002)}\n${port(3003)}` }),
      /^15 warning contradiction this is a second control section/,
    ],
  ]);
});
