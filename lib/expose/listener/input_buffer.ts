/**
 * What came over a connection and is still to be looked at.
 *
 * @module
 */
import { FIRST_BUFFER_BYTES } from "./limits.ts";

/** Bytes between two places of a buffer, behind which more can be read. */
export class InputBuffer {
  /** What came and is still to be looked at: from `from` to `to`. */
  buffer: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BUFFER_BYTES);
  /** Where that begins. */
  from = 0;
  /** Where it ends. */
  to = 0;

  /** Moves what is still to be looked at to the beginning of the buffer. Nothing may be being read into it. */
  compact(): void {
    if (this.from > 0 && this.from < this.to) this.buffer.copyWithin(0, this.from, this.to);
    this.to -= this.from;
    this.from = 0;
    if (this.to === 0 && this.buffer.length > FIRST_BUFFER_BYTES) {
      this.buffer = new Uint8Array(FIRST_BUFFER_BYTES);
    }
  }

  /** Makes room for more. @param bytes How large the buffer becomes, where it is smaller. */
  enlarge(bytes: number): void {
    if (this.buffer.length >= bytes) return;
    const larger = new Uint8Array(bytes);
    larger.set(this.buffer.subarray(0, this.to));
    this.buffer = larger;
  }
}
