/**
 * Counting what happens again and again: reported the first time, and then ever more rarely.
 *
 * @module
 */

/** How many different things are distinguished where nobody says it; what comes after them is counted together. */
const MAX_KEYS = 1000;

/** Whether a count is worth telling: 1, 10, 100, 1,000 … */
export function isWorthTelling(count: number): boolean {
  let power = 1;
  while (power < count) power *= 10;
  return power === count;
}

/** Counts by key. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  /** @param most How many different things are distinguished; what comes after them is counted together. */
  constructor(most: number = MAX_KEYS) {
    this.#most = most;
  }

  /**
   * Counts one.
   *
   * @returns How often it has happened so far.
   */
  add(key: string): number {
    const known = this.#counts.get(key);
    const place = known === undefined && this.#counts.size >= this.#most ? "" : key;
    const count = (place === key ? known ?? 0 : this.#counts.get("") ?? 0) + 1;
    this.#counts.set(place, count);
    return count;
  }

  /** How often each has happened. */
  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
