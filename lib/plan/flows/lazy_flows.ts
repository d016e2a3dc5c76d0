/**
 * Flows nobody exposes: aggregate flows and consumed operations, compiled when first asked for.
 *
 * @module
 */
import type { PlanContext } from "../context.ts";
import type { Flow } from "../flow.ts";
import { aggregateSource } from "./follow.ts";
import { Problem } from "../problem.ts";
import type { RunnableSource } from "./runnable.ts";

/** How deep flows may call each other: compiling and running them takes calls of functions for each level. */
const MAX_DEPTH = 100;

/** Aggregate flows as `namespace.flow`, and consumed operations as `namespace.operation`. */
export class LazyFlows {
  readonly #sources = new Map<string, () => RunnableSource>();
  readonly #flows = new Map<string, Flow>();
  /**
   * Why flows cannot run. It is found once: flows that call such flows in every step, which do the same, would otherwise be
   * compiled again and again without end.
   */
  readonly #failed = new Map<string, { readonly error: unknown }>();
  /** Flows that are being compiled, outermost first. */
  readonly #open: string[] = [];
  readonly #context: PlanContext;
  readonly #compile: (source: RunnableSource) => Flow;

  /**
   * @param context The compilation.
   * @param compile Makes a flow.
   */
  constructor(context: PlanContext, compile: (source: RunnableSource) => Flow) {
    this.#context = context;
    this.#compile = compile;
    for (const entry of context.operations.entries()) {
      const name = `${entry.api.consumes.namespace}.${entry.operation.name}`;
      if (this.#sources.has(name)) continue;
      this.#sources.set(name, () => ({
        name,
        node: entry.operation,
        body: entry.operation,
        prefixes: [],
        inputs: [],
        call: name,
        choose: () => entry,
      }));
    }
    for (const name of context.aggregates.keys()) {
      this.#sources.set(name, () => aggregateSource(context, name));
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
    const known = this.#flows.get(name);
    if (known) return known;
    const failed = this.#failed.get(name);
    if (failed) throw failed.error;
    if (this.#open.includes(name)) {
      const circle = [...this.#open.slice(this.#open.indexOf(name)), name].join(" → ");
      throw new Problem(this.#context.error(
        "flow-cycle",
        `flows call each other in a circle: ${circle}`,
        this.#context.aggregates.get(name)?.flow ?? {},
        undefined,
        "make one of them call an operation",
      ));
    }
    if (this.#open.length >= MAX_DEPTH) {
      throw new Problem(this.#context.error(
        "flow-cycle",
        `flows call each other more than ${MAX_DEPTH} deep, from ${this.#open[0]} to ${name}`,
        this.#context.aggregates.get(name)?.flow ?? {},
        undefined,
        "let flows call operations, and not ever more flows",
      ));
    }
    this.#open.push(name);
    try {
      const flow = this.#context.problems.collect(() => this.#compile(source()));
      this.#flows.set(name, flow);
      return flow;
    } catch (error) {
      this.#failed.set(name, { error });
      throw error;
    } finally {
      this.#open.pop();
    }
  }
}
