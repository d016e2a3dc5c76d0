/**
 * Drift: outputs that did not hold what they declare, counted and told (semantics §6).
 *
 * @module
 */

/** An output that drifted, and how often. */
export interface DriftEvent {
  /** The flow it belongs to. */
  readonly flow: string;
  /** The output, as a path into the result such as `result[].price`. */
  readonly output: string;
  readonly count: number;
}

/** Counts drift, and tells of it the first time and then ever more rarely: at 10, 100, 1,000 … */
export class DriftLog {
  readonly #counts = new Map<string, DriftEvent>();
  #listener: ((event: DriftEvent) => void) | undefined;

  /** Counts the outputs that drifted in one result; one that drifted in several elements counts once. */
  record(flow: string, outputs: readonly string[]): void {
    for (const output of new Set(outputs)) {
      const key = `${flow} ${output}`,
        count = (this.#counts.get(key)?.count ?? 0) + 1,
        event = { flow, output, count };
      this.#counts.set(key, event);
      if (/^10*$/.test(String(count))) this.#listener?.(event);
    }
  }

  /** What has drifted so far. */
  events(): DriftEvent[] {
    return [...this.#counts.values()];
  }

  /** Tells one listener of drift. */
  listen(listener: (event: DriftEvent) => void): void {
    this.#listener = listener;
  }
}
