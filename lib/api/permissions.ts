/**
 * The permissions of a capability.
 *
 * @module
 */
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { resolveBinds } from "../plan/binds/binds.ts";
import { withRefused } from "../plan/files.ts";
import { type Manifest, manifestOf, permissionFlags as flagsOf } from "../sandbox/manifest.ts";
import { modelOf, type Specification } from "./specification.ts";
import { sourcesOf, type Surroundings } from "./surroundings.ts";

/**
 * What a capability may do: nothing but what its document says.
 *
 * @param spec The specification.
 * @param given Where variables in base URIs come from.
 * @returns Hosts with ports it may call, addresses it listens on, files and folders it may read.
 * @throws {FileRefusal} When a folder of `allowRead` cannot be read.
 * @see docs/semantics.md §1 (what a document may read), §9 (what may be called).
 *
 * @example The reach of a capability
 * ```ts
 * import { permissions, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - { type: http, namespace: shop, baseUri: "https://api.example.com/v1", resources: {} }
 * `,
 * });
 * assert.deepEqual(permissions(spec).net, ["api.example.com:443"]);
 * ```
 */
export function permissions(spec: Specification, given: Surroundings = {}): Manifest {
  const sources = sourcesOf(given), known = withRefused(modelOf(spec), SURFACE_TYPES, sources.readText);
  return manifestOf(known, resolveBinds(known, sources).values);
}

/**
 * A manifest as Deno permission flags.
 *
 * @param manifest What a capability may do.
 * @returns Flags for `deno run` or `deno compile`, link-local addresses denied.
 *
 * @example Flags for a command line
 * ```ts
 * import { permissionFlags } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const flags = permissionFlags({ net: ["api.example.com:443"], listen: [], read: [] });
 * assert.equal(flags[0], "--allow-net=api.example.com:443");
 * ```
 */
export function permissionFlags(manifest: Manifest): string[] {
  return flagsOf(manifest);
}
