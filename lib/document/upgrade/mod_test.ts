import assert from "node:assert/strict";
import { readSpecification } from "../read.ts";
import type { ExposesMcp, ExposesRest } from "../../../schemas/mod.ts";

function read(text: string) {
  return readSpecification("a.yml", {
    readText(): string {
      throw new Error("nothing to read");
    },
  }, { text });
}

/** Without the undefined keys and prototypes that do not matter. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null));

/** The first consumed API of a document whose capability is given. */
const consumed = (text: string) =>
  read(`ikanos: "1.0.0-beta5"\nconsumes:\n- ${text.trim().replace(/\n/g, "\n  ")}\n`);

/** An operation with the given lines. */
function operation(lines: string) {
  const spec = consumed(
    `namespace: a\nbaseUri: https://a.example\nresources:\n  r:\n    path: /r\n    operations:\n      o:\n        method: POST\n` +
      lines.trimEnd().replace(/^/gm, "        "),
  );
  return { operation: plain(spec.document.consumes?.[0]?.resources?.[0]?.operations?.[0]), spec };
}

/** A tool with the given lines. */
function tool(lines: string) {
  const spec = read(
    `ikanos: "1.0.0-beta5"\nexposes:\n- type: mcp\n  tools:\n    t:\n${
      lines.trimEnd().replace(/^/gm, "      ")
    }\n`,
  );
  return { tool: plain((spec.document.exposes?.[0] as ExposesMcp).tools?.[0]), spec };
}

const OLD = `naftiko: 1.0.0-alpha2
info: {label: Ships, created: 2026-05-01, version: 1.10}
capability:
  consumes:
  - namespace: sea
    baseUri: https://sea.example
    resources:
    - name: ships
      label: Ships
      path: /ships
      operations:
      - {name: get-ship, method: GET, outputParameters: [{name: id, type: string, value: $.id}]}
  aggregates:
  - label: Crew
    namespace: crew
    functions:
    - name: resolve
      steps:
      - {name: one, type: call, call: sea.get-ship}
      mappings: [{targetName: route.from, value: $.one.id}]
      outputParameters: [{name: crew, type: array, items: [{name: role, type: string}]}]
  exposes:
  - type: mcp
    tools:
    - {name: get-ship, label: Get ship, call: sea.get-ship, inputParameters: [imo]}
`;
const NEW = `ikanos: "1.0.0-alpha2"
info: {display: Ships, created: "2026-05-01", version: "1.10"}
consumes:
- namespace: sea
  baseUri: https://sea.example
  resources:
    ships:
      display: Ships
      path: /ships
      operations:
        get-ship: {method: GET, outputParameters: {id: {type: string, mapping: $.id}}}
aggregates:
- display: Crew
  namespace: crew
  flows:
    resolve:
      steps:
        one: {type: call, call: sea.get-ship}
      mappings: [{target: route.from, value: $.one.id}]
      outputParameters: {crew: {type: array, items: {role: {type: string}}}}
exposes:
- type: mcp
  tools:
    get-ship: {display: Get ship, call: sea.get-ship, inputParameters: {imo: }}
`;

Deno.test("an old and a new spelling of one document give one model, without a word", () => {
  const old = read(OLD), now = read(NEW);
  assert.deepEqual(old.diagnostics, []);
  assert.deepEqual(now.diagnostics, []);
  assert.deepEqual(plain(old.document), plain(now.document));
  const flow = old.document.aggregates![0]!.flows![0]!;
  assert.deepEqual(plain(flow.outputParameters), [
    {
      name: "crew",
      type: "array",
      items: { type: "object", properties: [{ name: "role", type: "string" }] },
    },
  ]);
});

Deno.test("places survive the upgrade: renamed keys, keys of maps, entries of lists", () => {
  for (const [text, lines] of [[OLD, [15, 20, 12, 25]], [NEW, [14, 19, 11, 24]]] as const) {
    const { document, origins } = read(text), flow = document.aggregates![0]!.flows![0]!;
    const [resource] = document.consumes![0]!.resources!;
    const [shown] = (document.exposes![0] as ExposesMcp).tools!;
    const at = [
      origins.locate(document.aggregates![0]!, "namespace"),
      origins.locate(flow.mappings![0]!, "target"),
      origins.locate(resource!.operations![0]!.outputParameters![0]!, "mapping"),
      origins.locate(shown!, "call"),
    ];
    assert.deepEqual(at.map((place) => place!.line), lines);
    const written = at.map((place) => text.slice(place!.start, place!.end));
    assert.deepEqual(written, ["crew", "route.from", "$.id", "sea.get-ship"]);
  }
});

