/**
 * Callables as programs see them: what a capability offers, with the JSON Schemas of what goes in and comes out.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Callable as Compiled, CallableKind } from "../plan/callable.ts";
import type { FlowSemantics, JsonSchema } from "../plan/flow.ts";
import { Problem } from "../plan/problem.ts";

/** One thing that a capability offers. What cannot run, or is not served, is one too, with the reason. */
export interface Callable {
  /** What kind of thing it is. */
  readonly kind: CallableKind;
  /** The name the author gave it; of a REST operation without a name, its method and path. */
  readonly name: string;
  /** Other names that `call` finds it by, such as `GET /orders`. */
  readonly aliases: readonly string[];
  /** The surface that offers it; absent for aggregate flows and consumed operations. */
  readonly namespace?: string;
  /** What it does, in the author's words. */
  readonly description?: string;
  /** The JSON Schema of its arguments; absent where `call` cannot run it. */
  readonly inputSchema?: JsonSchema;
  /** The JSON Schema of its value; absent where nothing is declared about it. */
  readonly outputSchema?: JsonSchema;
  /** Its value is bytes: `call` gives a `Uint8Array`. */
  readonly binary?: true;
  /** What it does to the world, as far as it is known. */
  readonly semantics?: FlowSemantics;
  /** The author's text, as `file:line:column`. */
  readonly source?: string;
  /** Why it cannot run, and what to do. */
  readonly disabled?: Diagnostic;
}

function entry<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

/** What runs behind a callable, or why nothing does: flows that nobody exposes are compiled when they are looked at. */
function flowOf(callable: Compiled): Pick<Compiled, "flow" | "disabled"> {
  try {
    const { flow } = callable;
    return { flow, disabled: callable.disabled };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { flow: undefined, disabled: error.diagnostic };
  }
}

/** Shows a callable of the plan. */
export function showCallable(callable: Compiled): Callable {
  const { kind, name, aliases, namespace, node } = callable, { flow, disabled } = flowOf(callable);
  const own = (node as { readonly description?: unknown }).description;
  return {
    kind,
    name,
    aliases,
    ...entry("namespace", namespace),
    ...entry("description", flow?.description ?? (typeof own === "string" ? own : undefined)),
    ...entry("inputSchema", flow?.inputs.schema),
    ...entry("outputSchema", flow?.output.schema),
    ...(flow?.output.binary ? { binary: true as const } : {}),
    ...entry("semantics", flow?.semantics),
    ...entry("source", flow?.source),
    ...entry("disabled", disabled),
  };
}
