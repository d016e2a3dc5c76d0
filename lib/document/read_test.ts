import assert from "node:assert/strict";
import { readSpecification } from "./read.ts";

const nothing = {
  readText(): string {
    throw new Error("no such file");
  },
};
const read = (text: string) => readSpecification("a.yml", nothing, { text });
const codes = (text: string) =>
  read(text).diagnostics.map((d) => `${d.severity} ${d.code} ${d.location.line}`);

Deno.test("readSpecification() answers every kind of file that is no capability with one error", () => {
  assert.deepEqual(codes(""), ["error empty-file 1"]);
  assert.deepEqual(codes("# nothing\n"), ["error empty-file 1"]);
  assert.deepEqual(codes("- a\n"), ["error not-a-capability 1"]);
  assert.deepEqual(codes("just text"), ["error not-a-capability 1"]);
  assert.deepEqual(codes("openapi: 3.1.0\n"), ["error not-a-capability 1"]);
  assert.deepEqual(codes("ikanos: [\n"), ["error yaml-syntax 1"]);
  assert.match(read("ikamos: 1\n").diagnostics[0]!.fix!, /ikanos/);
});

Deno.test("readSpecification() reads a capability that forgot its version, with a warning", () => {
  const spec = read("capability:\n  exposes: [{type: mcp, namespace: desk}]\n");
  assert.deepEqual(spec.diagnostics.map((d) => `${d.severity} ${d.code} ${d.location.line}`), [
    "warning unknown-version 1",
  ]);
  assert.match(spec.diagnostics[0]!.message, /no root key ikanos or naftiko/);
  assert.equal(spec.document.exposes?.[0]?.namespace, "desk");
});

Deno.test("readSpecification() tells a folder from a file that is not there", () => {
  const io = { readText: (path: string) => Deno.readTextFileSync(path) };
  const [folder] = readSpecification(new URL(".", import.meta.url).pathname, io).diagnostics;
  assert.equal(folder?.code, "unreadable-file");
  assert.match(folder!.message, /directory/);
  assert.match(readSpecification("absent.yml", io).diagnostics[0]!.message, /not there/);
});

Deno.test("readSpecification() explains the dialects 0.2 and 0.3 with one error each", () => {
  const old = read(
    "naftiko: '0.2'\ncapability:\n  consumes:\n  - {expositionSuffix: a, targetUri: 'https://a/{{path}}'}\n",
  );
  assert.equal(old.dialect, "0.2");
  const steps = read(
    "naftiko: '0.3'\ncapability:\n  exposes:\n  - type: api\n    resources:\n    - path: /a\n      operations:\n" +
      "      - {method: GET, steps: [{call: a.b, inputParameters: [{name: c, value: d}]}]}\n",
  );
  assert.equal(steps.dialect, "0.3");
  for (const spec of [old, steps]) {
    assert.deepEqual(spec.diagnostics.map((d) => d.code), ["dialect-not-supported"]);
    assert.ok(spec.diagnostics[0]!.fix);
  }
});

Deno.test("readSpecification() recognises dialects by structure, whatever the version says", () => {
  const dialect = (text: string) => read(text).dialect;
  assert.equal(dialect("naftiko: x\ncapability: {exposes: [{type: api}]}"), "0.4");
  assert.equal(dialect("naftiko: x\nexternalRefs: [{name: a}]\ncapability: {exposes: [{type: mcp}]}"), "0.5");
  assert.equal(
    dialect("naftiko: x\ncapability: {exposes: [{type: mcp, tools: [{name: a, call: b.c}]}]}"),
    "alpha1",
  );
  assert.equal(
    dialect("naftiko: x\ncapability: {exposes: [{type: mcp, tools: [{name: a, ref: b.c}]}]}"),
    "alpha2",
  );
  assert.equal(
    dialect("naftiko: x\ncapability: {exposes: [{type: mcp, tools: {a: {call: b.c}}}]}"),
    "alpha3",
  );
});

Deno.test("readSpecification() tells every problem of a file in one run, in order", () => {
  assert.deepEqual(
    codes(`ikanos: "9"
info: {titel: a}
capability:
  consumes: 5
  exposes:
  - type: gopher
  - type: mcp
    tools:
    - description: no name
    - {name: a, call: [b]}
    - {name: a, call: b.c}
`),
    [
      "warning unknown-version 1",
      "warning unknown-key 2",
      "error wrong-type 4",
      "error unknown-surface 6",
      "error missing-name 9",
      "error wrong-type 10",
      "warning duplicate-name 11",
    ],
  );
});

Deno.test("readSpecification() counts an unknown key that many nodes have, at the first of them", () => {
  const tools = Array.from({ length: 50 }, (_, i) => `    - {name: t${i}, call: a.b, colour: red}\n`).join(
    "",
  );
  const { diagnostics } = read(
    `ikanos: "1.0.0-beta5"\ncapability:\n  exposes:\n  - type: mcp\n    tools:\n${tools}`,
  );
  assert.equal(diagnostics.length, 1);
  assert.match(diagnostics[0]!.message, /colour .*\(50 times\)/);
  assert.equal(diagnostics[0]!.location.line, 6);
});

Deno.test("readSpecification() keeps what stands around a value it leaves out", () => {
  const { document } = read(
    'ikanos: "1.0.0-beta5"\ncapability:\n  exposes: [{type: gopher}, {type: rest, port: 1, authentication: 5}]\n  consumes: [7, {namespace: a}]\n',
  );
  // An authentication that cannot be read stays one: what it guards is refused, not opened.
  assert.deepEqual(document.exposes, [{ type: "rest", port: 1, authentication: { type: "" } }]);
  assert.deepEqual(document.consumes, [{ namespace: "a" }]);
});

Deno.test("readSpecification() keeps a byte order mark out of the columns", () => {
  const { diagnostics } = read('\ufeffikanos: "1.0.0-beta5"\ninfo: {titel: a}\n');
  assert.deepEqual([diagnostics[0]!.location.line, diagnostics[0]!.location.column], [2, 8]);
});
