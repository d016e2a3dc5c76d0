/**
 * Copies of small pieces of bytes, many of them in one piece of memory: each piece of its own costs the engine more than what
 * it holds.
 *
 * @module
 */

const SLAB_BYTES = 32 * 1024;
/** Beyond this, `set` is faster than a loop, in bytes. */
const LOOP_BYTES = 256;

/** Keeps copies. A copy never changes; its memory is given up when nobody holds any of the copies beside it. */
export class Slab {
  /** Where the last copy is kept; it is another one when this one is full. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #used = 0;

  /**
   * Copies some bytes.
   *
   * @param source The bytes.
   * @param from Where they begin.
   * @param to Where they end.
   * @returns Where the copy begins in `bytes`, which has to be read at once.
   */
  take(source: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (this.#used + length > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(length, SLAB_BYTES));
      this.#used = 0;
    }
    const { bytes } = this, at = this.#used;
    if (length > LOOP_BYTES) bytes.set(source.subarray(from, to), at);
    else for (let i = 0; i < length; i++) bytes[at + i] = source[from + i]!;
    this.#used = at + length;
    return at;
  }
}
