import assert from "node:assert/strict";
import { writeJson } from "../data/json.ts";
import { LongDecimal } from "../data/long_decimal.ts";
import fc from "fast-check";
import type { OutputParameter } from "../../schemas/mod.ts";
import { compileOutput, compileShape } from "./shape.ts";

function shape(outputs: OutputParameter[], node: unknown): { value: unknown; drift: string[] } {
  const drift: string[] = [];
  return { value: compileShape(outputs)(node, { args: {} }, drift), drift };
}

const user = { id: "u-1", name: "Ada", age: 30, tags: ["a", "b"], address: { city: "Oslo" } };

Deno.test("compileShape() maps properties relative to their own node, to any depth", () => {
  const output: OutputParameter = {
    type: "array",
    mapping: "$.users",
    items: {
      type: "object",
      properties: [
        { name: "who", type: "string", mapping: "$.name" },
        {
          name: "place",
          type: "object",
          mapping: "$.address",
          properties: [{ name: "town", type: "string", mapping: "$.city" }],
        },
        { name: "tags", type: "array", mapping: "$.tags", items: { type: "string" } },
      ],
    },
  };
  assert.deepEqual(shape([output], { users: [user, { name: "Bo" }] }).value, [
    { who: "Ada", place: { town: "Oslo" }, tags: ["a", "b"] },
    { who: "Bo", place: null, tags: null },
  ]);
});

Deno.test("compileShape() passes values through where nothing is said about their inside", () => {
  assert.deepEqual(shape([{ type: "object", mapping: "$.address" }], user).value, { city: "Oslo" });
  assert.deepEqual(shape([{ type: "array", mapping: "$.tags" }], user).value, ["a", "b"]);
  assert.deepEqual(shape([{ mapping: "$" }], user).value, user);
});

Deno.test("compileShape() gives named outputs as one object, and the first unnamed one that is there", () => {
  assert.deepEqual(
    shape([{ name: "id", type: "string", mapping: "$.id" }, { name: "age", type: "number" }], user).value,
    { id: "u-1", age: 30 },
  );
  assert.equal(
    shape([{ type: "string", mapping: "$.nope" }, { type: "string", mapping: "$.id" }], user).value,
    "u-1",
  );
});

Deno.test("compileShape() keeps an object that is the whole result an object", () => {
  const output: OutputParameter = {
    type: "object",
    properties: [{ name: "id", type: "string", mapping: "$.id" }],
  };
  assert.deepEqual(shape([output], null).value, { id: null });
});

Deno.test("compileShape() takes a single XML element for a list where one is declared", () => {
  const items: OutputParameter = {
    type: "object",
    properties: [{ name: "k", type: "string", mapping: "$.k" }],
  };
  const run = (output: OutputParameter, node: unknown, single: boolean) => {
    const drift: string[] = [];
    return [compileShape([output], { single })(node, { args: {} }, drift), drift.length];
  };
  const listed: OutputParameter = { type: "array", mapping: "$.v", items },
    bare: OutputParameter = {
      type: "array",
      mapping: "$.v",
    };
  assert.deepEqual(run(listed, { v: { k: "a" } }, true), [[{ k: "a" }], 0]);
  assert.deepEqual(run(listed, { v: [{ k: "a" }, { k: "b" }] }, true), [[{ k: "a" }, { k: "b" }], 0]);
  assert.deepEqual(run(listed, { v: "" }, true), [[], 0]);
  assert.deepEqual(run(listed, {}, true), [null, 0]);
  assert.deepEqual(run(bare, { v: "a" }, true), [["a"], 0]);
  assert.deepEqual(run(listed, { v: { k: "a" } }, false), [null, 1]);
  assert.deepEqual(run(bare, { v: { k: "a" } }, false), [null, 1]);
});

Deno.test("compileShape() coerces without loss, else gives null and tells", () => {
  for (
    const [type, from, to, drifts] of [
      ["number", "30", 30, false],
      ["number", "030", null, true],
      ["number", "12345678901234567890", 12345678901234567890n, false],
      ["integer", 12345678901234567890n, 12345678901234567890n, false],
      ["string", 12345678901234567890n, "12345678901234567890", false],
      ["boolean", 12345678901234567890n, null, true],
      ["integer", 1.5, null, true],
      ["string", 30, "30", false],
      ["boolean", "true", true, false],
      ["boolean", 1, null, true],
      ["boolean", "TRUE", true, false],
      ["boolean", " false\n", false, false],
      ["boolean", "yes", null, true],
      ["number", " 12.5 ", 12.5, false],
      ["integer", "\n7", 7, false],
      ["number", "", null, true],
      ["number", " ", null, true],
      ["array", {}, null, true],
      ["object", [], null, true],
      ["string", null, null, false],
    ] as const
  ) {
    const { value, drift } = shape([{ type, mapping: "$.x" }], { x: from });
    assert.deepEqual(value, to, `${type} ${writeJson(from)}`);
    assert.equal(drift.length, drifts ? 1 : 0, `${type} ${writeJson(from)}`);
  }
});

