import assert from "node:assert/strict";
import { Scripting } from "../../plan/steps/scripting.ts";
import { scriptingEndpoint } from "./scripting.ts";

Deno.test("scriptingEndpoint() refuses what would switch a limit off, and changes nothing", async () => {
  const scripting = new Scripting({
    enabled: true,
    defaultLanguage: undefined,
    allowedLanguages: undefined,
    limits: {},
  });
  const put = (body: string) =>
    scriptingEndpoint(scripting).PUT!(new Request("http://127.0.0.1/scripting", { method: "PUT", body }), "");
  for (
    const [body, why] of [
      ['{"timeout":3600001}', /timeout must be at most 3600000/],
      ['{"timeout":1e300}', /timeout must be at most/],
      ['{"timeout":9007199254740993}', /timeout must be at most/],
      ['{"timeout":0}', /at least 1/],
      ['{"timeout":null}', /integer/],
      ['{"statementLimit":1000000000001}', /statementLimit must be at most/],
      ['{"statementLimit":"1"}', /integer/],
      [`{"allowedLanguages":[${Array(21).fill('"javascript"')}]}`, /at most 20 entries/],
      ['{"__proto__":{"enabled":false}}', /__proto__ is not a setting/],
      ['{"constructor":{"prototype":{"timeout":1}}}', /constructor is not a setting/],
      ['{"memoryBytes":1e12}', /memoryBytes is not a setting/],
      ["[]", /must be an object/],
    ] as const
  ) {
    const answer = await put(body);
    assert.equal(answer.status, 400, body);
    assert.match(await answer.text(), why, body);
  }
  assert.equal(scripting.version, 0);
  assert.equal((await put('{"timeout":3600000,"statementLimit":1000000000000}')).status, 200);
  assert.deepEqual(scripting.limits, { timeoutMs: 3_600_000, statementLimit: 1e12 });
});
