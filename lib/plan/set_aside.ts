/**
 * What is set aside: nodes that cannot run, each with the reason, reported once however many nodes share it.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Disabled } from "./capability.ts";
import { Problem } from "./problem.ts";

/** Collects what cannot run while a capability is compiled. */
export class SetAside {
  readonly disabled: Disabled[] = [];
  readonly #diagnostics: Diagnostic[];
  readonly #reported = new Set<Diagnostic>();
  readonly #groups = new Map<string, { readonly at: number; more: number }>();

  /** @param diagnostics Where the reasons are reported. */
  constructor(diagnostics: Diagnostic[]) {
    this.#diagnostics = diagnostics;
  }

  /**
   * Tries to compile a node.
   *
   * @param label The node, as messages name it.
   * @param compile Compiles it.
   * @returns What was compiled, or why it cannot run.
   */
  attempt<T>(label: string, compile: () => T): { readonly made: T } | { readonly why: Diagnostic } {
    try {
      return { made: compile() };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const why = this.add(label, error.diagnostic, error.isReported);
      for (const reason of error.more) this.#tell({ ...reason, node: label }, reason);
      return { why };
    }
  }

  /**
   * Sets a node aside.
   *
   * @param label The node, as messages name it.
   * @param reason Why.
   * @param isReported Whether the reason has been reported already.
   */
  add(label: string, reason: Diagnostic, isReported = false): Diagnostic {
    const diagnostic = { ...reason, node: label };
    this.disabled.push({ node: label, diagnostic });
    if (!isReported) this.#tell(diagnostic, reason);
    return diagnostic;
  }

  #tell(diagnostic: Diagnostic, reason: Diagnostic): void {
    if (this.#reported.has(reason)) return;
    this.#reported.add(reason);
    // One namespace that is missing is one mistake, however many nodes call it.
    const group = reason.code === "unknown-namespace" ? reason.message : undefined;
    const same = group === undefined ? undefined : this.#groups.get(group);
    if (same) same.more++;
    else {
      if (group !== undefined) this.#groups.set(group, { at: this.#diagnostics.length, more: 0 });
      this.#diagnostics.push(diagnostic);
    }
  }

  /** Says of each shared reason how many nodes it concerns. */
  close(): void {
    for (const { at, more } of this.#groups.values()) {
      if (more === 0) continue;
      const first = this.#diagnostics[at]!;
      this.#diagnostics[at] = { ...first, message: `${first.message} (and for ${more} more)` };
    }
  }
}
