/**
 * What a consumed operation says of its inputs holds wherever a value comes from, and nothing is sent where it does not.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CallError, type CallErrorData } from "../../lib/upstream/error.ts";
import { callFlow, compileText, type Seen, startUpstream, toolSpec } from "../capability.ts";

/** Calls the tool: what the API saw of its last operation, or the error. */
async function called(
  inputs: string,
  tool: string,
  args: Record<string, unknown>,
  more: { method?: string; found?: unknown } = {},
): Promise<{ seen: readonly Seen[]; error?: CallErrorData; warnings: readonly string[] }> {
  await using api = startUpstream((request) =>
    Response.json(new URL(request.url).pathname === "/v1/find" ? more.found ?? { results: [] } : {})
  );
  const capability = await compileText(toolSpec(api.origin, {
    operation: `path: /
operations:
  find: { method: GET, path: /find }
  drop: { method: ${more.method ?? "DELETE"}, path: /files, inputParameters: { ${inputs} } }`,
    tool,
  }));
  let error: CallErrorData | undefined;
  try {
    await callFlow(capability, "t", args);
  } catch (thrown) {
    assert.ok(thrown instanceof CallError, String(thrown));
    error = thrown.data;
  }
  const seen = api.seen.filter(({ url }) => url.startsWith("/v1/files"));
  return { seen, ...(error ? { error } : {}), warnings: capability.diagnostics.map((d) => d.code) };
}

const STEPS =
  'steps: { geo: { call: api.find }, del: { call: api.drop, with: { id: "{{geo.results[0].id}}" } } }';

Deno.test("fault S1: a required input that a step gives nothing for is never left out", async () => {
  for (const place of ["query", "header", "cookie", "body", "formData"]) {
    const { seen, error } = await called(
      `id: { in: ${place}, type: string, required: true }`,
      STEPS,
      {},
      { method: place === "body" || place === "formData" ? "POST" : "DELETE" },
    );
    assert.deepEqual(seen, [], place);
    assert.equal(error?.code, "invalid_arguments", place);
    assert.equal(error?.step, "del");
    assert.match(
      error!.message,
      /api\.drop was not called: its required .* id got nothing from \{\{geo\.results\[0\]\.id\}\}/,
    );
    assert.equal(error?.fields?.[0]?.name, "id");
    assert.match(error!.hint, /Nothing was sent/);
    assert.ok(error!.operatorHint);
  }
  const found = await called("id: { in: query, type: string, required: true }", STEPS, {}, {
    found: { results: [{ id: 7 }] },
  });
  assert.equal(found.seen[0]?.url, "/v1/files?id=7");
  const optional = await called("id: { in: query, type: string }", STEPS, {});
  assert.equal(optional.seen[0]?.url, "/v1/files");
});

Deno.test("fault S1: the type of an input holds, and is coerced where nothing is lost", async () => {
  const cases: [inputs: string, value: unknown, expected: string | undefined][] = [
    ["id: { in: query, type: number }", "Oslo", undefined],
    ["id: { in: query, type: integer }", 1.5, undefined],
    ["id: { in: query, type: integer }", "12", "/v1/files?id=12"],
    ["id: { in: query, type: number }", "1.10", "/v1/files?id=1.10"],
    ["id: { in: query, type: boolean }", "maybe", undefined],
    ["id: { in: query, type: boolean }", true, "/v1/files?id=true"],
    ["id: { in: query, type: object }", "x", undefined],
    ["id: { in: query, type: array }", "x", "/v1/files?id=x"],
    ["id: { in: query, type: array }", { a: 1 }, undefined],
    ["id: { in: query, type: string }", 12, "/v1/files?id=12"],
  ];
  for (const [inputs, value, expected] of cases) {
    const { seen, error } = await called(inputs, STEPS, {}, { found: { results: [{ id: value }] } });
    assert.equal(seen[0]?.url, expected, `${inputs} ${JSON.stringify(value)}`);
    if (expected === undefined) {
      assert.equal(error?.code, "invalid_arguments");
      assert.match(error!.message, /id takes \w+, and got .* from \{\{geo\.results\[0\]\.id\}\}/);
    }
  }
});

Deno.test("fault S1: it holds for arguments, templates of the operation, and constants", async () => {
  const argument = await called(
    "id: { in: query, type: string, required: true }",
    "call: api.drop\ninputParameters: { id: { type: string, description: d, required: false } }",
    {},
  );
  assert.deepEqual(argument.seen, []);
  assert.match(argument.error!.message, /required query parameter id got nothing/);
  const template = await called(
    'id: { in: query, type: integer, required: true, value: "{{which}}" }',
    "call: api.drop\ninputParameters: { which: { type: string, description: d } }",
    { which: "Oslo" },
  );
  assert.match(template.error!.message, /id takes integer, and got string "Oslo" from \{\{which\}\}/);
  const constant = await called("id: { in: query, type: integer, value: Oslo }", "call: api.drop", {});
  assert.deepEqual([constant.seen, constant.error?.code], [[], "misconfigured"]);
  assert.ok(constant.warnings.includes("wrong-type"));
  const given = await called("id: { in: query, type: integer }", "call: api.drop\nwith: { id: Oslo }", {});
  assert.match(given.error!.message, /got string "Oslo" from Oslo/);
});

Deno.test("fault S1: a null where a required value goes is nothing, unless null is allowed", async () => {
  const found = { results: [{ id: null }] }, method = "POST";
  const refused = await called("id: { in: body, type: string, required: true }, x: { in: body }", STEPS, {
    x: 1,
  }, {
    found,
    method,
  });
  assert.deepEqual(refused.seen, []);
  const nullable = await called(
    "id: { in: body, type: string, required: true, nullable: true }, x: { in: body }",
    STEPS,
    { x: 1 },
    { found, method },
  );
  assert.equal(nullable.seen[0]?.body, '{"id":null,"x":1}');
});
