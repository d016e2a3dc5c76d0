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

  /**
   * Goes past a problem that only lacks variables, where all that is wrong with a node is collected.
   *
   * @param problem The problem.
   * @param instead What stands for what could not be made; the node fails all the same.
   * @throws {Problem} The problem, where it is another, or nothing is collected.
   */
  goPast<T>(problem: Problem, instead: T): T {
    if (!this.#collected || problem.diagnostic.code !== "missing-variable") throw problem;
    for (const each of [problem.diagnostic, ...problem.more]) {
      if (!this.#collected.includes(each)) this.#collected.push(each);
    }
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
      if (!(error instanceof Problem) || error.told || !this.#collected) throw error;
      for (const each of [error.diagnostic, ...error.more]) {
        if (!this.#collected.includes(each)) this.#collected.push(each);
      }
      return undefined;
    }
  }

  /** How many variables without a value have been gone past: what was made since then must not be kept. */
  get missingSoFar(): number {
    return this.#collected?.length ?? 0;
  }

  /**
   * Compiles a node past every variable without a value, so that all of them are told in one run.
   *
   * @param compile Compiles the node.
   * @throws {Problem} With all of them, and what else stopped it.
   */
  collect<T>(compile: () => T): T {
    const outer = this.#collected, mine: Diagnostic[] = [];
    this.#collected = mine;
    try {
      const made = compile();
      if (mine.length > 0) throw new Problem(mine[0]!, false, mine.slice(1));
      return made;
    } catch (error) {
      if (!(error instanceof Problem) || mine.length === 0) throw error;
      const rest = error.told ? [] : [error.diagnostic, ...error.more];
      const all = [...new Set([...mine, ...rest])];
      throw new Problem(all[0]!, false, all.slice(1));
    } finally {
      this.#collected = outer;
    }
  }
}
