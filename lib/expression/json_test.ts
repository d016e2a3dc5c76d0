import assert from "node:assert/strict";
import fc from "fast-check";
import { integerOf, parseJson } from "./json.ts";

const ID = "12345678901234567890", OTHER = "9007199254740993";

Deno.test("parseJson() keeps every digit of an integer", () => {
  for (
    const text of [
      "12345678901234567890",
      "-9007199254740993",
      '{"id":9223372036854775807,"of":[18446744073709551615,1],"n":1.5}',
      '[[-12345678901234567890123],{"a":{"b":10000000000000001}}]',
    ]
  ) assert.equal(JSON.stringify(parseJson(text)), text);
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
      '{"t":"at 1234567890123456789: x","f":0.12345678901234567890,"e":12345678901234567890e3,"s":9007199254740991}',
      "1".repeat(101),
      '{"__proto__":12345678901234}',
    ]
  ) assert.deepEqual(parseJson(text), JSON.parse(text), text);
  fc.assert(fc.property(fc.json(), (text) => {
    assert.equal(JSON.stringify(parseJson(text)), JSON.stringify(JSON.parse(text)));
  }));
  assert.throws(() => parseJson('{"a":12345678901234567890'), SyntaxError);
});

Deno.test("integerOf() takes integers only", () => {
  assert.equal(integerOf("9007199254740991"), 9007199254740991);
  assert.equal(integerOf("9007199254740993"), 9007199254740993n);
  for (const text of ["", "1.5", "1e3", "0x10", " 1", "1".repeat(101)]) {
    assert.equal(integerOf(text), undefined, text);
  }
});
