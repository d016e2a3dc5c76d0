/**
 * The body of a request, read from its connection as it is wanted.
 *
 * @module
 */
import { CallError } from "../../upstream/error.ts";
import { BodyBuffer } from "../../upstream/wire/body_buffer.ts";
import { ChunkedReader } from "../../upstream/wire/chunked.ts";
import type { RequestHead } from "./request_head.ts";
import { badRequest } from "./request_fault.ts";

/** Where the bytes of a body come from: a connection. */
export interface BodySource {
  /** What came and is still to be looked at: from `from` to `to`. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  from: number;
  readonly to: number;
  /**
   * Waits for more bytes. Called when everything that came was looked at.
   *
   * @param bytesExpected The length of the body, where it is said.
   * @throws What ended the connection, or that it takes too long.
   */
  more(bytesExpected: number): Promise<void>;
  /** Nothing more is wanted of this body: the end of the connection, or another request, may follow. */
  watch(): void;
}

/** The body of one request. */
export class IncomingBody {
  readonly #source: BodySource;
  readonly #chunks: ChunkedReader | undefined;
  readonly #length: number;
  #left: number;
  #error: unknown;

  /**
   * @param source Where it comes from.
   * @param head The head of its request.
   */
  constructor(source: BodySource, { framing, length }: RequestHead) {
    this.#source = source;
    this.#length = this.#left = length;
    this.#chunks = framing === "chunked" ? new ChunkedReader() : undefined;
  }

  /** Whether nothing is left to be read. */
  get done(): boolean {
    return this.#chunks ? this.#chunks.done : this.#left === 0;
  }

  /** How much is left at the least, in bytes; more than can be said where it comes in chunks. */
  get left(): number {
    return this.#chunks ? (this.#chunks.done ? 0 : Infinity) : this.#left;
  }

  /** The whole body, where it is there already and nothing was read of it; it is only good until the next read. */
  takeWhole(): Uint8Array<ArrayBuffer> | undefined {
    const source = this.#source, { from } = source, length = this.#length;
    if (this.#chunks || this.#left !== length || source.to - from < length) return undefined;
    source.from = from + length;
    this.#left = 0;
    return source.buffer.subarray(from, from + length);
  }

  /** Looks at what is there. Gives bytes of their own; none where nothing is there, or nothing is left. */
  #take(): Uint8Array<ArrayBuffer> | undefined {
    const source = this.#source, { buffer, from, to } = source;
    if (from === to) return undefined;
    if (!this.#chunks) {
      const end = Math.min(to, from + this.#left);
      this.#left -= end - from;
      source.from = end;
      return buffer.slice(from, end);
    }
    const into = new BodyBuffer(to - from);
    try {
      source.from = this.#chunks.read(buffer, from, to, into);
    } catch (error) {
      throw this.#error = error instanceof CallError
        ? badRequest("The chunks of the body are not as HTTP has them.")
        : error;
    }
    return into.length === 0 ? undefined : into.take();
  }

  /**
   * Reads on.
   *
   * @returns What came next; undefined at the end.
   * @throws {RequestFault} For chunks that are none; what ended the connection.
   */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      if (this.done) return undefined;
      const bytes = this.#take();
      if (this.done) this.#source.watch();
      if (bytes) return bytes;
      if (!this.done) await this.#source.more(this.#length);
    }
  }

  /** Throws away what is there already. @returns Whether the end was reached. */
  skip(): boolean {
    try {
      this.#take();
    } catch {
      return false;
    }
    return this.#error === undefined && this.done;
  }

  /**
   * Reads what is left and throws it away, so that the next request can follow.
   *
   * @param most How much may be left, in bytes.
   * @returns Whether the end was reached.
   */
  async drain(most: number): Promise<boolean> {
    let left = most;
    try {
      for (let part = await this.read(); part; part = await this.read()) {
        if ((left -= part.length) < 0) return false;
      }
      return true;
    } catch {
      return false;
    }
  }
}
