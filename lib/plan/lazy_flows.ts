/**
 * Flows nobody exposes: aggregate flows and consumed operations, compiled when first asked for.
 *
 * @module
 */
import type { PlanContext } from "./context.ts";
import type { Flow } from "./flow.ts";
import type { RunnableSource } from "./runnable.ts";

/** Aggregate flows as `namespace.flow`, and consumed operations as `namespace.operation`. */
export class LazyFlows {
  readonly #sources = new Map<string, RunnableSource>();
  readonly #flows = new Map<string, Flow>();
  readonly #compile: (source: RunnableSource) => Flow;

  /**
   * @param context The compilation.
   * @param compile Makes a flow.
   */
  constructor(context: PlanContext, compile: (source: RunnableSource) => Flow) {
    this.#compile = compile;
    for (const entry of context.operations.entries()) {
      const name = `${entry.api.consumes.namespace}.${entry.operation.name}`;
      if (this.#sources.has(name)) continue;
      this.#sources.set(name, {
        name,
        node: entry.operation,
        body: entry.operation,
        prefixes: [],
        inputs: [],
        call: name,
        choose: () => entry,
      });
    }
    for (const [name, { flow, aggregate }] of context.aggregates) {
      this.#sources.set(name, {
        name,
        node: flow,
        body: flow,
        prefixes: [aggregate.namespace],
        inputs: flow.inputParameters ?? [],
        call: flow.call,
        with: flow.with,
        steps: flow.steps,
        mappings: flow.mappings,
        outputs: flow.outputParameters,
        mediaType: flow.outputMediaType,
        semantics: flow.semantics,
        choose: (entries) => entries[0]!,
      });
    }
  }

  /** Whether there is a flow of that name. */
  has(name: string): boolean {
    return this.#sources.has(name);
  }

  /** The names of all flows. */
  keys(): Iterable<string> {
    return this.#sources.keys();
  }

  /**
   * The flow of a name.
   *
   * @throws {Problem} When it cannot run.
   */
  get(name: string): Flow | undefined {
    const source = this.#sources.get(name);
    if (!source) return undefined;
    let flow = this.#flows.get(name);
    if (!flow) this.#flows.set(name, flow = this.#compile(source));
    return flow;
  }
}