Deno.test("the name of an entry in a map stands at its key", () => {
  const { document, origins } = read(NEW), [shown] = (document.exposes![0] as ExposesMcp).tools!;
  const place = origins.locate(shown!, "name")!;
  assert.equal(NEW.slice(place.start, place.end), "get-ship");
  assert.equal(place.line, 24);
});

Deno.test("unquoted versions, dates and numbers are the text the author wrote", () => {
  assert.deepEqual(plain(read(OLD).document.info), {
    display: "Ships",
    created: "2026-05-01",
    version: "1.10",
  });
  assert.equal(read("naftiko: 0.5\ninfo: {display: 007}\n").document.version, "0.5");
});

Deno.test("external references become binds, and their variables keep their names", () => {
  const { document } = read(
    "naftiko: 0.5\nexternalRefs:\n- {name: env, type: environment, resolution: file, uri: ./e.json, keys: {my_token: T}}\n" +
      "- {name: run, type: variables, resolution: runtime, keys: {k: K}}\n",
  );
  assert.deepEqual(plain(document.binds), [
    { namespace: "env", location: "file://./e.json", keys: { my_token: "T" } },
    { namespace: "run", keys: { k: "K" } },
  ]);
});

Deno.test("binds of the root and of capability are joined, in any form", () => {
  const { document } = read(
    'ikanos: "1.0.0-beta5"\nbinds: [A, {keys: [B, {C: D}]}, {name: E, env: F}]\ncapability: {binds: {n: {keys: {G: H}}}}\n',
  );
  assert.deepEqual(plain(document.binds), [
    { keys: { A: "A" } },
    { keys: { B: "B", C: "D" } },
    { keys: { E: "F" } },
    { namespace: "n", keys: { G: "H" } },
  ]);
});

for (
  const [written, expected] of [
    ["hello {{x}}", { type: "raw", data: "hello {{x}}" }],
    ["{a: 1}", { type: "json", data: { a: 1 } }],
    ["[1, 2]", { type: "json", data: [1, 2] }],
    ["{type: json, data: {a: 1}}", { type: "json", data: { a: 1 } }],
    ["{type: JSON, value: {a: 1}}", { type: "json", data: { a: 1 } }],
    ["{type: form, data: {a: 1}}", { type: "formUrlEncoded", data: { a: "1" } }],
    ["{type: application/x-www-form-urlencoded, data: {a: 1}}", { type: "formUrlEncoded", data: { a: "1" } }],
    ["{type: multipart, parts: [{name: f}]}", { type: "multipartForm", data: [{ name: "f" }] }],
    ["{type: multipart/form-data, parts: [{name: f}]}", { type: "multipartForm", data: [{ name: "f" }] }],
    ["{type: constructor, data: x}", { type: "raw", data: "x" }],
    ["{type: application/vnd.api+json, data: x}", {
      type: "raw",
      data: "x",
      contentType: "application/vnd.api+json",
    }],
  ] as const
) {
  Deno.test(`the body ${written} is ${expected.type}`, () => {
    assert.deepEqual(operation(`body: ${written}`).operation.body, expected);
  });
}

Deno.test("headers of an API are a list or a map", () => {
  for (const headers of ['["A: b", "C:d"]', "{A: b, C: d}", "[{name: A, value: b}, {name: C, value: d}]"]) {
    const { document } = consumed(`namespace: a\nheaders: ${headers}`);
    assert.deepEqual(plain(document.consumes![0]!.headers), [{ name: "A", value: "b" }, {
      name: "C",
      value: "d",
    }]);
  }
});

Deno.test("type words become JSON types that remember the word", () => {
  const inputs = tool(
    "inputParameters: {a: int, b: {type: [string, 'null']}, c: {type: File}, d: {type: date}, e: {type: Double}, f: {type: wat}}",
  ).tool.inputParameters;
  assert.deepEqual(inputs, [
    { name: "a", type: "integer", typeWord: "int" },
    { name: "b", type: "string", nullable: true },
    { name: "c", type: "string", typeWord: "File" },
    { name: "d", type: "string", typeWord: "date" },
    { name: "e", type: "number", typeWord: "Double" },
    { name: "f", typeWord: "wat" },
  ]);
});

Deno.test("places of parameters are read in any case and spelling", () => {
  const written = ["Query", "headers", "form", "formData", "PATH", "cookie", "body", "env"];
  const inputs = operation(
    `inputParameters: [${written.map((place, i) => `{name: p${i}, in: ${place}}`).join(", ")}]`,
  ).operation.inputParameters as { in: string }[];
  assert.deepEqual(inputs.map((input) => input.in), [
    ...["query", "header", "formData", "formData", "path", "cookie", "body", "environment"],
  ]);
});

