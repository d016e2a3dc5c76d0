import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import fc from "fast-check";
import type { InputParameter } from "../../schemas/mod.ts";
import type { CallError } from "../upstream/error.ts";
import { compileInputs } from "./inputs.ts";
import { compileCheck } from "./inputs_check.ts";
import { coerceInput } from "./inputs_coerce.ts";
import { inputSchemaOf } from "./json_schema.ts";
import { wireNames } from "./wire_names.ts";

const parse = (parameters: InputParameter[], args: unknown) => ({ ...compileInputs(parameters).parse(args) });

Deno.test("compileInputs() fills in defaults, and knows missing arguments", () => {
  assert.deepEqual(parse([{ name: "n", type: "integer", default: 5 }, { name: "s", type: "string" }], {}), {
    n: 5,
  });
  assert.throws(
    () => parse([{ name: "s", type: "string", required: true }], undefined),
    (error: CallError) => {
      assert.equal(error.data.code, "invalid_arguments");
      assert.match(error.data.hint, /Call again with s/);
      return true;
    },
  );
});

Deno.test("compileInputs() takes names under which clients send them", () => {
  const inputs = compileInputs([{ name: "$filter", type: "string" }, { name: "filter", type: "string" }, {
    name: "a b",
    type: "string",
  }]);
  const wires = inputs.list.map((input) => input.wireName);
  assert.equal(new Set(wires).size, 3);
  for (const wire of wires) assert.match(wire, /^[A-Za-z0-9_.-]{1,64}$/);
  assert.deepEqual({ ...inputs.parse({ [wires[0]!]: "x", "a b": "y" }) }, { $filter: "x", "a b": "y" });
});

Deno.test("wireNames() makes legal, different, stable names", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 12 }), (names) => {
    const wires = wireNames(names);
    assert.equal(new Set(wires).size, names.length);
    for (const wire of wires) assert.match(wire, /^[A-Za-z0-9_.-]{1,64}$/);
    assert.deepEqual(wireNames(names), wires);
  }));
});

Deno.test("coerceInput() loses nothing", () => {
  for (
    const [value, type, expected] of [
      ["5", "integer", 5],
      ["5.0", "integer", 5],
      ["5.5", "integer", "5.5"],
      ["0x5", "number", "0x5"],
      ["12345678901234567890", "integer", 12345678901234567890n],
      ["1e400", "number", "1e400"],
      ["TRUE", "boolean", true],
      ["[1]", "array", [1]],
      ["{", "object", "{"],
      [5, "string", "5"],
    ] as const
  ) assert.deepEqual(coerceInput(value, { type }), expected);
});

Deno.test("a valid argument is never changed", () => {
  const schema = fc.constantFrom("string", "number", "integer", "boolean", "array", "object");
  fc.assert(fc.property(schema, fc.jsonValue(), (type, value) => {
    const errors: never[] = [], check = compileCheck({ type, ...(type === "array" ? { items: {} } : {}) });
    check(value, "x", errors);
    if (errors.length === 0) assert.deepEqual(parse([{ name: "x", type }], { x: value }), { x: value });
  }));
});

Deno.test("compileCheck() agrees with a JSON Schema validator", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  const leaf = fc.record({
    type: fc.constantFrom("string", "number", "integer", "boolean"),
    minimum: fc.integer({ min: -3, max: 0 }),
    maximum: fc.integer({ min: 0, max: 3 }),
    minLength: fc.nat(2),
    maxLength: fc.integer({ min: 2, max: 4 }),
    pattern: fc.constantFrom("^a", "b$"),
  }, { requiredKeys: ["type"] });
  const parameter = fc.oneof(
    leaf,
    leaf.map((items) => ({ type: "array" as const, items, minItems: 1 })),
    leaf.map((p) => ({ type: "object" as const, properties: [{ name: "k", ...p, required: true }] })),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ maxLength: 5 }),
    fc.integer({ min: -5, max: 5 }),
    fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 2 }),
    fc.record({ k: fc.oneof(fc.string(), fc.integer({ min: -5, max: 5 })) }),
  );
  fc.assert(
    fc.property(parameter, value, (input, value) => {
      const schema = inputSchemaOf(input as InputParameter), errors: never[] = [];
      compileCheck(schema)(value, "x", errors);
      assert.equal(errors.length === 0, ajv.validate(schema, value), JSON.stringify({ schema, value }));
    }),
    { numRuns: 600 },
  );
});

Deno.test("a pattern that is no regular expression is not checked", () => {
  assert.deepEqual(parse([{ name: "x", type: "string", pattern: "(" }], { x: "anything" }), {
    x: "anything",
  });
});
