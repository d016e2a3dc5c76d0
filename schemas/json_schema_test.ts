import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import { EDITOR, SENTENCES } from "./editor.ts";
import { documentSchema } from "./json_schema.ts";
import { notes } from "./notation.ts";
import { CapabilityDocument } from "./mod.ts";

type Json = Record<string, unknown>;

const schema = documentSchema();
const validate = new Ajv2020({ strict: false }).compile(schema);

/** Whether an editor accepts a document with these sections. */
const accepts = (sections: Json, root: Json = { ikanos: "1.0.0-beta5" }) =>
  validate({ ...root, ...sections });
const tools = (written: unknown) => ({ exposes: [{ type: "mcp", namespace: "desk", tools: written }] });
const api = { type: "http", namespace: "shop", baseUri: "https://shop.example" };

Deno.test("documentSchema() accepts collections as maps and as lists", () => {
  assert.ok(accepts(tools({ list: { description: "d", call: "shop.list" } })));
  assert.ok(accepts(tools([{ name: "list", description: "d", call: "shop.list" }])));
  assert.ok(!accepts(tools([{ description: "d", call: "shop.list" }])), "an entry of a list needs a name");
  for (const inputParameters of [{ id: { type: "string" } }, [{ name: "id" }], ["id"], { id: "integer" }]) {
    assert.ok(
      accepts(tools({ list: { call: "shop.list", inputParameters } })),
      JSON.stringify(inputParameters),
    );
  }
});

Deno.test("documentSchema() looks into maps and lists alike", () => {
  assert.ok(!accepts(tools({ list: { call: "shop.list", desciption: "d" } })));
  assert.ok(!accepts(tools([{ name: "list", call: "shop.list", desciption: "d" }])));
  assert.ok(!accepts(tools({ list: { call: ["shop.list"] } })));
  assert.ok(!accepts({ exposes: [{ type: "mcp", namespace: "desk", tools: {}, port: "80" }] }));
  assert.ok(!accepts({ exposes: [{ type: "gopher" }] }));
});

Deno.test("documentSchema() accepts what authors of older dialects write", () => {
  assert.ok(accepts({
    info: { label: "Shop", description: "d" },
    externalRefs: [
      { name: "env", type: "environment", resolution: "file", uri: "./e.json", keys: { a: "A" } },
      { name: "run", type: "variables", resolution: "runtime", keys: { b: "B" } },
    ],
    capability: {
      consumes: [{ ...api, auth: { type: "bearer", token: "{{A}}" }, headers: ["K: v"] }],
      aggregates: [{
        label: "Sales",
        namespace: "s",
        functions: [{ name: "f", description: "d", call: "a.b" }],
      }],
      exposes: [{
        type: "api",
        port: 80,
        namespace: "web",
        resources: [{
          path: "/a",
          operations: [{ name: "o", method: "GET", mappings: [{ targetName: "a", value: "$.x" }] }],
        }],
      }],
    },
  }, { naftiko: 0.5 }));
});

Deno.test("documentSchema() accepts imports in every section", () => {
  for (const section of ["consumes", "exposes", "aggregates", "binds"]) {
    assert.ok(accepts({ [section]: [{ from: "./a.yml", import: "shop", as: "store" }] }), section);
    assert.ok(accepts({ capability: { [section]: [{ location: "./a.yml", import: "shop" }] } }), section);
  }
});

Deno.test("documentSchema() accepts outputs, items and bodies in each of their forms", () => {
  const out = { type: "array", mapping: "$.a" };
  for (const items of [{ type: "string" }, [{ type: "string" }], { a: { type: "string" } }, "string"]) {
    assert.ok(
      accepts(tools({ t: { call: "a.b", outputParameters: [{ ...out, items }] } })),
      JSON.stringify(items),
    );
  }
  assert.ok(accepts(tools({ t: { call: "a.b", outputParameters: { x: { type: ["string", "null"] } } } })));
  for (const body of ["text", { type: "json", data: {} }, { any: { thing: 1 } }, [1]]) {
    const operations = { o: { method: "POST", body } };
    assert.ok(
      accepts({ consumes: [{ ...api, resources: { r: { path: "/", operations } } }] }),
      JSON.stringify(body),
    );
  }
});

Deno.test("documentSchema() requires what the official schema requires, by any of its names", () => {
  assert.ok(!validate({}));
  assert.ok(!accepts({ info: { description: "d" } }));
  assert.ok(accepts({ info: { title: "Shop", description: "d" } }));
  const { baseUri: _, ...without } = api;
  assert.ok(accepts({ consumes: [api] }));
  assert.ok(!accepts({ consumes: [without] }));
  assert.ok(accepts({ consumes: [{ ...without, baseUrl: "https://shop.example" }] }));
});

Deno.test("documentSchema() leaves keys for the author alone and tells of others", () => {
  assert.ok(accepts({ "x-team": "desk", info: { display: "a", description: "b", "x-any": {} } }));
  assert.ok(!accepts({ info: { display: "a", description: "b", anything: 1 } }));
});

/** Every schema with keys that a document holds, found as reading finds them. */
function shapes(): Map<object, readonly string[]> {
  const out = new Map<object, readonly string[]>(),
    seen = new Set<unknown>(),
    queue: unknown[] = [CapabilityDocument];
  while (queue.length > 0) {
    const next = queue.pop() as { _zod?: { def: Json } } | undefined;
    if (!next?._zod || seen.has(next)) continue;
    seen.add(next);
    const { innerType, element, valueType, shape, options } = next._zod.def;
    if (shape) out.set(next, Object.keys(shape));
    queue.push(innerType, element, valueType, notes.get(next)?.keyed, ...Object.values(shape ?? {}));
    queue.push(...(options as unknown[] ?? []));
  }
  return out;
}

/** Every object of a JSON value. */
function* objects(value: unknown): Generator<Json> {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) yield value as Json;
  for (const item of Object.values(value)) yield* objects(item);
}

Deno.test("documentSchema() has every key of every schema that reading uses, with a title and a sentence", () => {
  const titled = new Map(
    [...objects(schema)].filter((each) => each["properties"] && each["title"])
      .map((each) => [each["title"], each["properties"] as Record<string, Json>]),
  );
  const known = shapes();
  let count = 0;
  for (const [zod, note] of EDITOR) {
    const keys = known.get(zod), properties = titled.get(note.title);
    assert.ok(keys && properties, note.title);
    for (const key of keys) {
      if (key === "typeWord") continue;
      assert.ok(properties[key], `${note.title} has ${key}`);
      count++;
    }
    for (const alias of Object.keys(note.aliases ?? {})) {
      assert.ok(properties[alias], `${note.title} has ${alias}`);
    }
    for (const key of note.required ?? []) {
      assert.ok(keys.includes(key), `${note.title} requires a key it has: ${key}`);
    }
  }
  assert.ok(count > 200, `${count} keys`);
});

Deno.test("every sentence for editors is of a key that exists", () => {
  const keys = new Set([...objects(schema)].flatMap((each) => Object.keys(each["properties"] ?? {})));
  assert.deepEqual(Object.keys(SENTENCES).filter((key) => !keys.has(key)), []);
});
