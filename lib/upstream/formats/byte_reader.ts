/**
 * Reading a binary format from front to back. Nothing is ever read, or counted, past the end.
 *
 * @module
 */
import type { CallError } from "../error.ts";
import { badResponse } from "./bad_response.ts";
import type { Budget } from "./budget.ts";

/** A stretch of bytes and a place in it. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** The next byte. */
  at: number;
  /** Where this stretch ends. */
  readonly end: number;
  readonly #format: string;
  readonly #budget: Budget;
  readonly #view: DataView;

  /**
   * @param bytes The body; places in messages count from its first byte.
   * @param format The format, for messages.
   * @param budget What may be made of the body.
   */
  constructor(
    bytes: Uint8Array,
    format: string,
    budget: Budget,
    from: number = 0,
    end: number = bytes.length,
  ) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.#format = format;
    this.#budget = budget;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The error of a fault at this place. */
  fault(reason: string): CallError {
    return badResponse(
      this.#format,
      reason,
      { bytes: this.bytes, byte: this.at },
      `check that the schema file is the one the API writes with, and that the answer is ${this.#format}`,
    );
  }

  /** Spends values that are about to be made. @throws {CallError} When there are too many. */
  spend(values: number): void {
    this.#budget.spend(values);
  }

  /** Goes over a number of bytes. @returns Where they begin. */
  skip(count: number): number {
    if (!(count >= 0 && count <= this.end - this.at)) {
      throw this.fault(`${count} bytes are announced and ${this.end - this.at} are left`);
    }
    const from = this.at;
    this.at += count;
    return from;
  }

  /** The next bytes, not copied. */
  take(count: number): Uint8Array {
    const from = this.skip(count);
    return this.bytes.subarray(from, from + count);
  }

  /** A reader of the next bytes alone. */
  within(count: number): ByteReader {
    const from = this.skip(count);
    return new ByteReader(this.bytes, this.#format, this.#budget, from, from + count);
  }

  /** One byte. */
  byte(): number {
    return this.bytes[this.skip(1)]!;
  }

  /** A variable-length integer without sign: exact, whatever its size. */
  varint(): number | bigint {
    let value = 0, factor = 1;
    for (let i = 0; i < 7; i++, factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    let large = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      large |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, large);
    }
    throw this.fault("an integer has more than ten bytes");
  }

  /** Little-endian numbers of fixed size. */
  float32(): number {
    return this.#view.getFloat32(this.skip(4), true);
  }
  /** Eight bytes as a number with a fraction. */
  float64(): number {
    return this.#view.getFloat64(this.skip(8), true);
  }
  /** Four bytes as an integer without sign. */
  uint32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }
  /** Eight bytes as an integer without sign. */
  uint64(): bigint {
    return this.#view.getBigUint64(this.skip(8), true);
  }
}

/**
 * An integer with every digit: a number where that is exact, else a bigint, as JSON answers have it too.
 *
 * @param value The integer.
 */
export function plainInteger(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}
