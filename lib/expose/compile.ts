/**
 * Compiling a capability with every type of surface there is.
 *
 * @module
 */
import type { Specification } from "../document/specification.ts";
import type { Capability } from "../plan/capability.ts";
import { compileDocument as compile, type Environment } from "../plan/compile.ts";
import { observabilityFindings } from "../surface/observability.ts";
import type { SurfaceType } from "../surface/surface_type.ts";
import { SURFACE_TYPES } from "./surface_types.ts";

/**
 * Compiles a specification. A node that cannot run is set aside with an explanation; the rest runs.
 *
 * @param spec The specification as read.
 * @param environment Values of variables, and files.
 * @param types Every type of surface, where it is not the usual list.
 * @returns The capability; `disabled` and `diagnostics` say what was found.
 */
export function compileCapability(
  spec: Specification,
  environment: Omit<Environment, "sections">,
  types: readonly SurfaceType[] = SURFACE_TYPES,
): Promise<Capability> {
  const found = observabilityFindings(spec, environment.binds, environment.bindsOptional ?? false);
  return compile(spec, {
    ...environment,
    sections: types,
    found: [...environment.found ?? [], ...found],
  });
}
