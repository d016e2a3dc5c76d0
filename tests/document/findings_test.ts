/**
 * What an author is told: every mistake of a document in one run, in order, each once.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileCapability } from "../../lib/expose/compile.ts";
import { checkUnexposed } from "../../lib/plan/flows/unexposed.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { inOrder, withoutEchoes } from "../../lib/document/diagnostics/report.ts";
import { strictCheck } from "../../lib/document/strict/mod.ts";

/** Everything that is said of a document, as `line:column code message`. */
async function told(text: string, files: Readonly<Record<string, string>> = {}) {
  const readText = (path: string) => {
    const found = files[path];
    if (found === undefined) throw new Deno.errors.NotFound(path);
    return found;
  };
  const spec = readSpecification("a.yml", { readText }, { text });
  const capability = await compileCapability(spec, { binds: {}, readText, bindsOptional: true });
  const found = inOrder([...spec.diagnostics, ...capability.diagnostics], spec.files);
  return {
    spec,
    capability,
    found,
    lines: found.map((d) => `${d.location.line}:${d.location.column} ${d.code} ${d.message}`),
  };
}

/** The findings of `validate`: those of what nothing exposes as well. */
async function validated(text: string) {
  const { capability, found } = await told(text);
  return [...found, ...checkUnexposed(capability, found)];
}

const SHOP = `ikanos: "1.0.0-beta5"
capability:
  consumes:
  - type: http
    namespace: shop
    baseUri: http://127.0.0.1:9
    resources:
      orders: {path: /orders, operations: {list: {method: GET}, add: {method: POST}}}
`;

Deno.test("a value of the wrong type is one finding, not two", async () => {
  const { lines } = await told(`ikanos: "1.0.0-beta5"
capability:
  consumes:
  - {type: http, namespace: [a], baseUri: "http://127.0.0.1:9"}
  exposes:
  - type: mcp
    tools:
    - {name: {x: 1}, call: a.b}
`);
  assert.deepEqual(lines, [
    "4:29 wrong-type namespace should be text, and is a list; it is left out",
    "8:14 wrong-type name should be text, and is a mapping; it is left out",
  ]);
});

Deno.test("an import that fails is one finding, however much needs it", async () => {
  const { lines, capability } = await told(`ikanos: "1.0.0-beta5"
capability:
  consumes:
  - {from: ./none.yml, import: users, as: people}
  aggregates:
  - {from: ./none.yml, import: crew}
  exposes:
  - type: mcp
    tools:
      one: {call: people.list}
      two: {call: people.get}
      three: {ref: crew.all}
`);
  assert.deepEqual(lines, [
    "4:12 import-not-found the file ./none.yml was not found",
    "6:12 import-not-found the file ./none.yml was not found",
  ]);
  assert.deepEqual(capability.disabled.map((d) => [d.node, d.diagnostic.location.line]), [
    ["tool one", 4],
    ["tool two", 4],
    ["tool three", 6],
  ]);
});

Deno.test("a key that differs only in capitals and dashes is read, and told", async () => {
  const { lines, capability } = await told(`ikanos: "1.0.0-beta5"
capability:
  consumes:
  - type: http
    namespace: shop
    baseURI: http://127.0.0.1:9
    resources:
      orders: {path: /orders, operations: {list: {Method: GET, input_parameters: {q: {in: query}}}}}
  exposes:
  - type: mcp
    tools:
      list: {description: d, call: shop.list}
`);
  assert.deepEqual(lines, [
    "6:5 unknown-key baseURI is read as baseUri",
    "8:51 unknown-key Method is read as method",
    "8:64 unknown-key input_parameters is read as inputParameters",
  ]);
  const [flow] = capability.surfaces[0]!.flows.values();
  assert.equal(flow!.preview!({ q: "x" })!.url, "http://127.0.0.1:9/orders?q=x");
});

Deno.test("a section with a slip in its name says which is meant", async () => {
  const { found } = await told(`${SHOP}  expose: []\n  bind: []\nconsume: []\n`);
  assert.deepEqual(found.map((d) => d.fix), [
    "did you mean exposes?",
    "did you mean binds?",
    "did you mean consumes?",
  ]);
});

