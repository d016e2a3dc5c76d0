/**
 * Everything that is wrong with one node: found in one run, where one thing does not hide the next.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { Problem } from "./problem.ts";

/** Collects what is wrong with the node that is compiled. */
export class Problems {
  #collected: Diagnostic[] | undefined;
  /** What was collected, and where: a document may have thousands of faults. */
  #known = new Set<string>();
  readonly #asProblem: (error: unknown) => Problem | undefined;

  /** @param asProblem The problem that an error of another room is; undefined for a fault of Capstan's own. */
  constructor(asProblem: (error: unknown) => Problem | undefined = () => undefined) {
    this.#asProblem = asProblem;
  }

  /**
   * Goes past a problem that only lacks variables, where all that is wrong with a node is collected.
   *
   * @param problem The problem.
   * @param instead What stands for what could not be made; the node fails all the same.
   * @throws {Problem} The problem, where it is another, or nothing is collected.
   */
  goPast<T>(problem: Problem, instead: T): T {
    if (!this.#collected || problem.diagnostic.code !== "missing-variable") throw problem;
    for (const each of [problem.diagnostic, ...problem.more]) this.#add(each);
    return instead;
  }

  /**
   * Compiles one of several parts of a node. One that cannot run is collected, so that the others are looked at as well.
   *
   * @param compile Compiles the part.
   * @returns The part; undefined for one that cannot run, where all that is wrong is collected.
   */
  part<T>(compile: () => T): T | undefined {
    try {
      return compile();
    } catch (error) {
      if (!this.#collected) throw error;
      const problem = error instanceof Problem ? error : this.#asProblem(error);
      if (problem === undefined || problem.isReported) throw error;
      for (const each of [problem.diagnostic, ...problem.more]) this.#add(each);
      return undefined;
    }
  }

  /** Collects a finding, unless the same was found at the same place. */
  #add(found: Diagnostic): void {
    const { message, location: { file, start } } = found, key = JSON.stringify([file, start, message]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#collected!.push(found);
  }

  /**
   * Ends a node of which a part is missing that the rest cannot do without.
   *
   * @throws {Problem} The first of what was collected.
   */
  stop(): never {
    throw new Problem(this.#collected![0]!);
  }

  /** Whether something of the node is wrong that is more than a variable without a value. */
  get isBroken(): boolean {
    return this.#collected?.some(({ code }) => code !== "missing-variable") === true;
  }

  /** How many variables without a value have been gone past: what was made since then must not be kept. */
  get missingSoFar(): number {
    return this.#collected?.length ?? 0;
  }

  /**
   * Compiles a node past every part that cannot run, so that all of them are reported in one run.
   *
   * @param compile Compiles the node.
   * @throws {Problem} With all of them, and what else stopped it.
   */
  collect<T>(compile: () => T): T {
    const outer = this.#collected, known = this.#known, mine: Diagnostic[] = [];
    this.#collected = mine;
    this.#known = new Set();
    try {
      const made = compile();
      if (mine.length > 0) throw new Problem(mine[0]!, false, mine.slice(1));
      return made;
    } catch (error) {
      if (!(error instanceof Problem) || mine.length === 0) throw error;
      if (!error.isReported) { for (const each of [error.diagnostic, ...error.more]) this.#add(each); }
      throw new Problem(mine[0]!, false, mine.slice(1));
    } finally {
      this.#collected = outer;
      this.#known = known;
    }
  }
}
