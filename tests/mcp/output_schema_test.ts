/**
 * What a tool gives holds what it says it gives: structured results against the advertised output schemas, over many
 * shapes and many answers that do not fit them.
 *
 * @module
 */
import { Ajv2020, type ValidateFunction } from "ajv/2020";
import fc from "fast-check";
import assert from "node:assert/strict";
import { McpServer } from "../../lib/expose/mcp/server.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import type { ExposesMcp } from "../../schemas/mod.ts";
import { compileText, startUpstream } from "../capability.ts";

const NAMES = ["a", "b", "c", "d"] as const;
const name = fc.constantFrom(...NAMES);

/** A body an API may send: what was promised, or not. */
const body: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, "x", "5", "1.5", "true", "", 5, 1.5, -0, 1e300, [], {}, "2025-01-01"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  ),
})).value;

const mapping = fc.constantFrom("$", "$.a", "$.b", "$.a.b", "$.c[0]", "$.d[*].a", "$..b", "$['a']", "$.none");
const scalar = fc.constantFrom("string", "number", "integer", "boolean", "object", "array", "date", "any");

/** One output parameter, in the form authors write it. */
const output: fc.Arbitrary<Record<string, unknown>> =
  fc.letrec<{ output: Record<string, unknown> }>((tie) => {
    const more = fc.record({
      mapping,
      description: fc.constant("Words"),
      maxLength: fc.constantFrom(0, 1, 3),
      nullable: fc.boolean(),
    }, { requiredKeys: [] });
    const properties = fc.dictionary(name, tie("output"), { minKeys: 1, maxKeys: 3 });
    return {
      output: fc.oneof(
        { depthSize: "small" },
        fc.tuple(scalar, more).map(([type, rest]) => ({ type, ...rest })),
        more,
        fc.constantFrom("x", 5, true, null, [1], { a: 1 }).chain((value) =>
          fc.option(scalar, { nil: undefined }).map((type) =>
            type === undefined ? { value } : { type, value }
          )
        ),
        fc.tuple(
          fc.constantFrom("string", "integer"),
          fc.array(fc.constantFrom("x", "5", 5), { minLength: 1 }),
          more,
        )
          .map(([type, values, rest]) => ({ type, enum: values, ...rest })),
        fc.tuple(properties, more).map(([inner, rest]) => ({ type: "object", ...rest, properties: inner })),
        fc.tuple(tie("output"), more).map(([items, rest]) => ({ type: "array", ...rest, items })),
      ),
    };
  }).output;

const outputs = fc.oneof(
  output.map((one) => [one]),
  fc.array(fc.tuple(name, output), { minLength: 1, maxLength: 3 }).map((list) =>
    list.map(([n, o]) => ({ name: n, ...o }))
  ),
  fc.array(output, { minLength: 2, maxLength: 2 }),
);

/** Ways in which a tool comes by its outputs. */
const KINDS: Readonly<Record<string, (declared: unknown) => Record<string, unknown>>> = {
  call: (outputParameters) => ({ call: "api.get", outputParameters }),
  steps: (outputParameters) => ({
    steps: [{ name: "one", type: "call", call: "api.get" }, { name: "two", type: "call", call: "api.get" }],
    outputParameters,
  }),
  ref: () => ({ ref: "all.shaped" }),
  mock: (outputParameters) => ({ outputParameters }),
};

const RUNS = 150;

for (const [kind, tool] of Object.entries(KINDS)) {
  Deno.test(`the results of a tool hold the schema it advertises: ${kind}`, async () => {
    let answer: unknown, checked = 0;
    await using api = startUpstream(() => Response.json(answer));
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    await fc.assert(
      fc.asyncProperty(outputs, fc.array(body, { minLength: 4, maxLength: 4 }), async (declared, bodies) => {
        const text = JSON.stringify({
          ikanos: "1.0.0-beta5",
          capability: {
            consumes: [{
              type: "http",
              namespace: "api",
              baseUri: api.origin,
              resources: {
                r: {
                  path: "/r",
                  operations: { get: { method: "GET" } },
                },
              },
            }],
            aggregates: [{
              label: "All",
              namespace: "all",
              flows: [{ name: "shaped", description: "s", call: "api.get", outputParameters: declared }],
            }],
            exposes: [{
              type: "mcp",
              namespace: "t",
              port: 3986,
              tools: { t: { description: "t", ...tool(declared) } },
            }],
          },
        });
        const capability = await compileText(text);
        const server = new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>);
        const only = server.toolbox.byName.get("t");
        if (!only) return;
        const { outputSchema } = only.definition;
        let valid: ValidateFunction | undefined;
        if (outputSchema) {
          assert.equal(outputSchema["type"], "object");
          assert.ok(!JSON.stringify(outputSchema).includes("$ref"));
          valid = ajv.compile(outputSchema);
        }
        for (answer of bodies) {
          const text = await server.call(only, {}, "legacy", () => undefined, (result) => result);
          const result = JSON.parse(text);
          if (result.isError) continue;
          const said = JSON.stringify({ declared, answer, outputSchema, result });
          if (!valid) {
            assert.ok(!("structuredContent" in result), said);
            continue;
          }
          assert.equal(typeof result.structuredContent, "object", said);
          assert.ok(!Array.isArray(result.structuredContent), said);
          checked++;
          assert.ok(valid(result.structuredContent), `${JSON.stringify(valid.errors)} ${said}`);
          // The text twin is the same value, bare.
          const twin = JSON.parse(result.content[0].text);
          assert.deepEqual(only.wrapped ? { result: twin } : twin, result.structuredContent, said);
        }
      }),
      { numRuns: RUNS, seed: 7 },
    );
    assert.ok(checked > RUNS, `${checked} results checked`);
  });
}
