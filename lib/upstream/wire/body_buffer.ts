/**
 * The bytes of a body whose length nobody knows before its end.
 *
 * @module
 */
import { tooLarge } from "../response/response.ts";

const FIRST_BYTES = 4096;

/** Takes bytes, up to a limit. */
export class BodyBuffer {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;
  #max: number;

  /** @param maxBytes The most it may take. */
  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  /** How much it holds. */
  get length(): number {
    return this.#length;
  }

  /** Lets it take more, or less: what it holds already must fit. @throws {CallError} `response_too_large`. */
  limit(maxBytes: number): void {
    this.#max = maxBytes;
    if (this.#length > maxBytes) throw tooLarge(maxBytes);
  }

  /**
   * Takes bytes; they are copied.
   *
   * @throws {CallError} `response_too_large`.
   */
  add(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#max) throw tooLarge(this.#max);
    this.#reserve(length);
    this.#bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.#length);
    this.#length = length;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(
      Math.max(length, Math.min(this.#max, Math.max(FIRST_BYTES, this.#bytes.length * 2))),
    );
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  /** What it holds, as bytes of their own. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.length === this.#length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }
}
