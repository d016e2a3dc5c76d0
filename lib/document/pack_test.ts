import assert from "node:assert/strict";
import { packSpecification, unpackSpecification } from "./pack.ts";
import { readSpecification } from "./read.ts";

const FILES: Record<string, string> = {
  "main.yml": `ikanos: "1.0.0-beta5"
titel: x
capability:
  consumes:
  - {from: shared/api.yml, import: shop}
  exposes:
  - type: mcp
    tools:
      list:
        call: shop.list
        with: {10: a, 2: b, __proto__: {c: [1, {d: e}]}}
`,
  "shared/api.yml": `ikanos: "1.0.0-beta5"
consumes:
- namespace: shop
  baseUri: https://shop.example
  resources: {orders: {path: /o, operations: {list: {method: POST, body: {type: json, data: {a: ["{{b}}"]}}}}}}
`,
};

const spec = readSpecification("main.yml", { readText: (path) => FILES[path]! });

/** Every object and array of a value. */
function nodes(value: unknown, out: object[] = []): object[] {
  if (value === null || typeof value !== "object") return out;
  out.push(value);
  for (const item of Object.values(value)) nodes(item, out);
  return out;
}

Deno.test("unpackSpecification() gives back the model, the findings and the files", () => {
  const again = unpackSpecification(packSpecification(spec));
  assert.deepEqual(again.document, JSON.parse(JSON.stringify(spec.document)));
  assert.deepEqual(again.diagnostics, spec.diagnostics);
  assert.deepEqual(again.files.map(({ name, text }) => [name, text]), Object.entries(FILES));
  assert.deepEqual([again.file, again.dialect], [spec.file, spec.dialect]);
});

Deno.test("unpackSpecification() gives every node and entry the place it had", () => {
  const again = unpackSpecification(packSpecification(spec));
  const before = nodes(spec.document), after = nodes(again.document);
  assert.equal(after.length, before.length);
  let places = 0;
  before.forEach((node, i) => {
    assert.deepEqual(again.origins.locate(after[i]!), spec.origins.locate(node));
    for (const key of Object.keys(node)) {
      const entry = Array.isArray(node) ? Number(key) : key;
      for (const part of ["key", "value"] as const) {
        const place = spec.origins.locate(node, entry, part);
        assert.deepEqual(again.origins.locate(after[i]!, entry, part), place);
        if (place) places++;
      }
    }
  });
  assert.ok(places > 40, `${places} places were compared`);
});
