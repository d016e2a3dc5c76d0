/**
 * Finding what `call` names: a tool, a REST operation, a flow, a consumed operation.
 *
 * @module
 */
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import type { Callable, CallableKind } from "../callable.ts";
import type { Capability } from "../capability.ts";
import type { Flow } from "../flow.ts";

/** What a person can call, in the order in which a name that several have is understood. */
const CALLED: readonly CallableKind[] = ["tool", "operation", "flow", "consumed", "resource"];

/** The names a person may call, in document order. */
function callableNames({ callables }: Pick<Capability, "callables">): string[] {
  const names = new Set<string>();
  for (const callable of callables) {
    const { kind, name } = callable;
    // What nobody exposes is not compiled to be named.
    if (kind === "flow" || kind === "consumed" || (CALLED.includes(kind) && callable.flow)) names.add(name);
  }
  return [...names];
}

/** What a name leads to. */
export type Found =
  | {
    readonly flow: Flow;
    readonly callable: Callable;
    /** What has the name as well and is not meant. */
    readonly others: readonly Callable[];
  }
  | { readonly disabled: Diagnostic; readonly callable: Callable }
  | { readonly names: readonly string[] };

/** Everything of a name that can be called, what is meant first. */
function candidates({ callables }: Pick<Capability, "callables">, name: string): Callable[] {
  const own: Callable[] = [], alias: Callable[] = [];
  for (const callable of callables) {
    if (!CALLED.includes(callable.kind)) continue;
    if (callable.name === name) own.push(callable);
    else if (callable.aliases.includes(name)) alias.push(callable);
  }
  const rank = ({ kind }: Callable) => CALLED.indexOf(kind);
  return [...own, ...alias].sort((a, b) => rank(a) - rank(b));
}

/**
 * What a name leads to: a tool, a REST operation (by name or as `GET /path`), an aggregate flow or a consumed operation
 * (as `namespace.name`). Never throws for one that is unknown or cannot run.
 *
 * @param capability The capability.
 * @param name The name.
 */
export function lookUp(capability: Pick<Capability, "callables">, name: string): Found {
  const found = candidates(capability, name);
  for (const callable of found) {
    const { flow } = callable;
    if (flow) return { flow, callable, others: found.filter((other) => other !== callable) };
  }
  const disabled = found.find((callable) => callable.disabled);
  return disabled
    ? { disabled: disabled.disabled!, callable: disabled }
    : { names: callableNames(capability) };
}

/** The flow of a name; undefined where nothing of the name runs. */
export function findFlow(capability: Pick<Capability, "callables">, name: string): Flow | undefined {
  const found = lookUp(capability, name);
  return "flow" in found ? found.flow : undefined;
}
