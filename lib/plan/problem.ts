/**
 * A node that cannot run: thrown while compiling it, caught where the node is set aside.
 *
 * @module
 */
import type { Diagnostic } from "../spec/diagnostic.ts";

/** Carries the diagnostic that disables a node. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly diagnostic: Diagnostic;

  /** @param diagnostic What is wrong, where, and the fix. */
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}
