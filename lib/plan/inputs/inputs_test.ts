import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import fc from "fast-check";
import type { InputParameter } from "../../../schemas/mod.ts";
import type { CallError } from "../../upstream/error.ts";
import { compileInputs } from "./inputs.ts";
import { compileCheck } from "./check.ts";
import { coerceInput } from "./coerce.ts";
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

Deno.test("an argument with a mistake deep inside is wrong, and not missing as well", () => {
  const lines: InputParameter = {
    name: "lines",
    type: "array",
    required: true,
    items: { type: "object", properties: [{ name: "a", type: "integer", required: true }] },
  };
  for (
    const [args, told] of [[{ lines: [{ a: "x" }] }, "lines[0].a"], [{ lines: [{}] }, "lines[0].a"], [
      {},
      "lines",
    ]]
  ) {
    assert.throws(() => parse([lines], args), (error: CallError) => {
      assert.deepEqual(error.data.fields?.map(({ name }) => name), [told]);
      return true;
    });
  }
});

Deno.test("compileInputs() takes names under which clients send them", () => {
  const inputs = compileInputs([{ name: "$filter", type: "string" }, { name: "filter", type: "string" }, {
    name: "a b",
    type: "string",
  }]);
  const wires = inputs.list.map((input) => input.wireName);
  assert.equal(new Set(wires).size, 3);
  for (const wire of wires) assert.match(wire, /^[A-Za-z0-9_-]{1,64}$/);
  assert.deepEqual({ ...inputs.parse({ [wires[0]!]: "x", "a b": "y" }) }, { $filter: "x", "a b": "y" });
});

Deno.test("wireNames() makes legal, different, stable names", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 12 }), (names) => {
    const wires = wireNames(names);
    assert.equal(new Set(wires).size, names.length);
    for (const wire of wires) assert.match(wire, /^[A-Za-z0-9_-]{1,64}$/);
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

Deno.test("choices and defaults are brought to the declared type, so that one of them can be chosen", () => {
  const year: InputParameter = { name: "y", type: "string", enum: [2025, 2026], default: 2026 };
  assert.deepEqual(inputSchemaOf(year), { type: "string", enum: ["2025", "2026"], default: "2026" });
  assert.deepEqual(parse([year], { y: "2025" }), { y: "2025" });
  assert.deepEqual(parse([year], { y: 2025 }), { y: "2025" });
  assert.deepEqual(parse([year], {}), { y: "2026" });
  const size: InputParameter = { name: "s", type: "integer", enum: ["1", "2"], default: "2" };
  assert.deepEqual(inputSchemaOf(size), { type: "integer", enum: [1, 2], default: 2 });
  assert.deepEqual(parse([size], { s: 1 }), { s: 1 });
  assert.deepEqual(parse([size], { s: "1" }), { s: 1 });
  const tags: InputParameter = { name: "t", type: "array", items: { type: "string", enum: [true, "x"] } };
  assert.deepEqual(parse([tags], { t: ["true", "x"] }), { t: ["true", "x"] });
});

Deno.test("choices with titles are choices, and clients are told the titles in words", () => {
  const inputs = compileInputs([
    { name: "size", type: "integer", description: "How large", enum: [1, 2], enumNames: ["S", "L"] },
    { name: "kind", type: "string", oneOf: [{ const: "a", title: "First" }, { const: "b" }] },
    { name: "odd", type: "string", enum: ["a"], enumNames: ["A", "B"], oneOf: [{ type: "string" }] },
  ]);
  assert.deepEqual(inputs.schema["properties"], {
    size: { type: "integer", enum: [1, 2], description: "How large (values: 1 is S, 2 is L)." },
    kind: { type: "string", enum: ["a", "b"], description: "Values: a is First, b." },
    odd: { type: "string", enum: ["a"] },
  });
  assert.deepEqual({ ...inputs.parse({ size: "2", kind: "a" }) }, { size: 2, kind: "a" });
  assert.throws(() => inputs.parse({ kind: "c" }), /kind/);
});

Deno.test("a format that the author declares is checked", () => {
  const cases: [format: string, good: string[], bad: string[]][] = [
    ["date", ["2026-01-31", "2024-02-29"], ["31.01.2026", "2026-02-30", "2026-1-3", "2026-01-31T00:00:00Z"]],
    [
      "date-time",
      [
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.123+01:00",
        "2026-01-31T12:00:00",
        "2026-01-31t12:00:00z",
      ],
      ["yesterday", "2026-01-31", "2026-13-01T00:00:00Z", "2026-01-31T25:00:00Z"],
    ],
    ["time", ["12:00:00", "23:59:59Z"], ["24:00:00", "noon"]],
    ["uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567", "123e4567-e89b-12d3-a456-42661417400g"]],
    ["email", ["ada@example.com", "a+b@x.y"], ["ada", "a b@x.y", "@x"]],
    ["uri", ["https://example.com/a?b", "urn:isbn:1"], ["example.com", "/a", "https://a b"]],
    ["ipv4", ["127.0.0.1"], ["127.0.0.256", "1.2.3", "::1"]],
    ["ipv6", ["::1", "2001:db8::1"], ["127.0.0.1", "2001:db8"]],
    ["hostname", ["anything of a format nobody checks"], []],
  ];
  for (const [format, good, bad] of cases) {
    const input: InputParameter = { name: "x", type: "string", format };
    for (const x of good) assert.deepEqual(parse([input], { x }), { x }, `${format} ${x}`);
    for (const x of bad) {
      assert.throws(
        () => parse([input], { x }),
        (error: CallError) =>
          error.data.fields![0]!.expected.length > 0 && error.data.code === "invalid_arguments",
        `${format} ${x}`,
      );
    }
  }
});

