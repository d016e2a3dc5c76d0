/**
 * The binary formats against the encoders of the libraries that define them in JavaScript.
 *
 * @module
 */
import assert from "node:assert/strict";
import types from "avsc/lib/types.js";
import fc from "fast-check";
import protobuf from "protobufjs";
import type { Format } from "../operation.ts";
import { decode } from "./mod.ts";

const read = async (bytes: Uint8Array, format: Format, outputSchema: string) =>
  (await decode(new Uint8Array(bytes), null, { format, outputSchema, maxBytes: 1 << 24 })).value;

/** Without the sign of zero, which text formats do not keep. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value === 0 ? 0 : value;
  return Array.isArray(value)
    ? value.map(plain)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const PROTO = `syntax = "proto3"; package shop;
message Order {
  int32 a = 1; sint32 b = 2; uint32 c = 3; bool d = 4; string e = 5; bytes f = 6; float g = 7; double h = 8;
  fixed32 i = 9; sfixed32 j = 10; int64 k = 11; uint64 l = 12; sint64 m = 13; fixed64 n = 14; sfixed64 o = 15;
  repeated int32 p = 16; repeated string q = 17; repeated sint64 r = 18 [packed = false];
  map<string, int32> s = 19; map<int32, Line> t = 20; State u = 21; repeated State v = 22;
  Line w = 23; repeated Line x = 24; oneof z { string z1 = 25; int32 z2 = 26; } optional int32 y = 27;
  map<bool, string> mb = 29; map<int64, double> ml = 30;
}
message Line { string n = 1; repeated double ds = 2; }
enum State { ZERO = 0; ONE = 1; NEG = -1; }`;
const STATES: Readonly<Record<number, string>> = { 0: "ZERO", 1: "ONE", [-1]: "NEG" };
const EMPTY = {
  ...Object.fromEntries([..."abcghijklmno"].map((name) => [name, 0])),
  ...{ d: false, e: "", f: "", p: [], q: [], r: [], s: {}, t: {}, u: "ZERO", v: [], x: [], mb: {}, ml: {} },
};

Deno.test("decode() reads what protobufjs writes", async () => {
  const finite = { noNaN: true, noDefaultInfinity: true } as const, text = fc.string({ unit: "grapheme" });
  const int = fc.integer(),
    long = fc.maxSafeInteger(),
    real = fc.double(finite),
    state = fc.constantFrom(0, 1, -1);
  const line = fc.record({ n: text, ds: fc.array(real, { maxLength: 3 }) });
  const order = fc.record({
    ...{ a: int, b: int, c: fc.nat(2 ** 32 - 1), d: fc.boolean(), e: text, f: fc.uint8Array(), h: real },
    ...{ g: fc.float(finite), i: fc.nat(2 ** 32 - 1), j: int, k: long, l: fc.maxSafeNat(), m: long },
    ...{ n: fc.maxSafeNat(), o: long, p: fc.array(int), q: fc.array(text), r: fc.array(long) },
    ...{ s: fc.dictionary(fc.string(), int), t: fc.dictionary(int.map(String), line, { maxKeys: 2 }) },
    ...{ u: state, v: fc.array(state), w: line, x: fc.array(line, { maxLength: 2 }), z2: int, y: int },
    mb: fc.dictionary(fc.constantFrom("true", "false"), text),
    ml: fc.dictionary(long.map(String), real),
  }, { requiredKeys: ["a"] });
  const type = protobuf.parse(PROTO, { keepCase: true }).root.lookupType("shop.Order");
  await fc.assert(
    fc.asyncProperty(order, async (value) => {
      const bytes = type.encode(type.fromObject(value)).finish();
      if (bytes.length === 0) return;
      const expected = {
        ...EMPTY,
        ...value,
        ...(value.f && { f: value.f.toBase64() }),
        ...(value.u !== undefined && { u: STATES[value.u] }),
        ...(value.v && { v: value.v.map((each) => STATES[each]) }),
      };
      assert.deepEqual(plain(await read(bytes, "protobuf", PROTO)), plain(expected));
    }),
    { numRuns: 150 },
  );
});

/** What is used of avsc here. */
interface AvroType {
  toBuffer(value: unknown): Uint8Array;
}
const { Type } = types as unknown as { Type: { forSchema(schema: unknown, options: object): AvroType } };

Deno.test("decode() reads what avsc writes", async () => {
  const line = {
    type: "record",
    name: "Line",
    fields: [{ name: "n", type: "long" }, { name: "next", type: ["null", "Order"] }],
  };
  const schema = {
    type: "record",
    name: "Order",
    fields: [
      ...["int", "long", "float", "double", "string", "bytes", "boolean", "null"].map((type) => ({
        name: `a_${type}`,
        type,
      })),
      { name: "union", type: ["null", "string", { type: "array", items: "int" }] },
      { name: "map", type: { type: "map", values: ["null", "double"] } },
      { name: "enum", type: { type: "enum", name: "State", symbols: ["X", "Y"] } },
      { name: "lines", type: { type: "array", items: line } },
      { name: "line", type: ["null", "Line"] },
      { name: "fixed", type: { type: "fixed", name: "Three", size: 3 } },
    ],
  };
  const finite = { noNaN: true, noDefaultInfinity: true } as const,
    long = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
  // Beyond that avsc itself loses digits.
  const lines = fc.array(fc.record({ n: long, next: fc.constant(null) }), { maxLength: 3 });
  const order = fc.record({
    ...{ a_int: fc.integer(), a_long: long, a_float: fc.float(finite), a_double: fc.double(finite) },
    ...{ a_string: fc.string({ unit: "grapheme" }), a_bytes: fc.uint8Array(), a_boolean: fc.boolean() },
    a_null: fc.constant(null),
    union: fc.oneof(fc.constant(null), fc.string(), fc.array(fc.integer())),
    map: fc.dictionary(fc.string(), fc.option(fc.double(finite))),
    enum: fc.constantFrom("X", "Y"),
    lines,
    line: fc.option(fc.record({ n: long, next: fc.constant(null) })),
    fixed: fc.uint8Array({ minLength: 3, maxLength: 3 }),
  });
  const type = Type.forSchema(schema, { wrapUnions: false }), { Buffer } = await import("node:buffer");
  await fc.assert(
    fc.asyncProperty(order, async (value) => {
      const bytes = type.toBuffer({
        ...value,
        a_bytes: Buffer.from(value.a_bytes),
        fixed: Buffer.from(value.fixed),
      });
      assert.deepEqual(
        plain(await read(bytes, "avro", JSON.stringify(schema))),
        plain({ ...value, a_bytes: value.a_bytes.toBase64(), fixed: value.fixed.toBase64() }),
      );
    }),
    { numRuns: 150 },
  );
});
