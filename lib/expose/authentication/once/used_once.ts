/**
 * What callers may use once (a count of a nonce, a proof of possession), remembered in memory that all workers of a
 * capability share: whichever worker a request reaches, it knows what the others have taken.
 *
 * The memory is a table of fixed size. When it is full, what ends soonest is forgotten, and whatever ends as soon as that
 * is refused from then on: it may have been used.
 *
 * @module
 */

/** Bytes of a key that only the workers know, at the start. */
const KEY_BYTES = 32;
/** Whole numbers before the buckets: the key, and up to which second everything is refused. */
const HEAD = 16, FLOOR = KEY_BYTES / 4;
/** A bucket: a lock, and places of two numbers each, a mark and the second in which it ends. */
const PLACES = 15, BUCKET = 32;
/** How many buckets there are unless somebody says otherwise: a megabyte, of which the system gives what is used. */
const BUCKETS = 8192;
/** How often a lock is asked for before a worker sleeps, and how long it sleeps at most, in milliseconds. */
const SPINS = 100, SLEEP_MS = 1000;

/**
 * Memory for what was used, with a new key in it.
 *
 * @param buckets How many buckets of fifteen it has.
 */
export function onceMemory(buckets: number = BUCKETS): SharedArrayBuffer {
  const memory = new SharedArrayBuffer((HEAD + buckets * BUCKET) * 4);
  // Random bytes cannot be written into memory that is shared.
  new Uint8Array(memory, 0, KEY_BYTES).set(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  return memory;
}

/** Remembers what was used. */
export class UsedOnce {
  readonly #table: Int32Array;
  readonly #buckets: number;
  readonly #hash: (text: string) => Uint8Array;
  readonly #key: Uint8Array;

  /** Use `open`. */
  constructor(memory: SharedArrayBuffer, hash: (text: string) => Uint8Array, key: Uint8Array) {
    this.#table = new Int32Array(memory);
    this.#buckets = (this.#table.length - HEAD) / BUCKET;
    this.#hash = hash;
    this.#key = key;
  }

  /**
   * Opens the memory.
   *
   * @param memory What `onceMemory` gave, in this worker or another.
   * @param purpose What is remembered: the same name for another purpose is another thing.
   */
  static async open(memory: SharedArrayBuffer, purpose: string): Promise<UsedOnce> {
    const { createHmac } = await import("node:crypto");
    const shared = Uint8Array.from(new Uint8Array(memory, 0, KEY_BYTES));
    const key = Uint8Array.from(createHmac("sha256", shared).update(purpose).digest());
    return new UsedOnce(memory, (text) => createHmac("sha256", key).update(text).digest(), key);
  }

  /** A key that every worker derives for the purpose, and nobody else can. */
  get key(): Uint8Array {
    return this.#key;
  }

  /**
   * Uses something.
   *
   * @param name What makes it unlike any other.
   * @param until The last second, since 1970, in which it could be used.
   * @param now The second that it is.
   * @returns False where it was used before, or may have been.
   */
  take(name: string, until: number, now: number): boolean {
    const hash = this.#hash(name), view = new DataView(hash.buffer, hash.byteOffset);
    const at = HEAD + (view.getUint32(0) % this.#buckets) * BUCKET;
    // Zero is the mark of a place that was never used.
    const mark = view.getInt32(4) || 1;
    if (!this.#lock(at)) return false;
    try {
      return this.#put(at + 1, mark, Math.ceil(until), Math.floor(now));
    } finally {
      Atomics.store(this.#table, at, 0);
      Atomics.notify(this.#table, at, 1);
    }
  }

  #put(first: number, mark: number, until: number, now: number): boolean {
    const table = this.#table;
    let place = -1, soonest = Infinity;
    for (let i = 0; i < PLACES; i++) {
      const at = first + 2 * i, ends = table[at + 1]! >>> 0, isFree = table[at] === 0 || ends < now;
      if (!isFree && table[at] === mark) return false;
      if (isFree) {
        place = at;
        soonest = -1;
      } else if (ends < soonest) {
        place = at;
        soonest = ends;
      }
    }
    if (soonest > 0) this.#raiseFloor(soonest);
    if (until <= (Atomics.load(table, FLOOR) >>> 0)) return false;
    table[place] = mark;
    table[place + 1] = until;
    return true;
  }

  #raiseFloor(to: number): void {
    for (;;) {
      const floor = Atomics.load(this.#table, FLOOR);
      if ((floor >>> 0) >= to) return;
      if (Atomics.compareExchange(this.#table, FLOOR, floor, to | 0) === floor) return;
    }
  }

  /** Locks a bucket; false where it cannot be had, since a worker was ended while it held it. */
  #lock(at: number): boolean {
    const table = this.#table;
    for (let i = 0; i < SPINS; i++) if (Atomics.compareExchange(table, at, 0, 1) === 0) return true;
    Atomics.wait(table, at, 1, SLEEP_MS);
    return Atomics.compareExchange(table, at, 0, 1) === 0;
  }
}