Deno.test("constants and templates of inputs and outputs are values, and value wins over const", () => {
  assert.deepEqual(
    operation("inputParameters: {a: {in: query, const: 5}, b: {in: query, template: '{{x}}'}}").operation
      .inputParameters,
    [
      { name: "a", in: "query", value: 5 },
      { name: "b", in: "query", value: "{{x}}" },
    ],
  );
  assert.deepEqual(
    tool("outputParameters: [{type: number, const: 42}, {type: string, const: a, value: b}]").tool
      .outputParameters,
    [
      { type: "number", value: 42 },
      { type: "string", value: "b" },
    ],
  );
});

Deno.test("items are an object, a list of one schema, a list of names or a map of names", () => {
  for (
    const [items, expected] of [
      ["{type: string}", { type: "string" }],
      ["[{type: string}]", { type: "string" }],
      ["[{name: a, type: string}]", { type: "object", properties: [{ name: "a", type: "string" }] }],
      ["{a: {type: string}}", { type: "object", properties: [{ name: "a", type: "string" }] }],
      ["{value: {type: string}}", { type: "object", properties: [{ name: "value", type: "string" }] }],
    ] as const
  ) {
    assert.deepEqual(
      tool(`outputParameters: [{type: array, items: ${items}}]`).tool.outputParameters[0].items,
      expected,
      items,
    );
  }
});

Deno.test("an inputSchema stays as it is, and its properties are inputs", () => {
  const schema = "{type: object, required: [a], properties: {a: {type: string}, __proto__: {type: integer}}}";
  const { tool: made } = tool(`call: a.b\ninputSchema: ${schema}`);
  assert.equal(made.inputSchema.type, "object");
  assert.deepEqual(made.inputParameters, [
    { name: "a", type: "string", required: true },
    { name: "__proto__", type: "integer", required: false },
  ]);
});

Deno.test("surfaces of older names are the surfaces of today", () => {
  const { document } = read(
    "naftiko: '0.4'\ncapability: {exposes: [{type: api, port: 1, resources: [{path: /a, operations: [{method: GET, call: a.b}]}]}, {type: http}, {type: agent-skill}, {type: MCP}]}\n",
  );
  assert.deepEqual(document.exposes!.map((surface) => surface.type), ["rest", "rest", "skill", "mcp"]);
  assert.equal((document.exposes![0] as ExposesRest).resources?.[0]?.operations?.[0]?.call, "a.b");
});

Deno.test("credentials keep their meaning under other names", () => {
  const { document } = consumed("namespace: a\nauth: {type: apiKey, name: X-Key, in: header, value: v}");
  assert.deepEqual(plain(document.consumes![0]!.authentication), {
    type: "apiKey",
    key: "X-Key",
    placement: "header",
    value: "v",
  });
  const oauth = consumed("namespace: a\nauth: {type: oauth2, client_id: i, scope: a b, tokenUrl: https://t}");
  assert.deepEqual(plain(oauth.document.consumes![0]!.authentication), {
    type: "oauth2",
    clientId: "i",
    scopes: ["a", "b"],
    tokenEndpoint: "https://t",
  });
});

Deno.test("nodes that the upgrade makes stand where the author wrote what they are made of", () => {
  const { spec } = operation(
    "body: hello\ninputParameters: [one, {name: two}]\noutputParameters: {id: string}",
  );
  const made = spec.document.consumes![0]!.resources![0]!.operations![0]!, [source] = spec.files;
  const written = (node: object) => {
    const place = spec.origins.locate(node)!;
    return source!.text.slice(place.start, place.end);
  };
  assert.equal(written(made.body!), "hello");
  assert.equal(written(made.inputParameters![0]!), "one");
  assert.match(written(made.outputParameters![0]!), /^id: string/);
});

Deno.test("a call written as a mapping is the operation with its own with, in tools and in steps", () => {
  const { tool: t, spec } = tool("call: {operation: sea.get, with: {id: '{{x}}', a: 1}}\nwith: {a: 2}\n");
  assert.deepEqual([t.call, t.with], ["sea.get", { id: "{{x}}", a: 2 }]);
  assert.deepEqual(spec.diagnostics.map((d) => `${d.severity} ${d.code} ${d.location.line}`), [
    "warning coerced 6",
  ]);
  const { tool: steps } = tool("steps: [{call: {operation: sea.get, with: {id: 5}}}]\n");
  assert.deepEqual(steps.steps, [{ name: "get", type: "call", call: "sea.get", with: { id: 5 } }]);
  const { tool: odd } = tool("call: {op: sea.get}\n");
  assert.equal(odd.call, undefined);
});

Deno.test("a body type that is unknown is told", () => {
  const { diagnostics } = operation("body: {type: nonsense, data: x}").spec;
  assert.match(diagnostics.find((d) => d.code === "coerced")!.message, /body type nonsense/);
});
