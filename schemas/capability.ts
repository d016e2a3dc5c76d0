/**
 * The capability document as a whole, in the one form every dialect is brought to.
 *
 * @module
 */
import * as z from "zod/mini";
import { Consumes } from "./consumes.ts";
import { Exposes } from "./exposes.ts";
import { Aggregate } from "./flow.ts";
import { describe } from "./notation.ts";

const text = z.optional(z.string());

/** Where values of variables come from. */
export const Bind = z.strictObject({
  namespace: text,
  description: text,
  location: z.optional(
    describe(z.string(), "file:// (JSON, YAML, dotenv) or env://; without it the process environment"),
  ),
  keys: z.optional(z.record(z.string(), z.string())),
});
/** Where values of variables come from. */
export type Bind = z.infer<typeof Bind>;

/** What the capability is called and who is responsible for it. */
export const Info = z.strictObject({
  display: text,
  description: text,
  version: text,
  tags: z.optional(z.array(z.string())),
  created: text,
  modified: text,
  stakeholders: z.optional(z.array(z.strictObject({ role: text, fullName: text, email: text }))),
});
/** What the capability is called and who is responsible for it. */
export type Info = z.infer<typeof Info>;

/**
 * A capability after the dialect upgrade: lists in document order, imports merged in, root and
 * `capability` sections joined.
 */
export const CapabilityDocument = z.strictObject({
  version: text,
  info: z.optional(Info),
  binds: z.optional(z.array(Bind)),
  consumes: z.optional(z.array(Consumes)),
  aggregates: z.optional(z.array(Aggregate)),
  exposes: z.optional(z.array(Exposes)),
});
/** A capability after the dialect upgrade. */
export type CapabilityDocument = z.infer<typeof CapabilityDocument>;
