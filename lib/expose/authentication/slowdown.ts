/**
 * A slowdown under guessing that locks nobody out: wrong secrets are answered later and later, right ones at once.
 *
 * @module
 */

/** So many wrong secrets are nobody's guessing yet. */
const FREE_TRIES = 3;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2000;
/** After how long without a wrong secret everything is forgotten, in milliseconds. */
const FORGET_MS = 10 * 60_000;
/** How many addresses and names are remembered, and how many responses wait at once. */
const MAX_REMEMBERED = 10_000;
const MAX_WAITING = 500;

/** Where requests come from, as far as guessing is concerned: of IPv6, a whole site. */
function siteOf(address: string): string {
  return address.includes(":") && !address.includes(".") ? address.split(":").slice(0, 4).join(":") : address;
}

/** Counts wrong secrets, and says how long the next response has to wait. */
export class Slowdown {
  readonly #tries = new Map<string, { count: number; last: number }>();
  readonly #now: () => number;
  readonly #workers: number;
  #waiting = 0;

  /**
   * @param now The time of day, in milliseconds.
   * @param workers How many workers serve the surface. Each sees its part of the wrong secrets, so that one more that
   *   it sees stands for as many as there are workers: who guesses gains nothing by them.
   */
  constructor(now: () => number, workers = 1) {
    this.#now = now;
    this.#workers = workers;
  }

  #count(key: string): number {
    const now = this.#now(), known = this.#tries.get(key);
    const count = known && known.last + FORGET_MS > now ? known.count + 1 : 1;
    // The newest stand last: the first of the map is the one that has been quiet longest.
    this.#tries.delete(key);
    this.#tries.set(key, { count, last: now });
    if (this.#tries.size > MAX_REMEMBERED) this.#tries.delete(this.#tries.keys().next().value!);
    return count;
  }

  /**
   * Takes note of a wrong secret.
   *
   * @param address Where it came from.
   * @param name Who it claimed to be of.
   * @returns How long its response has to wait, in milliseconds.
   */
  delayOf(address: string, name: string): number {
    const seen = Math.max(
      this.#count(`a ${siteOf(address)}`),
      name === "" ? 0 : this.#count(`n ${name.slice(0, 100)}`),
    );
    const count = 1 + (seen - 1) * this.#workers;
    return count <= FREE_TRIES ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FREE_TRIES - 1));
  }

  /**
   * Waits.
   *
   * @param milliseconds How long.
   * @returns False at once where too many wait already.
   */
  async wait(milliseconds: number): Promise<boolean> {
    if (this.#waiting >= MAX_WAITING / this.#workers) return false;
    this.#waiting++;
    try {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    } finally {
      this.#waiting--;
    }
    return true;
  }
}
