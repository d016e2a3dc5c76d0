/**
 * Inspecting a specification.
 *
 * @module
 */
import { compileCapability } from "../expose/compile.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { resolveBinds } from "../plan/binds/binds.ts";
import { withRefused } from "../plan/files.ts";
import { type Inspection, inspection } from "../sandbox/inspect.ts";
import { modelOf, type Specification } from "./specification.ts";
import { sourcesOf, type Surroundings } from "./surroundings.ts";

/**
 * What a specification offers, needs and reaches: its tools and routes with their inputs, its variables and files,
 * the hosts it calls.
 *
 * @param spec The specification.
 * @param given Where variables and files come from; one without a value is reported, and is no error.
 * @returns What is found; what cannot run stands under `disabled`, with the reason.
 * @throws {FileRefusal} When a folder of `allowRead` cannot be read.
 * @see docs/semantics.md §1 (reading), §9 (what may be called).
 *
 * @example Reading a file before trusting it
 * ```ts
 * import { inspect, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - type: http
 *       namespace: shop
 *       baseUri: https://api.example.com/v1
 *       authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
 *       resources:
 *         orders:
 *           path: /orders/{{id}}
 *           operations:
 *             get-order: { method: GET }
 * `,
 * });
 * const { reach, variables } = await inspect(spec, { env: () => undefined });
 * assert.deepEqual(reach, ["api.example.com:443"]);
 * assert.deepEqual(variables, [{ name: "SHOP_TOKEN", from: "environment", set: false }]);
 * ```
 */
export async function inspect(spec: Specification, given: Surroundings = {}): Promise<Inspection> {
  const { env, readText } = sourcesOf(given);
  const known = withRefused(modelOf(spec), SURFACE_TYPES, readText);
  const { values } = resolveBinds(known, { env, readText });
  const capability = await compileCapability(known, { binds: values, readText, bindsOptional: true });
  return inspection(known, capability, values);
}
