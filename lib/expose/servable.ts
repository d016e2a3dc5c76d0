/**
 * Whether a capability can be served: one answer for `serve`, which refuses, and for `validate`, which says so beforehand.
 *
 * @module
 */
import type { Exposes } from "../../schemas/mod.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Specification } from "../document/specification.ts";
import type { Capability } from "../plan/capability.ts";
import { locate } from "../plan/locate.ts";
import { listening, type ListenOverride, surfaceName } from "../surface/listening.ts";
import type { SurfaceType } from "../surface/surface_type.ts";
import { SURFACE_TYPES } from "./surface_types.ts";

/** Why something of a capability cannot be served. */
export interface Unservable {
  readonly diagnostic: Diagnostic;
  /** Nothing can be served because of it. */
  readonly whole: boolean;
}

function finding(
  spec: Specification,
  code: Diagnostic["code"],
  message: string,
  fix: string,
  node?: object,
): Diagnostic {
  const location = node ? locate(spec, node) : spec.files[0]?.locate(0, 0) ??
    { file: spec.file, line: 1, column: 1, start: 0, end: 0 };
  return { code, severity: "error", message, fix, location };
}

/** Whether anything of the document can be served: what has nothing to offer at all is served as it is. */
function servesSomething({ surfaces }: Capability, types: readonly SurfaceType[]): boolean {
  const able = new Set(types.filter((type) => type.create).map(({ type }) => type));
  return surfaces.some(({ model, callables }) =>
    able.has(model.type) && (callables.length === 0 || callables.some(({ disabled }) => !disabled))
  );
}

/** Surfaces without a port, and surfaces that share one. */
function portFaults(
  spec: Specification,
  exposes: readonly Exposes[],
  types: readonly SurfaceType[],
  override: ListenOverride,
): Unservable[] {
  const out: Unservable[] = [], taken = new Map<number, string>();
  for (const { model, port } of listening(exposes, types, override).places) {
    const name = surfaceName(model);
    if (port === undefined) {
      const stdio = types.find(({ type }) => type === model.type)?.stdio !== undefined;
      const fix = stdio ? "add port: 3001 to it, or transport: stdio" : "add port: 3001 to it";
      out.push({ diagnostic: finding(spec, "no-port", `${name} names no port`, fix, model), whole: true });
      continue;
    }
    const other = port === 0 ? undefined : taken.get(port);
    if (other === undefined) taken.set(port, name);
    else {
      const message = `${other} and ${name} share the port ${port}`;
      const fix = "give each surface a port of its own";
      out.push({ diagnostic: finding(spec, "shared-port", message, fix, model), whole: true });
    }
  }
  return out;
}

/**
 * What keeps a capability from being served.
 *
 * @param capability The capability.
 * @param override Where the operator wants it to listen.
 * @param types The types of surfaces.
 * @returns Findings at their places; nothing where it can be served.
 */
export function unservable(
  capability: Capability,
  override: ListenOverride = {},
  types: readonly SurfaceType[] = SURFACE_TYPES,
): Unservable[] {
  const { spec, surfaces } = capability, exposes = surfaces.map(({ model }) => model);
  if (exposes.length === 0) {
    const fix = "give it an exposes entry, such as one of type mcp or rest";
    const message = "the document exposes nothing that can be served";
    return [{ diagnostic: finding(spec, "nothing-to-serve", message, fix), whole: true }];
  }
  const ports = portFaults(spec, exposes, types, override);
  if (servesSomething(capability, types)) return ports;
  const fix = "correct what is set aside; each has a finding of its own";
  const diagnostic = finding(spec, "nothing-to-serve", "nothing is left to serve", fix, exposes[0]);
  return [...ports, { diagnostic, whole: true }];
}
