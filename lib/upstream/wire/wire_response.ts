/**
 * An answer on one of our own connections: its body is read when somebody asks for it, and at once where it came with
 * the head.
 *
 * @module
 */
import { Slab } from "../../data/slab.ts";
import { tooLarge } from "../response/response.ts";
import type { UpstreamResponse } from "../upstream_response.ts";
import { BodyBuffer } from "./body_buffer.ts";
import { BrokenConnection } from "./broken.ts";
import { ChunkedReader } from "./chunked.ts";
import type { Exchange } from "./exchange.ts";
import type { AnswerHead } from "./head.ts";
import { DRAINED_BYTES, DRAINED_MS, STREAM_BUFFER_BYTES } from "./limits.ts";
import { oddAnswer } from "./odd.ts";

/** Where the bytes of an answer come from. */
export interface Source {
  /** What came and is still to be looked at, from `from` to `to`. */
  readonly buffer: Uint8Array;
  from: number;
  to: number;
  /** Makes room in the buffer. */
  enlarge(bytes: number): void;
  /** Reads on; null at the end of the connection. */
  readInto(bytes: Uint8Array): Promise<number | null>;
  /** The answer was read to its end. */
  finish(exchange: Exchange, reusable: boolean): void;
  /** Nothing more is wanted. */
  close(): void;
}

const EMPTY = new Uint8Array(0);

/** A body up to this size is kept beside others, in bytes. */
const SMALL_BYTES = 4096;
/** Short bodies, until they are read. */
const bodies = new Slab();

function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> {
  if (to - from > SMALL_BYTES) return bytes.slice(from, to) as Uint8Array<ArrayBuffer>;
  const at = bodies.take(bytes, from, to);
  return bodies.bytes.subarray(at, at + to - from);
}

/** An answer on one of our own connections. */
export class WireResponse implements UpstreamResponse {
  /** The headers. */
  readonly headers: AnswerHead;
  readonly #source: Source;
  readonly #exchange: Exchange;
  /** The whole body as it came, once it is there. */
  #body: Uint8Array<ArrayBuffer> | undefined;
  readonly #chunks: ChunkedReader | undefined;
  /** What the chunks that came with the head hold. */
  readonly #held: BodyBuffer | undefined;
  /** How much of a body of known length is still to come. */
  #left: number;

  /**
   * Takes what came with the head; a body that is there already frees the connection.
   *
   * @param source Where the bytes come from; they begin behind the head.
   * @param exchange The exchange, which has to be informed.
   * @param head The head.
   * @throws {CallError} `bad_response`.
   */
  constructor(source: Source, exchange: Exchange, head: AnswerHead) {
    this.headers = head;
    this.#source = source;
    this.#exchange = exchange;
    this.#left = head.length;
    const came = source.to - source.from;
    switch (head.framing) {
      case "none":
        // An answer that never has a body may be followed by one by mistake: it is nobody's, and is left unread.
        if (came > 0 && !head.bodyless) throw surplus(came);
        this.#body = EMPTY;
        source.finish(exchange, this.#reusable && came === 0);
        break;
      case "length":
        if (came > head.length) throw surplus(came - head.length);
        if (came < head.length) break;
        this.#body = copyOf(source.buffer, source.from, source.to);
        source.finish(exchange, this.#reusable);
        break;
      case "chunked":
        this.#chunks = new ChunkedReader();
        // What a buffer holds is little: the limit is looked at when the body is asked for.
        this.#held = new BodyBuffer(Infinity);
        if (this.#readChunks(this.#held)) this.#body = this.#held.take();
    }
  }

  /**
   * Whether another request may follow. Where the last read filled the buffer, more may be there already, which nobody
   * asked for: it would be read as the next answer.
   */
  get #reusable(): boolean {
    return this.headers.reusable && this.#source.to < this.#source.buffer.length;
  }

  /** The status. */
  get status(): number {
    return this.headers.status;
  }

  /** The whole body, its content encoding undone. */
  bytes(maxBytes: number): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    if (this.#body === undefined) {
      return this.#readAll(maxBytes).then((body) => this.#decoded(body, maxBytes));
    }
    if (this.#body.length > maxBytes) throw tooLarge(maxBytes);
    return this.#decoded(this.#body, maxBytes);
  }

  #decoded(
    body: Uint8Array<ArrayBuffer>,
    maxBytes: number,
  ): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    const encoding = body.length === 0 ? null : this.headers.get("content-encoding");
    return encoding === null
      ? body
      : import("./decoding.ts").then(({ decodeBody }) => decodeBody(body, encoding, maxBytes));
  }

