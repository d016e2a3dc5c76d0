/**
 * Bodies in chunks (RFC 9112, 7.1), read as they come.
 *
 * @module
 */
import type { BodyBuffer } from "./body_buffer.ts";
import { isTextByte, isTokenByte } from "../../data/http/head_bytes.ts";
import { MAX_EXTENSION_BYTES, MAX_TRAILER_BYTES } from "./limits.ts";
import { oddAnswer } from "./odd.ts";

const CR = 13, LF = 10, COLON = 58, SEMICOLON = 59, EQUALS = 61, QUOTE = 34, BACKSLASH = 92;
/** More digits than this make a number that cannot be counted exactly. */
const MAX_DIGITS = 13;

/** Headers that say where a body ends: behind it they can only mislead. */
const FRAMING = /^(?:content-length|transfer-encoding)$/i;

/** Where the reader stands. */
const enum At {
  SizeStart,
  Size,
  ExtensionStart,
  ExtensionName,
  ExtensionValueStart,
  ExtensionValue,
  Quoted,
  Escaped,
  QuotedEnd,
  SizeLF,
  Data,
  DataCR,
  DataLF,
  TrailerStart,
  TrailerName,
  TrailerValue,
  TrailerLF,
  EndLF,
  Done,
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Reads one body in chunks. */
export class ChunkedReader {
  #at: At = At.SizeStart;
  #digits = 0;
  #left = 0;
  #extensionBytes = 0;
  #trailerBytes = 0;
  /** The name of the trailer that is being read. */
  #name = "";

  /** Whether the end was read. */
  get done(): boolean {
    return this.#at === At.Done;
  }

  /**
   * Reads on.
   *
   * @param bytes What came.
   * @param from Where to begin.
   * @param to Where it ends.
   * @param into Takes the data.
   * @returns Where reading stopped: at `to`, or behind the end of the body.
   * @throws {CallError} `bad_response` for what is no chunk; what `into` throws when it is full.
   */
  read(bytes: Uint8Array, from: number, to: number, into: BodyBuffer): number {
    let at = from;
    while (at < to && this.#at !== At.Done) {
      if (this.#at === At.Data) {
        const taken = Math.min(this.#left, to - at);
        into.add(bytes, at, at + taken);
        at += taken;
        this.#left -= taken;
        if (this.#left === 0) this.#at = At.DataCR;
      } else this.#step(bytes[at++]!);
    }
    return at;
  }

  #step(byte: number): void {
    switch (this.#at) {
      case At.SizeStart:
      case At.Size:
        return this.#size(byte);
      case At.SizeLF:
        if (byte !== LF) throw oddAnswer("there is a carriage return beside the size of a chunk");
        this.#at = this.#left === 0 ? At.TrailerStart : At.Data;
        return;
      case At.DataCR:
        if (byte !== CR) throw oddAnswer("a chunk is not as long as it says");
        this.#at = At.DataLF;
        return;
      case At.DataLF:
        if (byte !== LF) throw oddAnswer("a chunk is not as long as it says");
        this.#at = At.SizeStart;
        return;
      default:
        return this.#at < At.SizeLF ? this.#extension(byte) : this.#trailer(byte);
    }
  }

  /** `*( ";" name [ "=" ( token / quoted ) ] )`: nobody reads it, and nothing may hide in it. */
  #extension(byte: number): void {
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) throw oddAnswer("its chunks have long extensions");
    const at = this.#at;
    if (at === At.Quoted) {
      if (byte === QUOTE) this.#at = At.QuotedEnd;
      else if (byte === BACKSLASH) this.#at = At.Escaped;
      else if (!isTextByte(byte)) throw oddExtension();
    } else if (at === At.Escaped) {
      if (!isTextByte(byte)) throw oddExtension();
      this.#at = At.Quoted;
    } else if (at !== At.QuotedEnd && isTokenByte(byte)) {
      if (at === At.ExtensionStart) this.#at = At.ExtensionName;
      else if (at === At.ExtensionValueStart) this.#at = At.ExtensionValue;
    } else if (at === At.ExtensionValueStart && byte === QUOTE) this.#at = At.Quoted;
    else if (at === At.ExtensionName && byte === EQUALS) this.#at = At.ExtensionValueStart;
    else if (at === At.ExtensionStart || at === At.ExtensionValueStart) throw oddExtension();
    else if (byte === CR) this.#at = At.SizeLF;
    else if (byte === SEMICOLON) this.#at = At.ExtensionStart;
    else throw oddExtension();
  }

  #size(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (this.#at === At.SizeStart) {
        this.#digits = this.#left = 0;
        this.#at = At.Size;
      }
      if (++this.#digits > MAX_DIGITS) throw oddAnswer("the size of a chunk has too many digits");
      this.#left = this.#left * 16 + digit;
    } else if (this.#at === At.SizeStart) throw oddAnswer("a chunk has no size");
    else if (byte === CR) this.#at = At.SizeLF;
    else if (byte === SEMICOLON) this.#at = At.ExtensionStart;
    else if (byte === LF) throw oddAnswer("the size of a chunk ends without a carriage return");
    else throw oddAnswer("the size of a chunk is not a hexadecimal number");
  }

  #trailer(byte: number): void {
    if (++this.#trailerBytes > MAX_TRAILER_BYTES) throw oddAnswer("its trailers are too long");
    switch (this.#at) {
      case At.TrailerStart:
        if (byte === CR) this.#at = At.EndLF;
        else if (isTokenByte(byte)) {
          this.#name = String.fromCharCode(byte);
          this.#at = At.TrailerName;
        } else throw oddAnswer("something other than a trailer follows the last chunk");
        return;
      case At.TrailerName:
        if (byte === COLON) {
          if (FRAMING.test(this.#name)) throw oddAnswer(`${this.#name} follows its body`);
          this.#at = At.TrailerValue;
        } else if (!isTokenByte(byte)) {
          throw oddAnswer("the name of a trailer has a character that is not allowed in a name");
        } else this.#name += String.fromCharCode(byte);
        return;
      case At.TrailerValue:
        if (byte === CR) this.#at = At.TrailerLF;
        else if (!isTextByte(byte)) throw oddAnswer("a trailer has a control character in it");
        return;
      case At.TrailerLF:
        if (byte !== LF) throw oddAnswer("there is a carriage return inside a trailer");
        this.#at = At.TrailerStart;
        return;
      case At.EndLF:
        if (byte !== LF) throw oddAnswer("the last line of its body is not empty");
        this.#at = At.Done;
    }
  }
}

function oddExtension(): Error {
  return oddAnswer("what follows the size of a chunk is not an extension");
}