Deno.test("an error lists every field, and suggests the nearest name", () => {
  const inputs: InputParameter[] = [
    { name: "customer", type: "string", required: true },
    { name: "limit", type: "integer", minimum: 1, maximum: 10 },
    { name: "price", type: "number", precision: 5, scale: 2 },
    { name: "filter", type: "object", properties: [{ name: "from", type: "string", format: "date" }] },
  ];
  assert.throws(
    () => parse(inputs, { customr: "a", limit: 11, price: 1.234, filter: { from: "x" } }),
    (error: CallError) => {
      const fields = Object.fromEntries(error.data.fields!.map((f) => [f.name, f.expected]));
      assert.match(fields["customr"]!, /did you mean customer\?/);
      assert.equal(fields["customer"], "string");
      assert.equal(fields["limit"], "at most 10");
      assert.match(fields["price"]!, /0\.01/);
      assert.match(fields["filter.from"]!, /date/);
      return true;
    },
  );
  assert.throws(() => parse(inputs, { customer: "a", price: 1000 }), /less than 1000/);
  assert.deepEqual(parse(inputs, { customer: "a", price: "999.99", limit: "3" }), {
    customer: "a",
    price: 999.99,
    limit: 3,
  });
});

Deno.test("a required argument is missed although another is given under both of its names", () => {
  const inputs: InputParameter[] = [
    { name: "x", type: "string", required: true },
    { name: "a b", type: "string", required: true },
  ];
  assert.throws(() => parse(inputs, { "a b": "1", a_b: "2" }), /x: expected string, got nothing/);
});

Deno.test("parse() names every type that a missing argument may have", () => {
  const { parse } = compileInputs([{ name: "note", type: "string", nullable: true, required: true }]);
  assert.throws(() => parse({}), /expected string or null/);
});

Deno.test("compileInputs().parse() looks no further than a thousand faults of one argument, and repeats no long name", () => {
  const fields = Array.from({ length: 20 }, (_, i) => ({ name: `f${i}`, type: "string", required: true }));
  const parameter = {
    name: "list",
    type: "array",
    items: { type: "object", properties: fields, additionalProperties: false },
  };
  const failing = (list: unknown): Error & { data: { fields: unknown[] } } => {
    try {
      parse([parameter as InputParameter], { list });
    } catch (error) {
      return error as Error & { data: { fields: unknown[] } };
    }
    return assert.fail("it did not fail");
  };
  // Each of a million items lacks twenty fields: as many errors would take all the memory there is.
  const { message, data } = failing(Array.from({ length: 1_000_000 }, () => ({})));
  assert.match(message, /^1000 or more arguments are not valid: list\[0\]\.f0: expected .*; and many more$/);
  assert.equal(data.fields.length, 20);
  const name = "x".repeat(1_000_000), whole = Object.fromEntries(fields.map(({ name }) => [name, ""]));
  assert.ok(failing([{ ...whole, [name]: 1 }]).message.length < 300);
});
