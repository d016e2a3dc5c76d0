import assert from "node:assert/strict";
import { repeatedKey, RepeatedKeys } from "./repeated_keys.ts";

Deno.test("repeatedKey() finds a key that one object has twice", () => {
  for (
    const [text, key] of [
      ['{"a":1,"a":2}', "a"],
      ['[{"a":{"b":1,"c":[],"b" : 2}}]', "b"],
      ['{"\\u0061":1,"a":2}', "a"],
      ['{"x":"a\\\\","x":1}', "x"],
      ['{"a":{"a":{"a":"a"}},"b":["a","a"]}', undefined],
      ['[{"a":1},{"a":1}]', undefined],
      ['{"a":"\\"b\\":","b":1}', undefined],
      ["[]", undefined],
    ] as const
  ) assert.equal(repeatedKey(text), key, text);
});

Deno.test("RepeatedKeys looks at the 1st and the 10th answer, and only at JSON", () => {
  const keys = new RepeatedKeys(), told: string[] = [];
  const twice = new TextEncoder().encode('{"a":1,"a":2}');
  for (let i = 0; i < 10; i++) keys.look(twice, (message) => told.push(message));
  assert.deepEqual(told, Array(2).fill('an object of the answer has the key "a" twice; the last one counts'));
  new RepeatedKeys().look(new TextEncoder().encode('{"a":1,"a":'), (message) => assert.fail(message));
});
