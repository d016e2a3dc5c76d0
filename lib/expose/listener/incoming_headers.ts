/**
 * The headers of a request, kept as the bytes they came in: text is made of those that somebody asks for.
 *
 * @module
 */
import { fieldValue, latin1 } from "../../data/http/head_bytes.ts";

/** The headers of a request. They cannot be changed. */
export class IncomingHeaders implements Headers {
  readonly #bytes: Uint8Array;
  readonly #at: number;
  readonly #fields: readonly number[];

  /**
   * @param bytes What holds the head; that is not changed any more.
   * @param at Where the head begins.
   * @param fields For each header where its name and its value begin and end, from the beginning of the head on.
   */
  constructor(bytes: Uint8Array, at: number, fields: readonly number[]) {
    this.#bytes = bytes;
    this.#at = at;
    this.#fields = fields;
  }

  /** The value of a header, several joined as HTTP does; null where there is none. */
  get(name: string): string | null {
    return fieldValue(this.#bytes, this.#at, this.#fields, name);
  }

  /** Whether there is a header of this name. */
  has(name: string): boolean {
    return this.get(name) !== null;
  }

  /** All headers, sorted by name, names in small letters. */
  *entries(): Generator<[string, string]> {
    const fields = this.#fields, at = this.#at, names = new Set<string>();
    for (let i = 0; i < fields.length; i += 4) {
      names.add(latin1(this.#bytes, at + fields[i]!, at + fields[i + 1]!).toLowerCase());
    }
    for (const name of [...names].sort()) yield [name, this.get(name)!];
  }

  /** The names of all headers. */
  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }

  /** The values of all headers. */
  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  /** All headers. */
  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  /** Calls a function with each header. */
  forEach(callback: (value: string, key: string, parent: this) => void, self?: unknown): void {
    for (const [name, value] of this.entries()) callback.call(self, value, name, this);
  }

  /** A request sets no cookies. */
  getSetCookie(): string[] {
    return [];
  }

  /** What came cannot be changed. @throws {TypeError} Always. */
  append(): void {
    throw new TypeError("the headers of a request that came in cannot be changed");
  }

  /** What came cannot be changed. @throws {TypeError} Always. */
  set(): void {
    this.append();
  }

  /** What came cannot be changed. @throws {TypeError} Always. */
  delete(): void {
    this.append();
  }
}
