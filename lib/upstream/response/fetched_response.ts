/**
 * An answer of the runtime's `fetch`, read with the same limits as one of our own connections.
 *
 * @module
 */
import { joined, tooLarge } from "./response.ts";
import type { UpstreamResponse } from "../upstream_response.ts";

/** A body up to this size is read to its end when nobody wants it: then its connection can be used again. */
const DRAINED_BYTES = 16 * 1024;

/** An answer that `fetch` gave. */
export class FetchedResponse implements UpstreamResponse {
  readonly #response: Response;

  /** @param response As `fetch` gave it, unread. */
  constructor(response: Response) {
    this.#response = response;
  }

  /** The status. */
  get status(): number {
    return this.#response.status;
  }

  /** The headers. */
  get headers(): Headers {
    return this.#response.headers;
  }

  /**
   * Where the length of a body is known and nothing is packed it is read in one piece; else chunk by chunk, and cut
   * off as soon as it is too long.
   */
  bytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const length = this.headers.get("content-length"), encoding = this.headers.get("content-encoding");
    if (encoding !== null) return this.#decoded(encoding, maxBytes);
    if (length !== null) {
      if (Number(length) <= maxBytes) return this.#response.bytes();
      return this.discard().then(() => {
        throw tooLarge(maxBytes);
      });
    }
    return readChunks(this.#response.body, maxBytes);
  }

  async #decoded(encoding: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const { unpacked, unpackingFault } = await import("./content_encoding.ts");
    try {
      return await readChunks(unpacked(this.#response, encoding), maxBytes);
    } catch (error) {
      throw unpackingFault(error, encoding);
    }
  }

  /** Cancels the body, or reads it where it is short. */
  async discard(): Promise<void> {
    const length = this.headers.get("content-length");
    try {
      if (length !== null && Number(length) <= DRAINED_BYTES) await this.#response.bytes();
      else await this.#response.body?.cancel();
    } catch {
      // The connection has broken off already.
    }
  }

  /** What came of the body, until there is enough of it, it breaks off, or the time is over. */
  async beginning(enough: number, patience: number): Promise<Uint8Array> {
    const encoding = this.headers.get("content-encoding"), chunks: Uint8Array[] = [];
    let total = 0, timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const body = encoding === null
        ? this.#response.body
        : (await import("./content_encoding.ts")).unpacked(this.#response, encoding);
      if (!body) return new Uint8Array(0);
      const reader = body.getReader();
      timer = setTimeout(() => reader.cancel().catch(() => {}), patience);
      while (total <= enough) {
        const { done, value } = await reader.read();
        if (done) break;
        chunks.push(value);
        total += value.length;
      }
      await reader.cancel();
    } catch {
      // What came is shown.
    } finally {
      clearTimeout(timer);
    }
    return joined(chunks, total);
  }
}

async function readChunks(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return new Uint8Array(0);
  const reader = body.getReader(), chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.length;
    if (total > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>;
  return joined(chunks, total);
}
