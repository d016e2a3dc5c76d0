import assert from "node:assert/strict";
import { openApi30, schema30 } from "./openapi_30.ts";

Deno.test("schema30() says with the words of 3.0 what 3.1 says with those of JSON Schema", () => {
  const cases: [unknown, unknown][] = [
    [true, {}],
    [false, { not: {} }],
    [{ type: ["string", "null"], maxLength: 3 }, { type: "string", nullable: true, maxLength: 3 }],
    [{ type: "null" }, { nullable: true }],
    [{ type: ["integer", "array", "null"] }, {
      anyOf: [{ type: "integer", nullable: true }, { type: "array", items: {}, nullable: true }],
    }],
    [{ type: ["integer", "string"], anyOf: [{ minimum: 1 }, { minLength: 1 }] }, {
      allOf: [{ anyOf: [{ minimum: 1 }, { minLength: 1 }] }],
      anyOf: [{ type: "integer" }, { type: "string" }],
    }],
    [{ const: "a" }, { enum: ["a"] }],
    [{ type: "integer", exclusiveMinimum: 0, minimum: 0, maximum: 9, exclusiveMaximum: 12 }, {
      type: "integer",
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 9,
    }],
    [{ type: "string", examples: ["x", "y"] }, { type: "string", example: "x" }],
    [{ type: "string", contentEncoding: "base64" }, { type: "string", format: "byte" }],
    [{ oneOf: [{ type: "string" }, { type: "null" }] }, { oneOf: [{ type: "string", nullable: true }] }],
    [{ type: "array", prefixItems: [{ type: "string" }], items: false }, {
      type: "array",
      items: { anyOf: [{ type: "string" }] },
    }],
    [{ type: "array" }, { type: "array", items: {} }],
    [{ type: "object", properties: { type: { const: 1 }, schema: true }, additionalProperties: false }, {
      type: "object",
      properties: { type: { enum: [1] }, schema: {} },
      additionalProperties: false,
    }],
    [{ type: "object", patternProperties: { "^x": {} }, additionalProperties: false }, { type: "object" }],
    [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/A" }],
    [{ $ref: "#/components/schemas/A", description: "d" }, {
      description: "d",
      allOf: [{ $ref: "#/components/schemas/A" }],
    }],
    [{ if: {}, then: {}, $schema: "s", unevaluatedProperties: false, "x-note": 1 }, { "x-note": 1 }],
  ];
  for (const [given, expected] of cases) assert.deepEqual(schema30(given), expected, JSON.stringify(given));
});

Deno.test("openApi30() rewrites every schema, and nothing that is a name", () => {
  const schema = { type: ["string", "null"] }, written = { type: "string", nullable: true };
  const document = (schema: unknown, openapi: string) => ({
    openapi,
    info: { title: "t", version: "1" },
    security: [{ schema: [] }],
    paths: {
      "/a": {
        get: {
          parameters: [{ name: "schema", in: "query", schema }],
          requestBody: { content: { "application/json": { schema } } },
          responses: {
            "200": { description: "d", content: { "text/plain": {}, "application/json": { schema } } },
          },
        },
      },
    },
    components: {
      schemas: { Problem: schema },
      securitySchemes: { schema: { type: "apiKey", in: "header", name: "schema" } },
    },
  });
  assert.deepEqual(openApi30(document(schema, "3.1.0")), document(written, "3.0.3"));
});
