/**
 * A ring: the newest of many things, in a place of fixed size.
 *
 * @module
 */

/** The newest of many things. */
export class Ring<T> {
  readonly capacity: number;
  readonly #items: (T | undefined)[];
  #next = 0;
  #size = 0;

  /** @param capacity How many it keeps, at least 1. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#items = new Array(capacity);
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds one; the oldest makes room. */
  add(item: T): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.capacity;
    if (this.#size < this.capacity) this.#size++;
  }

  /** All of them, newest first. */
  *newest(): Generator<T> {
    for (let i = 1; i <= this.#size; i++) {
      yield this.#items[(this.#next - i + this.capacity) % this.capacity]!;
    }
  }
}
