/**
 * Sections that give nothing: APIs without operations, aggregates without flows.
 *
 * @module
 */
import type { Consumes } from "../../schemas/mod.ts";
import type { PlanContext } from "./context.ts";

function warnOfConsumes(context: PlanContext, consumes: Consumes): void {
  const { namespace, resources = [], operations = [] } = consumes;
  for (const resource of resources) {
    if (resource.operations?.length) continue;
    const message =
      `the resource ${resource.name} of ${namespace} has no operations, so nothing of it can be called`;
    context.warn("no-call", message, resource, undefined, "add operations");
  }
  if (resources.length + operations.length > 0) return;
  const fix = "add resources, each with a path and operations";
  context.warn(
    "no-call",
    `${namespace} has no resources, so nothing of it can be called`,
    consumes,
    undefined,
    fix,
  );
}

/**
 * Warns of sections that give nothing. Where reading has left something out, that is why, and nothing is added.
 *
 * @param context The compilation.
 */
export function warnOfEmptySections(context: PlanContext): void {
  const { document, diagnostics } = context.spec;
  if (diagnostics.some(({ severity, code }) => severity === "error" || code === "unknown-key")) return;
  for (const consumes of document.consumes ?? []) warnOfConsumes(context, consumes);
  for (const aggregate of document.aggregates ?? []) {
    if (aggregate.flows?.length) continue;
    const name = aggregate.namespace === undefined ? "" : ` ${aggregate.namespace}`;
    context.warn(
      "no-call",
      `the aggregate${name} has no flows`,
      aggregate,
      undefined,
      "add flows, or remove it",
    );
  }
}
