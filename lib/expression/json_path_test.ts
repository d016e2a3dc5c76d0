import assert from "node:assert/strict";
import fc from "fast-check";
import { JSONPath } from "jsonpath-plus";
import { compileJsonPath, JsonPathError, jsonPathReady } from "./json_path.ts";

const data = {
  a: { b: [1, 2, { c: 3 }] },
  "x y": 1,
  items: [{ n: 1, t: [1] }, { n: 2, t: [2, 3] }, { n: null }],
};

async function get(path: string, node: unknown = data): Promise<unknown> {
  const compiled = compileJsonPath(path);
  await jsonPathReady();
  return compiled.get(node);
}

Deno.test("compileJsonPath() finds what is there, and null where nothing is", async () => {
  for (
    const [path, expected] of [
      ["$", data],
      ["$.", data],
      ["", data],
      ["$.a.b", [1, 2, { c: 3 }]],
      ["$['x y']", 1],
      ['$["x y"]', 1],
      ["$.a.b[0]", 1],
      ["$.a.b[-1].c", 3],
      ["$.a.b[7]", null],
      ["$.nope.deeper", null],
      ["a.b[1]", 2],
      ["$.items.length", 3],
      ["$.items.length()", 3],
    ] as const
  ) assert.deepEqual(await get(path), expected, path);
});

Deno.test("compileJsonPath() gives an array for a path that may find several", async () => {
  for (
    const [path, expected] of [
      ["$.items[*].n", [1, 2, null]],
      ["$.items[*].t[*]", [1, 2, 3]],
      ["$..c", [3]],
      ["$.items[?(@.n > 1)].n", [2]],
      ["$.items[0:2].n", [1, 2]],
      ["$.nope[*]", []],
    ] as const
  ) assert.deepEqual(await get(path), expected, path);
  assert.deepEqual(await get("$..c", null), []);
});

Deno.test("compileJsonPath() sees own properties only", async () => {
  for (const path of ["$.__proto__", "$.constructor", "$.toString", "$.a.hasOwnProperty", "$['__proto__']"]) {
    assert.equal(await get(path), null, path);
  }
});

Deno.test("compileJsonPath() refuses a path that cannot be read", () => {
  for (const path of ["$.a[", "$.a]", "$['a", "$.a[?(@.b]"]) {
    assert.throws(() => compileJsonPath(path), JsonPathError, path);
  }
});

Deno.test("compileJsonPath() cannot be made to run code", async () => {
  const before = Object.keys(globalThis).length;
  for (
    const path of [
      "$[?(@.constructor.constructor('globalThis.pwned = 1')())]",
      "$[?(this.constructor.constructor('globalThis.pwned = 1')())]",
      "$[(globalThis.pwned = 1)]",
    ]
  ) await get(path).catch(() => {});
  assert.equal((globalThis as Record<string, unknown>)["pwned"], undefined);
  assert.equal(Object.keys(globalThis).length, before);
});

Deno.test("compileJsonPath() agrees with the library on simple paths", () => {
  // The library indexes texts, letter by letter; here a text has no inside.
  const key = fc.constantFrom("a", "b", "c");
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.boolean(),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 3 }),
    ),
  })).node;
  const segment = fc.oneof(
    key.map((k) => `.${k}`),
    key.map((k) => `['${k}']`),
    fc.nat(2).map((n) => `[${n}]`),
    fc.constant("[*]"),
  );
  fc.assert(
    fc.property(tree, fc.array(segment, { minLength: 1, maxLength: 4 }), (node, segments) => {
      if (node === null || typeof node !== "object") return;
      const path = `$${segments.join("")}`, compiled = compileJsonPath(path);
      const found = JSONPath({ path, json: node as object, wrap: true, eval: false }) as unknown[];
      assert.deepEqual(compiled.get(node), compiled.definite ? found[0] ?? null : found, path);
    }),
    { numRuns: 500 },
  );
});