Deno.test("findings of reading and of compiling are told in the order of the text", async () => {
  const { found } = await told(`${SHOP}  exposes:
  - type: mcp
    tools:
      one: {cal: shop.list}
      two: {call: shop.lst}
      three: {call: shop.list, outputs: []}
      four: {call: shp.list}
`);
  const starts = found.map((d) => d.location.start);
  assert.deepEqual(starts, starts.toSorted((a, b) => a - b));
  assert.deepEqual(found.map((d) => d.code), [
    "no-call",
    "unknown-key",
    "unknown-operation",
    "unknown-key",
    "unknown-namespace",
  ]);
});

Deno.test("labels of prompt arguments are older words, and no finding", async () => {
  const { lines, spec } = await told(`naftiko: "0.5"
capability:
  exposes:
  - type: mcp
    prompts:
    - {name: p, label: P, arguments: [{name: a, label: A, description: d}], template: [{role: user, content: "{{a}}"}]}
`);
  assert.deepEqual(lines, []);
  const [mcp] = spec.document.exposes!;
  assert.equal(mcp!.type === "mcp" && mcp!.prompts![0]!.arguments![0]!.display, "A");
});

Deno.test("whatever has one name twice in a list is told, and is not where it is two", async () => {
  const { lines } = await told(`naftiko: "1.0.0-alpha2"
capability:
  consumes:
  - type: http
    namespace: shop
    baseUri: http://127.0.0.1:9
    resources:
    - name: o
      path: /orders
      operations:
      - name: list
        method: GET
        inputParameters:
        - {name: q, in: query}
        - {name: q, in: header}
        - {name: q, in: query, type: integer}
  exposes:
  - type: mcp
    tools:
    - name: t
      description: d
      call: shop.list
      inputParameters: [{name: q, type: string}, {name: q, type: integer}]
      outputParameters: [{name: a, type: string, mapping: $.a}, {name: a, type: string, mapping: $.b}]
    - name: s
      description: d
      steps:
      - {name: a, type: call, call: shop.list}
      - {name: a, type: call, call: shop.list}
      outputParameters: [{name: x, type: string}, {name: x, type: string}]
  - type: rest
    port: 1
    resources:
    - {path: "/a/{x}", operations: [{method: GET, call: shop.list}, {method: HEAD, call: shop.list}]}
    - {path: "/a/{{y}}", operations: [{method: get, call: shop.list}]}
`);
  assert.deepEqual(lines.map((line) => line.slice(0, 40)), [
    "16:18 duplicate-name the input q is here",
    "23:57 duplicate-name the input q is here",
    "24:72 duplicate-name the output a is her",
    "29:16 duplicate-name the step a is here ",
    "30:58 duplicate-name the output x is her",
    "34:15 unused-input the placeholder {x} o",
    "35:15 unused-input the placeholder {y} o",
    "35:39 duplicate-name GET /a/{{y}} is her",
  ]);
});

Deno.test("what nothing exposes is checked as well, and told once", async () => {
  const found = await validated(`ikanos: "1.0.0-beta5"
consumes:
- type: htpp
  namespace: shop
  baseUri: http://127.0.0.1:9
  resources: {o: {path: /o, operations: {list: {method: GET}, get: {method: GET}}}}
- type: http
  namespace: store
  baseUri: http://127.0.0.1:9
  resources:
    o: {path: /o, operations: {list: {metod: GET}, get: {method: GET, inputParameters: {id: {in: path}}}}}
    p: {path: /p, operations: {read: {method: GET, body: "{}"}, good: {method: GET}}}
aggregates:
- {namespace: agg, flows: {all: {description: d, call: store.lst}}}
`);
  assert.deepEqual(found.map((d) => `${d.location.line} ${d.severity} ${d.code} ${d.node ?? ""}`), [
    "11 warning unknown-key ",
    "11 warning path-parameter-without-place ",
    "12 warning body-on-get ",
    "3 warning unknown-namespace shop.list",
    "11 warning no-call store.list",
    "14 warning unknown-operation agg.all",
  ]);
});

