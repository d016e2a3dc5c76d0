/**
 * Input and output parameters: what a tool, an operation or a flow takes and gives.
 *
 * @module
 */
import * as z from "zod/mini";
import { describe, keyed, name } from "./notation.ts";

/** Any JSON value, as it stands in a document. */
export const JsonValue = z.unknown();

/** Where a consumed or exposed HTTP parameter travels. */
export const ParameterPlace = z.enum([
  "query",
  "header",
  "path",
  "cookie",
  "body",
  "formData",
  "environment",
]);
/** Where a consumed or exposed HTTP parameter travels. */
export type ParameterPlace = z.infer<typeof ParameterPlace>;

/** The types a parameter may declare. */
export const ParameterType = z.enum(["string", "number", "integer", "boolean", "array", "object"]);
/** The types a parameter may declare. */
export type ParameterType = z.infer<typeof ParameterType>;

/** What every input schema may say, at any depth. */
const constraints = {
  type: z.optional(describe(ParameterType, "The JSON type of the value")),
  /** The author's own type word when it is not one of the six (date, file, uuid …); informs format and bytes. */
  typeWord: z.optional(z.string()),
  description: z.optional(z.string()),
  required: z.optional(z.boolean()),
  nullable: z.optional(z.boolean()),
  default: z.optional(JsonValue),
  enum: z.optional(z.array(JsonValue)),
  /** The titles of the values of `enum`: not in the official schema. */
  enumNames: z.optional(
    describe(z.array(z.string()), "What a person reads for each value of enum, in their order"),
  ),
  /** The values with their titles, as JSON Schema writes them: not in the official schema. */
  oneOf: z.optional(
    describe(z.array(JsonValue), "The values there are, each as const, with the title that a person reads"),
  ),
  format: z.optional(z.string()),
  /** `base64`: the value is bytes, written as base64. */
  encoding: z.optional(describe(z.string(), "base64 where the value is bytes, written as base64")),
  pattern: z.optional(z.string()),
  minLength: z.optional(z.number()),
  maxLength: z.optional(z.number()),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  exclusiveMinimum: z.optional(z.number()),
  exclusiveMaximum: z.optional(z.number()),
  multipleOf: z.optional(z.number()),
  minItems: z.optional(z.number()),
  maxItems: z.optional(z.number()),
  uniqueItems: z.optional(z.boolean()),
  precision: z.optional(z.number()),
  scale: z.optional(z.number()),
  additionalProperties: z.optional(JsonValue),
  example: z.optional(JsonValue),
  examples: z.optional(JsonValue),
  tags: z.optional(z.array(z.string())),
};

/** A nested schema of an input: the elements of an array, a property of an object (which has a name). */
export type InputSchema = z.infer<z.ZodMiniObject<typeof constraints>> & {
  name?: string | undefined;
  items?: InputSchema | undefined;
  properties?: InputSchema[] | undefined;
};

/** A nested schema of an input: the elements of an array, a property of an object (which has a name). */
export const InputSchema: z.ZodMiniType<InputSchema> = z.strictObject({
  ...constraints,
  name: z.optional(z.string()),
  get items(): z.ZodMiniOptional<z.ZodMiniType<InputSchema>> {
    return z.optional(InputSchema);
  },
  get properties(): z.ZodMiniOptional<z.ZodMiniArray<z.ZodMiniType<InputSchema>>> {
    return z.optional(keyed(InputSchema));
  },
});

/** One input parameter; `in` and `value` matter on consumed and REST inputs. */
export const InputParameter = z.strictObject({
  ...constraints,
  name,
  items: z.optional(InputSchema),
  properties: z.optional(keyed(InputSchema)),
  display: z.optional(z.string()),
  /** Clients of the newest MCP revision send the value in a header as well: the protocol's word, not in the official schema. */
  "x-mcp-header": z.optional(
    describe(z.string(), "The name of the MCP header `Mcp-Param-NAME` that says the value too, for gateways"),
  ),
  in: z.optional(describe(ParameterPlace, "Where the value travels in the HTTP request")),
  value: z.optional(
    describe(z.unknown(), "A constant or a template; the caller does not supply a parameter that has one"),
  ),
  /** How a list or an object is written into a query or a form: OpenAPI's words, not in the official schema. */
  style: z.optional(z.string()),
  explode: z.optional(z.boolean()),
  /** The same in Swagger's words. */
  collectionFormat: z.optional(z.string()),
});
/** One input parameter. */
export type InputParameter = z.infer<typeof InputParameter>;

/** What every output parameter may say, at any depth. */
const output = {
  name: z.optional(z.string()),
  display: z.optional(z.string()),
  type: z.optional(ParameterType),
  typeWord: z.optional(z.string()),
  description: z.optional(z.string()),
  in: z.optional(z.string()),
  mapping: z.optional(describe(z.string(), "A JSONPath into the current node")),
  value: z.optional(describe(z.unknown(), "A constant or a template; it wins over mapping")),
  required: z.optional(z.boolean()),
  nullable: z.optional(z.boolean()),
  format: z.optional(z.string()),
  enum: z.optional(z.array(JsonValue)),
  maxLength: z.optional(z.number()),
  precision: z.optional(z.number()),
  scale: z.optional(z.number()),
  example: z.optional(JsonValue),
  tags: z.optional(z.array(z.string())),
};

/**
 * One output parameter, at any depth. Consumed, mapped, orchestrated and mock outputs share this form;
 * which keys matter depends on the owner (semantics: Shaping).
 */
export type OutputParameter = z.infer<z.ZodMiniObject<typeof output>> & {
  properties?: OutputParameter[] | undefined;
  items?: OutputParameter | undefined;
};

/** One output parameter, at any depth. */
export const OutputParameter: z.ZodMiniType<OutputParameter> = z.strictObject({
  ...output,
  get properties(): z.ZodMiniOptional<z.ZodMiniArray<z.ZodMiniType<OutputParameter>>> {
    return z.optional(keyed(OutputParameter));
  },
  get items(): z.ZodMiniOptional<z.ZodMiniType<OutputParameter>> {
    return z.optional(OutputParameter);
  },
});