Deno.test("compileShape() cuts text, never inside a character", () => {
  assert.equal(shape([{ type: "string", mapping: "$.x", maxLength: 3 }], { x: "abcdef" }).value, "abc");
  assert.equal(shape([{ type: "string", mapping: "$.x", maxLength: 3 }], { x: "ab😀d" }).value, "ab");
});

Deno.test("compileOutput() finds the values of a type without mappings by their names", () => {
  const output: OutputParameter = {
    name: "crew",
    type: "array",
    items: {
      type: "object",
      properties: [{ name: "role", type: "string" }, { name: "rank", type: "integer" }],
    },
  };
  const drift: string[] = [];
  const value = compileOutput(output)([{ role: "cook", rank: "3", extra: 1 }], { args: {} }, drift);
  assert.deepEqual(value, [{ role: "cook", rank: 3 }]);
});

Deno.test("compileShape() holds its types whatever comes", () => {
  const output: OutputParameter = {
    type: "object",
    properties: [
      { name: "n", type: "number", mapping: "$.n" },
      { name: "list", type: "array", mapping: "$.list", items: { type: "boolean" } },
      {
        name: "o",
        type: "object",
        mapping: "$.o",
        properties: [{ name: "s", type: "string", mapping: "$.s" }],
      },
    ],
  };
  fc.assert(
    fc.property(
      fc.record({ n: fc.jsonValue(), list: fc.jsonValue(), o: fc.jsonValue() }, { requiredKeys: [] }),
      (node) => {
        const value = shape([output], node).value as { n: unknown; list: unknown; o: unknown };
        assert.ok(value.n === null || typeof value.n === "number");
        assert.ok(
          value.list === null ||
            (Array.isArray(value.list) && value.list.every((b) => b === null || typeof b === "boolean")),
        );
        assert.ok(value.o === null || Object.keys(value.o as object).join() === "s");
      },
    ),
  );
});

Deno.test("compileShape() tells of an object that is none, unless a property speaks of what came", () => {
  const object: OutputParameter = {
    type: "object",
    mapping: "$.o",
    properties: [{ name: "id", type: "string", mapping: "$.id" }],
  };
  for (const o of ["text", 7, true, [], [{ id: "x" }]]) {
    assert.deepEqual(
      shape([{ type: "array", mapping: "$", items: object }], [{ o }]),
      { value: [null], drift: ["result[]"] },
      JSON.stringify(o),
    );
  }
  const first: OutputParameter = {
    ...object,
    properties: [{ name: "id", type: "string", mapping: "$[0].id" }],
  };
  assert.deepEqual(shape([first], { o: [{ id: "x" }] }), { value: { id: "x" }, drift: [] });
  const scalars: OutputParameter = {
    type: "array",
    mapping: "$",
    items: { type: "object", properties: [{ name: "v", type: "integer", mapping: "$" }] },
  };
  assert.deepEqual(shape([scalars], [1, "2"]), { value: [{ v: 1 }, { v: 2 }], drift: [] });
});

Deno.test("compileShape() shapes lists of lists, constants inside items, and paths of every kind", () => {
  const rows: OutputParameter = {
    type: "array",
    mapping: "$.rows",
    items: { type: "array", items: { type: "number" } },
  };
  assert.deepEqual(shape([rows], { rows: [["1", 2], [], null, "x", [null, "y"]] }), {
    value: [[1, 2], [], null, null, [null, null]],
    drift: ["result[]", "result[][]"],
  });
  const items: OutputParameter = {
    type: "array",
    mapping: "$.items",
    items: {
      type: "object",
      properties: [
        { name: "kind", type: "string", value: "item" },
        { name: "first", mapping: "$.list[0]" },
        { name: "last", mapping: "$.list[-1]" },
        { name: "none", mapping: "$.list[9]" },
        { name: "all", mapping: "$.list[*]" },
        { name: "gone", mapping: "$.nothing[*]" },
        { name: "some", mapping: "$.list[?(@ > 1)]" },
        { name: "slice", mapping: "$.list[0:2]" },
        { name: "deep", mapping: "$..n" },
        { name: "quoted", mapping: "$['a b']['c.d']" },
      ],
    },
  };
  const node = { list: [1, 2, 3], o: { n: 1, p: [{ n: 2 }] }, "a b": { "c.d": 5 } };
  compileShape([items]);
  assert.deepEqual(shape([items], { items: [node] }).value, [{
    kind: "item",
    first: 1,
    last: 3,
    none: null,
    all: [1, 2, 3],
    gone: [],
    some: [2, 3],
    slice: [1, 2],
    deep: [1, 2],
    quoted: 5,
  }]);
});

Deno.test("compileShape() keeps the digits of a number that a double does not hold", () => {
  for (const from of ["1e400", "99999999999999.99", new LongDecimal("0.12345678901234567890")]) {
    const drift: string[] = [];
    const value = compileShape([{ type: "number" }])(from, { args: {}, steps: {} }, drift);
    assert.equal(writeJson(value), String(from));
    assert.deepEqual(drift, []);
  }
});
