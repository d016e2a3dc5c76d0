/**
 * A node that cannot run: thrown while compiling it, caught where the node is set aside.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";

/** Carries the diagnostic that disables a node. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly diagnostic: Diagnostic;
  /** Reading has reported it already; what it disables adds nothing to it. */
  readonly isReported: boolean;
  /** What else is wrong with the node, found in the same run. */
  readonly more: readonly Diagnostic[];

  /**
   * @param diagnostic What is wrong, where, and the fix.
   * @param isReported Whether it is among the findings already.
   * @param more What else is wrong with the node.
   */
  constructor(diagnostic: Diagnostic, isReported = false, more: readonly Diagnostic[] = []) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
    this.isReported = isReported;
    this.more = more;
  }
}
