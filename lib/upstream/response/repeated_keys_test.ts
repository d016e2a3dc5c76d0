import assert from "node:assert/strict";
import { AnswerCheck } from "./answer_check.ts";
import { FetchedResponse } from "./fetched_response.ts";
import { repeatedKey } from "./repeated_keys.ts";

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

Deno.test("AnswerCheck looks at the 1st and the 10th answer, at its headers and its keys", () => {
  const check = new AnswerCheck(), told: string[] = [];
  const answer = (headers: Record<string, string>) => new FetchedResponse(new Response(null, { headers }));
  const twice = new TextEncoder().encode('{"a":1,"a":2}'), none = new TextEncoder().encode('{"a":1,"a":');
  for (let i = 0; i < 10; i++) check.look(answer({}), twice, (message) => told.push(message));
  assert.deepEqual(told, Array(2).fill('an object of the answer has the key "a" twice; the last one counts'));
  const first = (headers: Record<string, string>) => {
    const said: string[] = [];
    new AnswerCheck().look(answer(headers), none, (message) => said.push(message));
    return said.join();
  };
  assert.equal(first({}), "");
  assert.match(
    first({ link: '<https://x/?page=2>; rel="next", <https://x/?page=9>; rel="last"' }),
    /one page of several/,
  );
  assert.equal(first({ link: '<https://x/?page=1>; rel="prev"' }), "");
  assert.match(first({ deprecation: "true" }), /deprecated/);
  assert.match(first({ sunset: "Sat, 31 Dec 2033 23:59:59 GMT" }), /ends at "Sat, 31 Dec 2033/);
});
