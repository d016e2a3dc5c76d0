/**
 * Streams that must go on: what stands still too long, or whose caller goes away, is ended.
 *
 * @module
 */

/** How long a stream may stand still, in milliseconds. */
const STALL_MS = 60_000;

/** Watches the two streams of one exchange. */
export class Stall {
  readonly #controller = new AbortController();
  readonly #patience: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param caller Aborts when the caller goes away.
   * @param patience How long nothing may move, in milliseconds.
   */
  constructor(caller: AbortSignal | undefined, patience: number = STALL_MS) {
    this.#patience = patience;
    if (caller?.aborted) this.end();
    else caller?.addEventListener("abort", () => this.end(), { once: true, signal: this.signal });
  }

  /** Aborts when the exchange must end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the exchange. */
  end(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  /** Something moved. */
  #moved(): void {
    clearTimeout(this.#timer);
    if (!this.signal.aborted) this.#timer = setTimeout(() => this.end(), this.#patience);
  }

  /**
   * A stream that is ended when it stands still.
   *
   * @param body The stream.
   * @param last The exchange is over when this one is.
   */
  watched(body: ReadableStream<Uint8Array>, last = false): ReadableStream<Uint8Array> {
    const reader = body.getReader(), over = () => last ? this.end() : clearTimeout(this.#timer);
    return new ReadableStream({
      pull: async (controller) => {
        this.#moved();
        try {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
            over();
          } else controller.enqueue(value);
        } catch (error) {
          over();
          controller.error(error);
        }
        // While nobody asks for more, it is the reader who stands still.
      },
      cancel: async (reason) => {
        this.end();
        await reader.cancel(reason).catch(() => {});
      },
    }, { highWaterMark: 0 });
  }
}