Deno.test("a variable that two binds take from different places is told", async () => {
  const { lines } = await told(`ikanos: "1.0.0-beta5"
binds:
- {namespace: a, keys: {TOKEN: A_TOKEN, SAME: SAME}}
- {namespace: b, location: "file:///./b.env", keys: {TOKEN: B_TOKEN}}
- {namespace: c, keys: {SAME: SAME}}
`);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^4:54 duplicate-name the variable TOKEN is declared a second time/);
});

Deno.test("a key at the wrong place says where it belongs", async () => {
  const { found } = await told(`ikanos: "1.0.0-beta5"
capability:
  consumes:
  - type: http
    namespace: shop
    resources:
      orders: {path: /o, baseUri: "http://127.0.0.1:9", operations: {list: {method: GET, hints: {readOnly: true}}}}
    exposes: []
`);
  assert.deepEqual(
    found.filter((d) => d.code === "unknown-key").map((d) =>
      /^move it to ([^,]*), or remove it; /.exec(d.fix!)?.[1]
    ),
    [
      "a consumes entry",
      "a tool",
      "the document",
    ],
  );
});

Deno.test("a namespace that is missing is one finding, and disables each node that calls it", async () => {
  const { lines, capability } = await told(`${SHOP}  exposes:
  - type: mcp
    tools: {a: {call: shp.list}, b: {call: shp.add}, c: {call: stock.list}, d: {call: shop.list}}
`);
  assert.deepEqual(lines, [
    "11:23 unknown-namespace nothing consumed has the namespace shp (and for 1 more)",
    "11:64 unknown-namespace nothing consumed has the namespace stock",
  ]);
  assert.deepEqual(capability.disabled.map((d) => d.node), ["tool a", "tool b", "tool c"]);
});

Deno.test("a slip in the name of a key that is needed is one finding", async () => {
  const { found } = await told(`ikanos: "1.0.0-beta5"
capability:
  consumes:
  - {type: http, namespce: shop, base: 1}
`);
  assert.deepEqual(found.map((d) => [d.location.column, d.code, d.fix]), [
    [18, "missing-name", "did you mean namespace where it says namespce?"],
  ]);
});

Deno.test("a tool with an empty name is told", async () => {
  const { lines } = await told(
    `${SHOP}  exposes:\n  - {type: mcp, tools: [{name: " ", description: d, call: shop.list}]}\n`,
  );
  assert.deepEqual(lines, ["10:33 missing-name a tool has an empty name, so no client can call it"]);
});

Deno.test("what strict checking tells is not told by lenient reading as well", async () => {
  const text = `ikanos: "1.0.0-beta5"
info: {display: d, description: d, autor: me}
capability:
  consumes:
  - {type: http, namespace: shop, baseUri: "http://127.0.0.1:9", resources: {o: {path: /o, operations: {l: {method: GET}}}}}
  exposes:
  - {type: mcp, namespace: desk, port: many, tools: {l: {description: d, call: shop.l, hint: {}}}}
`;
  const { found } = await told(text);
  const lines = (list: typeof found) => list.map((d) => `${d.location.line}:${d.location.column} ${d.code}`);
  assert.deepEqual(lines(found), ["2:36 unknown-key", "7:40 wrong-type", "7:88 unknown-key"]);
  assert.deepEqual(lines(inOrder(withoutEchoes([...found, ...strictCheck("a.yml", text)]), [])), [
    "2:36 strict-unknown-key",
    "7:40 strict-wrong-type",
    "7:88 strict-unknown-key",
  ]);
  const broken = await told('ikanos: "1\ninfo: {}\n');
  assert.deepEqual(
    lines(withoutEchoes([...broken.found, ...strictCheck("a.yml", 'ikanos: "1\ninfo: {}\n')])),
    ["1:9 yaml-syntax"],
  );
});
