/**
 * Finding what `call` names: a tool, a REST operation, a flow, a consumed operation.
 *
 * @module
 */
import type { Capability } from "../capability.ts";
import type { Flow } from "../flow.ts";
import { Problem } from "../problem.ts";
import type { Diagnostic } from "../../document/diagnostic.ts";

/** The names a person may call, by surface. */
export function callableNames(capability: Capability): string[] {
  const names = new Set<string>();
  for (const { model, flows } of capability.surfaces) {
    if (model.type === "mcp") {
      for (const tool of model.tools ?? []) if (flows.has(tool)) names.add(tool.name);
    }
    if (model.type === "rest") {
      for (const resource of model.resources ?? []) {
        for (const operation of resource.operations ?? []) {
          if (flows.has(operation)) {
            names.add(operation.name ?? `${operation.method ?? "GET"} ${resource.path ?? "/"}`);
          }
        }
      }
    }
  }
  for (const name of capability.flows.keys()) names.add(name);
  return [...names];
}

/**
 * The flow of a name: a tool, a REST operation (by name or as `GET /path`), an aggregate flow or a consumed
 * operation (as `namespace.name`).
 *
 * @returns The flow; undefined for an unknown name.
 * @throws {Problem} When the flow cannot run.
 */
export function findFlow(capability: Capability, name: string): Flow | undefined {
  for (const { model, flows } of capability.surfaces) {
    if (model.type === "mcp") {
      const tool = model.tools?.find((t) => t.name === name || `${model.namespace}.${t.name}` === name);
      const flow = tool && flows.get(tool);
      if (flow) return flow;
    } else if (model.type === "rest") {
      for (const resource of model.resources ?? []) {
        for (const operation of resource.operations ?? []) {
          const route = `${(operation.method ?? "GET").toUpperCase()} ${resource.path ?? "/"}`;
          if (operation.name !== name && route !== name && `${resource.name}.${operation.name}` !== name) {
            continue;
          }
          const flow = flows.get(operation);
          if (flow) return flow;
        }
      }
    }
  }
  return capability.flows.get(name);
}

/** What a name leads to: a flow, the reason why it cannot run, or the names there are instead. */
export type Found =
  | { readonly flow: Flow }
  | { readonly disabled: Diagnostic }
  | { readonly names: readonly string[] };

/** What a name leads to; never throws for one that is unknown or cannot run. */
export function lookUp(capability: Capability, name: string): Found {
  try {
    const flow = findFlow(capability, name);
    if (flow) return { flow };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { disabled: error.diagnostic };
  }
  const disabled = capability.disabled.find(({ node }) => node.replace(/^\w+ /, "") === name);
  return disabled ? { disabled: disabled.diagnostic } : { names: callableNames(capability) };
}
