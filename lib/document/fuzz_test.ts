/**
 * Properties of reading: whatever a file holds, it is read without an exception, every finding has a place,
 * and what comes out conforms to the schemas.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { CapabilityDocument } from "../../schemas/mod.ts";
import { packSpecification, unpackSpecification } from "./pack.ts";
import { readSpecification } from "./read.ts";
import { renderDiagnostic } from "./diagnostics/render.ts";
import * as z from "zod/mini";

/** Reads a text that imports itself whatever file it names, and checks what must hold of every text. */
function holds(text: string): void {
  const spec = readSpecification("fuzz.yml", { readText: () => text }, { text });
  for (const found of spec.diagnostics) {
    const { line, column, start, end, file } = found.location;
    const source = spec.files.find((each) => each.name === file);
    assert.ok(source, `${found.code} is in a file that was read`);
    assert.ok(
      line >= 1 && column >= 1 && start >= 0 && end >= start && end <= source.text.length,
      found.code,
    );
    assert.ok(renderDiagnostic(found, spec.files).includes(found.code));
  }
  const checked = z.safeParse(CapabilityDocument, spec.document);
  assert.ok(checked.success, checked.success ? "" : JSON.stringify(checked.error.issues));
  const again = unpackSpecification(packSpecification(spec));
  assert.equal(JSON.stringify(again.document), JSON.stringify(spec.document));
}

const SEED = `naftiko: "1.0.0-alpha1"
info: {label: Shop, tags: [a, b], stakeholders: [{role: owner, fullName: A}]}
externalRefs:
- {name: env, type: environment, resolution: file, uri: ./env.json, keys: {shop_token: TOKEN}}
x-defaults: &page {in: query, type: integer, default: 1}
capability:
  consumes:
  - type: http
    namespace: shop
    baseUri: https://shop.example/v1
    headers: ["Accept: application/json"]
    auth: {type: bearer, token: "{{shop_token}}"}
    inputParameters:
      page: {<<: *page, description: "Which page"}
    resources:
    - name: orders
      path: /orders/{{id}}
      operations:
      - name: get
        method: GET
        outputRawFormat: XML
        inputParameters: [id, {name: q, in: form, type: [string, "null"]}]
        outputParameters: [{name: total, type: float, value: $.total}]
      - name: put
        method: PUT
        body: {type: json, data: {a: "{{a}}", b: [1, 2]}}
  - {from: ./other.yml, import: stock, as: store}
  aggregates:
  - label: Sales
    namespace: sales
    functions:
    - name: recent
      steps:
      - {name: one, type: call, call: shop.get, with: {id: sales.id}}
      - {name: two, type: lookup, index: one, match: id, lookupValue: "1", outputParameters: [a]}
      mappings: [{targetName: a.b, value: $.one.a}]
  exposes:
  - type: mcp
    port: "3001"
    namespace: desk
    tools:
    - name: list
      call: shop.get
      inputParameters: [{name: id, type: long, required: true}]
      outputParameters:
      - {type: array, mapping: $.x, items: [{type: object, properties: {a: {type: int, mapping: $.a}}}]}
  - {type: api, port: 80, resources: [{path: "/a/{{b}}", operations: [{method: GET, ref: sales.recent}]}]}
  - {type: gopher}
`;
const LINES = SEED.split("\n");

/** Pieces that stand for other kinds of value, and for the traps of YAML. */
const PIECES = [
  ...["null", "~", "5", "-1.5e3", "true", "[]", "{}", "[a, {b: c}]", "{__proto__: {a: 1}}", "__proto__: x"],
  ...["&a", "*a", "*page", "<<: *page", "!!int x", "!!str 5", "? [a]\n: b", "'", '"', "|", ">-", "\t", "---"],
  ...[
    "constructor",
    "toString: 1",
    "type: constructor",
    ".nan",
    ".inf",
    "0o17",
    "2026-05-01",
    "\u0000",
    "\ud800",
  ],
  ...[
    "\ufeff",
    "\r",
    "#",
    ": ",
    "- ",
    "%YAML 1.2",
    "...",
    "@",
    "`",
    "name:",
    "in: body",
    "items:",
    "import: shop",
  ],
];

/** One change to a document, by lines and by characters. */
const mutation = fc.tuple(
  fc.nat(LINES.length - 1),
  fc.oneof(
    fc.constant((lines: string[], at: number) => lines.splice(at, 1)),
    fc.nat(LINES.length - 1).map((from) => (lines: string[], at: number) =>
      lines.splice(at, 0, lines[from % lines.length] ?? "")
    ),
    fc.constantFrom(...PIECES).map((piece) => (lines: string[], at: number) =>
      lines[at] = (lines[at] ?? "").replace(/:( .*)?$/, `: ${piece}`)
    ),
    fc.tuple(fc.nat(60), fc.constantFrom(...PIECES)).map(
      ([column, piece]) => (lines: string[], at: number) => {
        const line = lines[at] ?? "";
        lines[at] = line.slice(0, column) + piece + line.slice(column);
      },
    ),
    fc.nat(8).map((by) => (lines: string[], at: number) =>
      lines[at] = " ".repeat(by) + (lines[at] ?? "").trim()
    ),
  ),
);

const RUNS = Number(Deno.env.get("CAPSTAN_FUZZ") ?? 2500);

Deno.test("readSpecification() survives documents that were changed at random", () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (changes) => {
      const lines = [...LINES];
      for (const [at, change] of changes) change(lines, at % Math.max(1, lines.length));
      holds(lines.join("\n"));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("readSpecification() survives random text and bytes", () => {
  const decoder = new TextDecoder();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }).map((bytes) => decoder.decode(bytes)), holds), {
    numRuns: RUNS / 5,
  });
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...PIECES, "\n", " ", "ikanos: 1\n"), { maxLength: 40 }),
      (parts) => holds(parts.join("")),
    ),
    { numRuns: RUNS },
  );
});

Deno.test("readSpecification() survives any JSON under every section", () => {
  const sections = [
    "info",
    "binds",
    "externalRefs",
    "consumes",
    "aggregates",
    "exposes",
    "capability",
  ] as const;
  const value = fc.oneof(fc.jsonValue({ maxDepth: 5 }), fc.array(fc.jsonValue({ maxDepth: 4 })));
  fc.assert(
    fc.property(fc.constantFrom(...sections), value, fc.boolean(), (section, content, nested) => {
      const inner = { [section]: content };
      holds(JSON.stringify({ ikanos: "1.0.0-beta5", ...(nested ? { capability: inner } : inner) }));
    }),
    { numRuns: RUNS / 2 },
  );
});
