import assert from "node:assert/strict";
import { CallError } from "../error.ts";
import { decode } from "./mod.ts";

const bytes = (...parts: (number | string | number[])[]) =>
  Uint8Array.from(parts.flatMap((p) => typeof p === "string" ? [...new TextEncoder().encode(p)] : p));
const avro = (body: Uint8Array, schema: unknown, maxBytes = 1 << 20) =>
  Promise.resolve().then(() =>
    decode(body, null, { format: "avro", outputSchema: JSON.stringify(schema), maxBytes }).then(({ value }) =>
      value
    )
  );
const proto = (body: Uint8Array, schema: string) =>
  Promise.resolve().then(() =>
    decode(body, null, { format: "protobuf", outputSchema: schema, maxBytes: 1 << 20 }).then(({ value }) =>
      value
    )
  );
const fails = (value: Promise<unknown>, code: string, message: RegExp) =>
  assert.rejects(value, (error) => {
    assert.ok(error instanceof CallError, String(error));
    assert.match(error.data.message, message);
    assert.equal(error.data.code, code);
    return true;
  });

const LIST = {
  type: "record",
  name: "Shelf",
  fields: [{
    name: "books",
    type: {
      type: "array",
      items: {
        type: "record",
        name: "Book",
        fields: [{ name: "title", type: "string" }, { name: "note", type: ["null", "string"] }],
      },
    },
  }],
};