  async #readAll(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    try {
      if (this.headers.framing === "length") return await this.#readLength(maxBytes);
      const into = this.#held ?? new BodyBuffer(maxBytes);
      into.limit(maxBytes);
      while (!await this.#readSome(into));
      return into.take();
    } catch (error) {
      this.#giveUp();
      throw error;
    }
  }

  /** A body of known length is read straight to where it stays, with room for a byte that nobody asked for. */
  async #readLength(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const source = this.#source, { length } = this.headers;
    if (length > maxBytes) throw tooLarge(maxBytes);
    const body = new Uint8Array(length + 1);
    let at = source.to - source.from;
    body.set(source.buffer.subarray(source.from, source.to));
    while (at < length) {
      at += await this.#read(at === 0 ? body : body.subarray(at), `${at} of ${length} bytes`);
    }
    if (at > length) throw oddAnswer("at least 1 byte more came than it says");
    source.finish(this.#exchange, this.headers.reusable);
    return body.subarray(0, length);
  }

  /** Reads on, until something comes; true at the end of the body. */
  async #readSome(into: BodyBuffer): Promise<boolean> {
    const source = this.#source;
    const { framing } = this.headers;
    if (framing !== "chunked" && source.from < source.to) {
      this.#left -= source.to - source.from;
      into.add(source.buffer, source.from, source.to);
      source.from = source.to = 0;
      return false;
    }
    source.from = source.to = 0;
    source.enlarge(STREAM_BUFFER_BYTES);
    const { buffer } = source, room = framing === "length" ? buffer.subarray(0, this.#left + 1) : buffer;
    if (framing === "close") {
      const count = await this.#readOrEnd(room);
      if (count === null) source.finish(this.#exchange, false);
      else into.add(buffer, 0, count);
      return count === null;
    }
    const count = await this.#read(room, "inside its body");
    if (framing === "chunked") {
      source.to = count;
      return this.#readChunks(into);
    }
    if (count > this.#left) throw surplus(count - this.#left);
    into.add(buffer, 0, count);
    this.#left -= count;
    if (this.#left === 0) source.finish(this.#exchange, this.headers.reusable);
    return this.#left === 0;
  }

  /** Takes the chunks that stand in the buffer; true at the end of the body. */
  #readChunks(into: BodyBuffer): boolean {
    const source = this.#source, chunks = this.#chunks!;
    const end = chunks.read(source.buffer, source.from, source.to, into);
    if (!chunks.done) return false;
    if (end < source.to) throw surplus(source.to - end);
    source.finish(this.#exchange, this.#reusable);
    return true;
  }

  async #read(into: Uint8Array, where: string): Promise<number> {
    const count = await this.#readOrEnd(into);
    if (count === null) throw new BrokenConnection(`inside the body of its answer (${where})`);
    return count;
  }

  async #readOrEnd(into: Uint8Array): Promise<number | null> {
    try {
      return await this.#source.readInto(into);
    } catch (error) {
      throw new BrokenConnection("inside the body of its answer", error);
    }
  }

  /** What came of the body, until there is enough of it, it breaks off, or the time is over. */
  async beginning(enough: number, patience: number): Promise<Uint8Array> {
    const bytes = this.#body ?? await this.#some(enough, patience);
    const encoding = bytes.length === 0 ? null : this.headers.get("content-encoding");
    if (encoding === null) return bytes;
    const { decodeBeginning } = await import("./decoding.ts");
    return decodeBeginning(bytes, encoding, enough);
  }

  async #some(enough: number, patience: number): Promise<Uint8Array> {
    const into = this.#held ?? new BodyBuffer(Infinity),
      timer = setTimeout(() => this.#source.close(), patience);
    try {
      while (into.length <= enough) {
        if (await this.#readSome(into)) return into.take();
      }
    } catch {
      // What came is enough to tell.
    } finally {
      clearTimeout(timer);
    }
    this.#giveUp();
    return into.take();
  }

  /** The body as it comes, its content encoding as it is. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let first = this.#body ?? this.#held?.take();
    return new ReadableStream({
      pull: async (controller) => {
        const whole = this.#body !== undefined, into = new BodyBuffer(Infinity);
        if (first !== undefined && first.length > 0) controller.enqueue(first);
        else if (!whole && await this.#readPiece(into)) {
          if (into.length > 0) controller.enqueue(into.take());
          return controller.close();
        } else if (!whole) controller.enqueue(into.take());
        first = undefined;
        if (whole) controller.close();
      },
      cancel: () => this.#giveUp(),
    }, { highWaterMark: 0 });
  }

  /** Reads until something came; true at the end of the body. */
  async #readPiece(into: BodyBuffer): Promise<boolean> {
    try {
      let ended = false;
      while (!ended && into.length === 0) ended = await this.#readSome(into);
      return ended;
    } catch (error) {
      this.#giveUp();
      throw error;
    }
  }

  /** Reads a short body to its end, for the sake of the connection; else closes it. */
  async discard(): Promise<void> {
    if (this.#body !== undefined) return;
    if (this.headers.framing === "length" && this.#left <= DRAINED_BYTES) {
      await this.#some(DRAINED_BYTES, DRAINED_MS);
    } else this.#giveUp();
  }

  #giveUp(): void {
    this.#exchange.finish();
    this.#source.close();
  }
}

function surplus(bytes: number): Error {
  return oddAnswer(`${bytes} ${bytes === 1 ? "byte" : "bytes"} more came than it says`);
}
