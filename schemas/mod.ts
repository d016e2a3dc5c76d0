/**
 * The shape of a capability: zod schemas and the types inferred from them.
 *
 * @module
 */
export * from "./authentication.ts";
export * from "./capability.ts";
export * from "./consumes.ts";
export * from "./exposes.ts";
export * from "./flow.ts";
export * from "./parameters.ts";