Deno.test("decode() reads an Avro value by its schema", async () => {
  const body = bytes(4, 4, "ab", 0, 2, "c", 2, 2, "n", 0);
  assert.deepEqual(await avro(body, LIST), {
    books: [{ title: "ab", note: null }, { title: "c", note: "n" }],
  });
  const every = {
    type: "record",
    name: "R",
    fields: [
      { name: "flag", type: "boolean" },
      { name: "int", type: "int" },
      { name: "large", type: "long" },
      { name: "huge", type: "long" },
      { name: "float", type: "float" },
      { name: "double", type: "double" },
      { name: "bytes", type: "bytes" },
      { name: "fixed", type: { type: "fixed", name: "F", size: 2 } },
      { name: "enum", type: { type: "enum", name: "E", symbols: ["A", "B"] } },
      { name: "map", type: { type: "map", values: "int" } },
      { name: "when", type: { type: "long", logicalType: "timestamp-millis" } },
      { name: "__proto__", type: "int" },
    ],
  };
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
  const value = await avro(
    bytes(
      1,
      1,
      [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f],
      huge,
      [0, 0, 0xc0, 0x3f],
      [0, 0, 0, 0, 0, 0, 0xf8, 0x3f],
      [4, 1, 2],
      [3, 4],
      2,
      [1, 10, 4, ...bytes("k1"), 14, 0],
      8,
      2,
    ),
    every,
  ) as Record<string, unknown>;
  assert.deepEqual(
    JSON.parse(JSON.stringify({ ...value, huge: "a bigint", ["__proto__"]: value["__proto__"] })),
    JSON.parse(`{
    "flag": true, "int": -1, "large": ${2 ** 53 - 1}, "huge": "a bigint", "float": 1.5, "double": 1.5,
    "bytes": "AQI=", "fixed": "AwQ=", "enum": "B", "map": {"k1": 7}, "when": "1970-01-01T00:00:00.004Z", "__proto__": 1 }`),
  );
  assert.equal(value["huge"], -(2n ** 63n));
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("decode() reads by Avro schemas whose defaults do not fit, since it needs none", async () => {
  const schema = {
    type: "record",
    name: "R",
    fields: [
      { name: "a", type: ["string", "null"], default: null },
      { name: "b", type: "int", default: "x" },
      {
        name: "default",
        type: { type: "enum", name: "E", symbols: ["default", "B"], default: "B" },
        default: "Z",
      },
      {
        name: "c",
        type: {
          type: "array",
          items: { type: "record", name: "I", fields: [{ name: "d", type: "int", default: [] }] },
        },
      },
    ],
  };
  assert.deepEqual(await avro(bytes(0, 2, "x", 6, 0, 2, 8, 0), schema), {
    a: "x",
    b: 3,
    default: "default",
    c: [{ d: 4 }],
  });
});

Deno.test("decode() writes the logical types of Avro as people do", async () => {
  const zigzag = (n: bigint) => {
    const out: number[] = [];
    let rest = BigInt.asUintN(64, (n << 1n) ^ (n >> 63n));
    for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
    return [...out, Number(rest)];
  };
  const integer = (type: string, logicalType: string, value: bigint) =>
    avro(bytes(zigzag(value)), { type, logicalType });
  const cases: [type: string, logicalType: string, value: bigint, expected: unknown][] = [
    ["int", "date", 0n, "1970-01-01"],
    ["int", "date", 20484n, "2026-01-31"],
    ["int", "date", -1n, "1969-12-31"],
    ["int", "date", 2n ** 31n - 1n, 2 ** 31 - 1],
    ["int", "time-millis", 45_296_007n, "12:34:56.007"],
    ["long", "time-micros", 45_296_000_007n, "12:34:56.000007"],
    ["long", "time-micros", -1n, -1],
    ["long", "timestamp-millis", 1_769_817_600_000n, "2026-01-31T00:00:00Z"],
    ["long", "timestamp-millis", -1n, "1969-12-31T23:59:59.999Z"],
    ["long", "timestamp-micros", 1_769_817_600_000_001n, "2026-01-31T00:00:00.000001Z"],
    ["long", "timestamp-nanos", 1_769_817_600_000_000_001n, "2026-01-31T00:00:00.000000001Z"],
    ["long", "local-timestamp-millis", 1_769_817_600_000n, "2026-01-31T00:00:00"],
    ["long", "timestamp-millis", 2n ** 62n, 2n ** 62n],
    ["long", "nobody-knows-this", 7n, 7],
  ];
  for (const [type, logicalType, value, expected] of cases) {
    assert.equal(await integer(type, logicalType, value), expected, `${logicalType} ${value}`);
  }
  const decimal = (scale: number | undefined, ...digits: number[]) =>
    avro(bytes(digits.length * 2, digits), { type: "bytes", logicalType: "decimal", precision: 30, scale });
  assert.equal(await decimal(2, 0x04, 0xd2), "12.34");
  assert.equal(await decimal(2, 0xff), "-0.01");
  assert.equal(await decimal(2), "0.00");
  assert.equal(await decimal(undefined, 0x7f, ...Array(9).fill(0xff)), "604462909807314587353087");
  const fixed = { type: "fixed", name: "D", size: 2, logicalType: "decimal", precision: 4, scale: 1 };
  assert.equal(await avro(bytes(0xfb, 0x2e), fixed), "-123.4");
  const uuid = { type: "fixed", name: "U", size: 16, logicalType: "uuid" };
  assert.equal(
    await avro(bytes(Array.from({ length: 16 }, (_, i) => i)), uuid),
    "00010203-0405-0607-0809-0a0b0c0d0e0f",
  );
  assert.equal(await avro(bytes(6, "abc"), { type: "string", logicalType: "uuid" }), "abc");
  const duration = { type: "fixed", name: "P", size: 12, logicalType: "duration" };
  assert.deepEqual(await avro(bytes(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0), duration), {
    months: 1,
    days: 2,
    milliseconds: 3,
  });
  const record = {
    type: "record",
    name: "R",
    fields: [
      { name: "at", type: ["null", { type: "long", logicalType: "timestamp-millis" }] },
      { name: "price", type: fixed },
      { name: "again", type: "D" },
    ],
  };
  assert.deepEqual(await avro(bytes(2, 0, 0, 1, 0, 2), record), {
    at: "1970-01-01T00:00:00Z",
    price: "0.1",
    again: "0.2",
  });
});

Deno.test("decode() reads Avro container files, compressed ones too", async () => {
  const sync = Array.from({ length: 16 }, (_, i) => i);
  const text = (
    t: string,
  ) => [
    t.length * 2 & 0x7f | (t.length > 63 ? 0x80 : 0),
    ...(t.length > 63 ? [t.length >> 6] : []),
    ...bytes(t),
  ];
  const header = (codec: string) =>
    bytes("Obj", 1, 4, text("avro.schema"), text('"string"'), text("avro.codec"), text(codec), 0, sync);
  const block = bytes(2, "a", 4, "bc");
  assert.deepEqual(await avro(bytes([...header("null")], 4, block.length * 2, [...block], sync), "int"), [
    "a",
    "bc",
  ]);
  const packed = new Uint8Array(
    await new Response(new Blob([block]).stream().pipeThrough(new CompressionStream("deflate-raw")))
      .arrayBuffer(),
  );
  const file = bytes([...header("deflate")], 4, packed.length * 2, [...packed], sync);
  assert.deepEqual(await avro(file, "int"), ["a", "bc"]);
  await fails(avro(file, "int", 3), "bad_response", /larger than allowed/);
  await fails(avro(header("snappy"), "int"), "bad_response", /compressed with snappy/);
  await fails(
    avro(file.slice(0, -1), "int"),
    "bad_response",
    /16 bytes are announced and 15 are left at byte/,
  );
});

Deno.test("decode() refuses Avro that does not fit, quickly, saying where", async () => {
  await fails(avro(bytes(4, 4, "ab"), LIST), "bad_response", /at byte 4 of 4, near/);
  await fails(avro(bytes(0, 9), LIST), "bad_response", /more bytes after the value at byte 1/);
  await fails(avro(bytes(2, 2, "a", 8), LIST), "bad_response", /union has no branch 4/);
  const many = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f];
  await fails(avro(bytes(many), { type: "array", items: "int" }), "bad_response", /0 are left/);
  await fails(avro(bytes(many), { type: "array", items: "null" }), "bad_response", /without content/);
  await fails(avro(bytes(many), "string"), "bad_response", /bytes are announced/);
  const chain = { type: "record", name: "N", fields: [{ name: "next", type: ["null", "N"] }] };
  await fails(avro(new Uint8Array(100_000).fill(2), chain), "bad_response", /nested more than/);
  await fails(
    avro(bytes(1), { type: "record", name: "X", fields: [{ name: "a", type: "Nope" }] }),
    "misconfigured",
    /^the schema is not an Avro schema$/,
  );
  await fails(
    Promise.resolve().then(() => decode(bytes(1), null, { format: "avro", outputSchema: "{", maxBytes: 9 })),
    "misconfigured",
    /not an Avro schema/,
  );
});

const PROTO = `syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
message Order {
  int64 id = 1;
  string customer_name = 2;
  repeated Line lines = 3;
  Status status = 4;
  map<string, int32> counts = 5;
  optional int32 discount = 6;
  oneof pay { string card = 7; bool cash = 8; }
  repeated sint32 deltas = 9;
  bytes raw = 10;
  double total = 11;
  google.protobuf.Timestamp at = 12;
  Order parent = 13;
  int32 minus = 14;
}
message Line { string sku = 1; uint32 n = 2; }
enum Status { OPEN = 0; DONE = 1; }`;
const NOTHING = {
  id: 0,
  customer_name: "",
  lines: [],
  status: "OPEN",
  counts: {},
  deltas: [],
  raw: "",
  total: 0,
  minus: 0,
};

Deno.test("decode() reads the first message of a .proto file", async () => {
  const body = bytes(
    [8, 5],
    [0x12, 2, ...bytes("Al")],
    [0x1a, 5, 0x0a, 1, ...bytes("s"), 0x10, 3],
    [0x1a, 0],
    [0x20, 1],
    [0x2a, 5, 0x0a, 1, ...bytes("k"), 0x10, 9],
    [0x2a, 0],
    [0x30, 0],
    [0x3a, 1, ...bytes("x"), 0x40, 1],
    [0x4a, 2, 1, 2, 0x48, 3],
    [0x52, 2, 1, 2],
    [0x59, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f],
    [0x62, 2, 8, 60],
    [0x70, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
    [0xa0, 0x06, 7],
  );
  assert.deepEqual(await proto(body, PROTO), {
    ...NOTHING,
    id: 5,
    customer_name: "Al",
    lines: [{ sku: "s", n: 3 }, { sku: "", n: 0 }],
    status: "DONE",
    counts: { k: 9, "": 0 },
    discount: 0,
    cash: true,
    deltas: [-1, 1, -2],
    raw: "AQI=",
    total: 1.5,
    at: "1970-01-01T00:01:00Z",
    minus: -1,
  });
});

Deno.test("decode() keeps 64-bit integers exact and map keys as data", async () => {
  const max = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
  assert.equal((await proto(bytes(8, max), PROTO) as { id: unknown }).id, 2n ** 63n - 1n);
  const key = bytes("__proto__");
  const value = await proto(bytes(0x2a, key.length + 4, 0x0a, key.length, [...key], 0x10, 1), PROTO);
  const { counts } = value as { counts: object };
  assert.deepEqual(Object.keys(counts), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(counts), Object.prototype);
});

Deno.test("decode() reads proto2: defaults, groups, absent fields", async () => {
  const schema = `syntax = "proto2";
    message A { required string id = 1; optional int32 n = 2 [default = 7]; optional bool b = 3;
      repeated group Hit = 4 { optional int32 x = 1; } }`;
  assert.deepEqual(await proto(bytes([0x0a, 1, ...bytes("i")], [0x23, 8, 5, 0x24], [0x23, 0x24]), schema), {
    id: "i",
    n: 7,
    hit: [{ x: 5 }, {}],
  });
});

Deno.test("decode() refuses Protocol Buffers that do not fit, saying where", async () => {
  await fails(
    proto(bytes(0x12, 9, "abc"), PROTO),
    "bad_response",
    /9 bytes are announced and 3 are left at byte 2 of 5/,
  );
  await fails(proto(bytes(0x0f), PROTO), "bad_response", /wire type 7/);
  await fails(proto(new Uint8Array(11).fill(0xff), PROTO), "bad_response", /more than ten bytes/);
  let deep = new Uint8Array();
  for (let i = 0; i < 150; i++) {
    const length = deep.length < 128 ? [deep.length] : [deep.length & 0x7f | 0x80, deep.length >> 7];
    deep = bytes(0x6a, length, [...deep]);
  }
  await fails(proto(deep, PROTO), "bad_response", /nested more than 100/);
  await fails(proto(new Uint8Array(50_000).fill(0xa3), PROTO), "bad_response", /at byte/);
  await fails(proto(bytes(8), "message {"), "misconfigured", /not a \.proto file/);
  await fails(proto(bytes(8), 'syntax = "proto3"; enum E { A = 0; }'), "misconfigured", /no message/);
  await fails(
    proto(bytes(8), 'import "other.proto"; message A { optional B b = 1; }'),
    "misconfigured",
    /other\.proto/,
  );
});
