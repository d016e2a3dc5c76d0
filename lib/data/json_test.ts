import assert from "node:assert/strict";
import fc from "fast-check";
import { integerOf, numberOf, parseJson, writeJson } from "./json.ts";
import { LongDecimal } from "./long_decimal.ts";

const ID = "12345678901234567890", OTHER = "9007199254740993";

Deno.test("parseJson() keeps every digit of an integer", () => {
  for (
    const text of [
      "12345678901234567890",
      "-9007199254740993",
      '{"id":9223372036854775807,"of":[18446744073709551615,1],"n":1.5}',
      '[[-12345678901234567890123],{"a":{"b":10000000000000001}}]',
    ]
  ) assert.equal(writeJson(parseJson(text)), text);
  const spaced = parseJson('{ "id" :\n12345678901234567890 }') as { id: unknown };
  assert.equal(spaced.id, 12345678901234567890n);
});

Deno.test("parseJson() finds an integer wherever it stands", () => {
  for (const id of [OTHER, ID, `-${ID}`]) {
    for (let pad = 0; pad < 40; pad++) {
      for (const before of [" ".repeat(pad), `"${"1".repeat(pad)}",`, `${"1".repeat(15)},`.repeat(pad)]) {
        const text = `[${before}${id},1]`;
        assert.equal((parseJson(text) as unknown[]).at(-2), BigInt(id), text);
      }
    }
  }
});

Deno.test("parseJson() reads everything else as JSON.parse does", () => {
  for (
    const text of [
      '"12345678901234567890"',
      '{"t":"at 1234567890123456789: x","f":0.1234567890123456,"e":1e3,"h":"1e999","s":9007199254740991}',
      "[1.10,1e21,1E+2,-0,0.30000000000000004,1.7976931348623157e308,5e-324,100000000000000000000]",
      '{"__proto__":12345678901234}',
    ]
  ) assert.deepEqual(parseJson(text), JSON.parse(text), text);
  fc.assert(fc.property(fc.json(), (text) => {
    assert.equal(writeJson(parseJson(text)), JSON.stringify(JSON.parse(text)));
  }));
  assert.throws(() => parseJson('{"a":12345678901234567890'), SyntaxError);
});

Deno.test("parseJson() keeps every digit of a decimal, and what is beyond a number", () => {
  for (
    const text of [
      "0.12345678901234567890",
      "[99999999999999.99,-1234567890.12345678901,1E400,1e-400]",
      '{"a":{"b":[1,{"c":0.10000000000000001}]},"d":12345678901234567890e3}',
      "1".repeat(101),
    ]
  ) assert.equal(writeJson(parseJson(text)), text);
  const amount = parseJson("0.12345678901234567890");
  assert.ok(amount instanceof LongDecimal);
  assert.equal(`${amount}`, "0.12345678901234567890");
});

/** Numbers of every length, and texts that look like them. */
const tricky: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constantFrom("", "-"), fc.bigInt({ min: 0n, max: 10n ** 30n })).map(([s, n]) => s + n),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 0n, max: 10n ** 20n }))
    .map(([a, b]) => `${a}.${b}`),
  fc.tuple(fc.integer(), fc.integer({ min: -500, max: 500 })).map(([n, e]) => `${n}e${e}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
  fc.constantFrom('"12345678901234567890"', '"\\\\"', '"\\"1234567890123456789,"', '"[{"', "true", "null"),
);
const trickyJson: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    tricky,
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(" , ")}]`),
    fc.array(fc.tuple(fc.constantFrom("a", "b", "__proto__", "", '\\"', "1e999"), tie("value")), {
      maxLength: 4,
    })
      .map((entries) => `{${entries.map(([key, value]) => `"${key}":${value}`).join()}}`),
  ),
})).value;

/** What a reviver makes, which asks for the source of each value. */
const slowly = (text: string): unknown =>
  (JSON.parse as (
    text: string,
    reviver: (...args: [string, unknown, { source?: string }]) => unknown,
  ) => unknown)(
    text,
    (_key, value, { source }) => typeof value === "number" ? numberOf(source!) : value,
  );

Deno.test("parseJson() reads what a reviver with every source would", () => {
  fc.assert(
    fc.property(trickyJson, (text) => {
      assert.equal(writeJson(parseJson(text)), writeJson(slowly(text)), text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseJson() takes the last of two entries of one name, whatever the first was", () => {
  for (
    const [text, value] of [
      [`{"a":${ID},"a":1}`, '{"a":1}'],
      [`{"a":1,"a":${ID}}`, `{"a":${ID}}`],
      [`{"a":{"b":${ID}},"a":"x"}`, '{"a":"x"}'],
      [`{"a":[${ID}],"a":{"b":${ID}}}`, `{"a":{"b":${ID}}}`],
      ['{"a":1e400,"a":1e500}', '{"a":1e500}'],
    ] as const
  ) assert.equal(writeJson(parseJson(text)), value, text);
});

Deno.test("numberOf() gives a number only where it says the same", () => {
  for (const text of ["0", "-0", "1.50", "1e2", "0.1", "123456789012345.6", "0e999", "0.000"]) {
    assert.equal(typeof numberOf(text), "number", text);
  }
  assert.equal(numberOf("9007199254740993"), 9007199254740993n);
  for (const text of ["0.10000000000000001", "9007199254740993.5", "1e999", "2e-999", "1".repeat(200)]) {
    assert.ok(numberOf(text) instanceof LongDecimal, text);
  }
});

Deno.test("writeJson() writes what JSON.stringify would, and bigints, without a change to their prototype", () => {
  assert.equal("toJSON" in BigInt.prototype, false);
  assert.equal(
    writeJson({ a: 1n, b: [-12345678901234567890n], c: undefined }),
    '{"a":1,"b":[-12345678901234567890]}',
  );
  assert.equal(writeJson({ a: [1n] }, 2), '{\n  "a": [\n    1\n  ]\n}');
  assert.equal(writeJson(undefined), undefined);
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  assert.throws(() => writeJson(circle), TypeError);
});

Deno.test("integerOf() takes integers only", () => {
  assert.equal(integerOf("9007199254740991"), 9007199254740991);
  assert.equal(integerOf("9007199254740993"), 9007199254740993n);
  for (const text of ["", "1.5", "1e3", "0x10", " 1", "1".repeat(101)]) {
    assert.equal(integerOf(text), undefined, text);
  }
});
