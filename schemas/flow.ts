/**
 * What runs when something exposed is called: call, steps, ref or constants.
 *
 * @module
 */
import * as z from "zod/mini";
import { describe, keyed, name } from "./notation.ts";
import { InputParameter, JsonValue, OutputParameter } from "./parameters.ts";

const text = z.optional(z.string());

/** One step of an orchestration. */
export const Step = z.strictObject({
  name,
  type: describe(z.string(), "call, lookup or script"),
  description: text,
  call: text,
  with: z.optional(z.record(z.string(), JsonValue)),
  index: text,
  match: text,
  lookupValue: z.optional(JsonValue),
  outputParameters: z.optional(z.array(z.string())),
  language: text,
  location: text,
  file: text,
  dependencies: z.optional(z.array(z.string())),
});
/** One step of an orchestration. */
export type Step = z.infer<typeof Step>;

/** Puts a value of the step outputs at a place of the result. */
export const StepMapping = z.strictObject({ target: z.string(), value: JsonValue });
/** Puts a value of the step outputs at a place of the result. */
export type StepMapping = z.infer<typeof StepMapping>;

/** The keys every runnable thing shares: a tool, a resource, a REST operation, an aggregate flow. */
export const runnable = {
  inputParameters: z.optional(keyed(InputParameter)),
  call: z.optional(describe(z.string(), "The consumed operation to call, as namespace.operation")),
  ref: z.optional(describe(z.string(), "The aggregate flow to run, as namespace.flow")),
  with: z.optional(z.record(z.string(), JsonValue)),
  steps: z.optional(keyed(Step)),
  mappings: z.optional(z.array(StepMapping)),
  outputParameters: z.optional(keyed(OutputParameter)),
  outputRawFormat: text,
  outputMediaType: text,
};

/** The keys every runnable thing shares, as a schema. */
export const Runnable = z.strictObject(runnable);
/** The keys every runnable thing shares. */
export type Runnable = z.infer<typeof Runnable>;

/** What a flow promises about repetition and side effects. */
export const Semantics = z.strictObject({
  safe: z.optional(z.boolean()),
  idempotent: z.optional(z.boolean()),
  cacheable: z.optional(z.boolean()),
});
/** What a flow promises about repetition and side effects. */
export type Semantics = z.infer<typeof Semantics>;

/** One flow of an aggregate. */
export const AggregateFlow = z.strictObject({
  name,
  display: text,
  description: text,
  tags: z.optional(z.array(z.string())),
  semantics: z.optional(Semantics),
  ...runnable,
});
/** One flow of an aggregate. */
export type AggregateFlow = z.infer<typeof AggregateFlow>;

/** A domain aggregate: flows that several surfaces share. */
export const Aggregate = z.strictObject({
  display: text,
  description: text,
  namespace: text,
  tags: z.optional(z.array(z.string())),
  flows: z.optional(keyed(AggregateFlow)),
});
/** A domain aggregate. */
export type Aggregate = z.infer<typeof Aggregate>;
