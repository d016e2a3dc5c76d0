/**
 * What nothing exposes: consumed operations and flows that no surface compiles are tried as well, so that an author
 * hears of every slip in one run.
 *
 * @module
 */
import { asWarning, type Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import type { Callable } from "../callable.ts";
import type { Capability, FlowTable } from "../capability.ts";
import type { PlanContext } from "../context.ts";
import type { Flow } from "../flow.ts";
import { Problem } from "../problem.ts";

const place = ({ code, location }: Diagnostic) => `${code} ${location.file} ${location.start}`;

/** A callable that is compiled when it is asked for. */
class Unexposed implements Callable {
  readonly kind: "flow" | "consumed";
  readonly name: string;
  readonly aliases: readonly string[] = [];
  readonly label: string;
  readonly node: object;
  readonly #table: FlowTable;
  #tried: { readonly flow?: Flow | undefined; readonly disabled?: Diagnostic } | undefined;

  constructor(kind: "flow" | "consumed", name: string, node: object, table: FlowTable) {
    this.kind = kind;
    this.name = name;
    this.label = `${kind === "flow" ? "flow" : "operation"} ${name}`;
    this.node = node;
    this.#table = table;
  }

  get flow(): Flow | undefined {
    return this.#try().flow;
  }

  get disabled(): Diagnostic | undefined {
    return this.#try().disabled;
  }

  #try() {
    if (this.#tried) return this.#tried;
    try {
      return this.#tried = { flow: this.#table.get(this.name) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return this.#tried = { disabled: error.diagnostic };
    }
  }
}

/** The callables of aggregate flows and consumed operations. */
export function unexposed(context: PlanContext, table: FlowTable): Callable[] {
  const operations = new Map<string, object>();
  for (const { api, operation } of context.operations.entries()) {
    const name = `${api.consumes.namespace}.${operation.name}`;
    if (!operations.has(name)) operations.set(name, operation);
  }
  return [...table.keys()].map((name) => {
    const aggregate = context.aggregates.get(name);
    return aggregate
      ? new Unexposed("flow", name, aggregate.flow, table)
      : new Unexposed("consumed", name, operations.get(name)!, table);
  });
}

/**
 * Tries every flow and consumed operation of a capability by its own name.
 *
 * @param capability The capability.
 * @param reported What has been found already; nothing of it is reported again.
 * @returns Why some could not be called, as warnings: nothing that is exposed needs them.
 */
export function checkUnexposed(capability: Capability, reported: readonly Diagnostic[]): Diagnostic[] {
  const known = new Set(reported.map(place)),
    added = new Set<string>(),
    out: Diagnostic[] = [],
    from = capability.diagnostics.length;
  for (const name of capability.flows.keys()) {
    try {
      capability.flows.get(name);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.isReported) continue;
      for (const each of [error.diagnostic, ...error.more]) out.push({ ...asWarning(each), node: name });
    }
  }
  // What compiling them warned of stands with the capability's own findings.
  return [...capability.diagnostics.slice(from), ...out].filter((diagnostic) => {
    if (known.has(place(diagnostic))) return false;
    const one = `${place(diagnostic)} ${diagnostic.message}`;
    return added.has(one) ? false : added.add(one);
  });
}
