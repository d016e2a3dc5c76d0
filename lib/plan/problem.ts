/**
 * A node that cannot run: thrown while compiling it, caught where the node is set aside.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostic.ts";

/** Carries the diagnostic that disables a node. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly diagnostic: Diagnostic;
  /** Reading has told it already; what it disables adds nothing to it. */
  readonly told: boolean;

  /**
   * @param diagnostic What is wrong, where, and the fix.
   * @param told Whether it is among the findings already.
   */
  constructor(diagnostic: Diagnostic, told = false) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
    this.told = told;
  }
}
