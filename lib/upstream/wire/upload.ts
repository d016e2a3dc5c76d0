/**
 * Bodies of requests that come as streams: in chunks, or as many bytes as were announced.
 *
 * @module
 */
import { chunkOf, lastChunk } from "../../data/http/chunk.ts";

/** A body on its way out. */
export class Upload {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #left: number | undefined;
  #ended = false;

  /**
   * @param stream Where it comes from.
   * @param length How long it is, in bytes; undefined where nobody knows, and it goes out in chunks.
   */
  constructor(stream: ReadableStream<Uint8Array>, length: number | undefined) {
    this.#reader = stream.getReader();
    this.#left = length;
  }

  /**
   * The next bytes to send; undefined behind the last.
   *
   * @throws What the stream throws; {TypeError} where it is longer or shorter than was announced.
   */
  async next(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      const { done, value } = await this.#reader.read();
      if (done) {
        this.#ended = true;
        if (this.#left === undefined) return lastChunk();
        if (this.#left > 0) throw new TypeError("the body is shorter than its Content-Length");
        return undefined;
      }
      if (value.length === 0) continue;
      if (this.#left === undefined) return chunkOf(value);
      this.#left -= value.length;
      if (this.#left < 0) {
        this.cancel();
        throw new TypeError("the body is longer than its Content-Length");
      }
      return value;
    }
    return undefined;
  }

  /** Nothing more of it is wanted. */
  cancel(): void {
    this.#ended = true;
    this.#reader.cancel(new Error("the connection has ended")).catch(() => {});
  }
}
