/**
 * The APIs a capability consumes.
 *
 * @module
 */
import * as z from "zod/mini";
import { Authentication } from "./authentication.ts";
import { describe, keyed, name } from "./notation.ts";
import { InputParameter, JsonValue, OutputParameter } from "./parameters.ts";

const text = z.optional(z.string());
const tags = z.optional(z.array(z.string()));

/** Headers that are always sent. Of an operation or a resource they are not in the official schema. */
const headers = z.optional(keyed(z.strictObject({ name, value: z.string() })));

/** A request body. A body that is plain text in the document has the type `raw`. */
export const RequestBody = z.strictObject({
  type: describe(z.string(), "json, text, xml, sparql, yaml, binary, formUrlEncoded, multipartForm or raw"),
  data: z.optional(JsonValue),
  contentType: text,
});
/** A request body. */
export type RequestBody = z.infer<typeof RequestBody>;

/** One operation of a consumed API. */
export const ConsumedOperation = z.strictObject({
  name,
  /** The `id` or `operationId` some authors write beside or instead of the name. */
  id: text,
  display: text,
  description: text,
  tags,
  method: text,
  /** Not in the official schema; see semantics §11. */
  path: text,
  headers,
  inputParameters: z.optional(keyed(InputParameter)),
  body: z.optional(RequestBody),
  outputRawFormat: text,
  outputMediaType: text,
  outputSchema: text,
  maxBinarySize: text,
  outputParameters: z.optional(keyed(OutputParameter)),
});
/** One operation of a consumed API. */
export type ConsumedOperation = z.infer<typeof ConsumedOperation>;

/** One resource of a consumed API: a path and its operations. */
export const ConsumedResource = z.strictObject({
  name,
  display: text,
  description: text,
  tags,
  path: text,
  headers,
  inputParameters: z.optional(keyed(InputParameter)),
  operations: z.optional(keyed(ConsumedOperation)),
});
/** One resource of a consumed API. */
export type ConsumedResource = z.infer<typeof ConsumedResource>;

/** A consumed HTTP API. */
export const Consumes = z.strictObject({
  type: text,
  namespace: describe(z.string(), "The name by which calls refer to this API"),
  display: text,
  description: text,
  tags,
  baseUri: z.optional(
    describe(z.string(), "The address every path is appended to; the sandbox allows nothing else"),
  ),
  headers,
  inputParameters: z.optional(keyed(InputParameter)),
  authentication: z.optional(Authentication),
  tunnel: z.optional(JsonValue),
  resources: z.optional(keyed(ConsumedResource)),
  /** Operations without a resource, as some files have them. */
  operations: z.optional(keyed(ConsumedOperation)),
});
/** A consumed HTTP API. */
export type Consumes = z.infer<typeof Consumes>;
