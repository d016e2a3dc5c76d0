/**
 * One connection: a request at a time, and the head of its answer. Its body is read by `wire_response.ts`.
 *
 * Something is read all the time, also while it waits for a request: so it is known at once when the server closes it.
 *
 * @module
 */
import type { Connection } from "../../host/host.ts";
import { BrokenConnection } from "./broken.ts";
import type { Exchange, ExchangeCarrier } from "./exchange.ts";
import { HeadReader } from "./head.ts";
import { BUFFER_BYTES, EXPECT_MS, MAX_HEAD_BYTES, MAX_INTERIM } from "./limits.ts";
import { oddAnswer } from "./odd.ts";
import { type RequestBytes, RequestWriter } from "./request_bytes.ts";
import { Upload } from "./upload.ts";
import { type Source, WireResponse } from "./wire_response.ts";

/** Where a connection belongs. */
export interface Keeper {
  /** It waits for a request again. */
  released(connection: WireConnection): void;
  /** It is closed. */
  closed(connection: WireConnection): void;
  /** A request goes out once more, over a new connection: no answer to it will come on this one. */
  again(exchange: Exchange): void;
  /** Whether the server is asked if it wants a large body. */
  readonly asks: boolean;
  /** The server does not know that question. */
  unasked(): void;
}

/** One connection to a server. */
export class WireConnection implements ExchangeCarrier, Source {
  readonly #socket: Connection;
  readonly #keeper: Keeper;
  readonly #reader = new HeadReader();
  readonly #writer = new RequestWriter();
  readonly #onRead: (count: number | null) => void;
  readonly #onReadError: (error: unknown) => void;
  /** What came and is still to be looked at: from `from` to `to`. */
  buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_BYTES);
  from = 0;
  to = 0;
  #exchange: Exchange | undefined;
  #reading = false;
  #kept = true;
  /** Whether some of the request is still to be sent. */
  #sending = false;
  /** Goes on with a body that waits until it is wanted. */
  #proceed: ((wanted: boolean) => void) | undefined;
  /** The body that is being sent as it comes. */
  #upload: Upload | undefined;
  #interim = 0;
  #used = 0;
  /** Whether it is of no use any more. */
  isClosed = false;
  /** When it was made, in milliseconds of `performance.now()`. */
  readonly madeAt: number = performance.now();
  /** Until when it waits for a request. */
  idleUntil = 0;
  /** How long the server keeps it, in milliseconds, where it says so. */
  keptFor: number | undefined;

  /**
   * @param socket The connection as the host gave it, checked.
   * @param keeper Where it belongs.
   */
  constructor(socket: Connection, keeper: Keeper) {
    this.#socket = socket;
    this.#keeper = keeper;
    this.#onRead = (count) => this.#came(count);
    this.#onReadError = (error) => {
      this.#reading = false;
      this.#ended(error);
    };
  }

  /** Sends a request, and reads the head of what is answered. */
  run(exchange: Exchange): void {
    this.#exchange = exchange;
    exchange.carrier = this;
    this.#interim = 0;
    this.#used++;
    this.keepAlive(true);
    this.#reader.begin(exchange.request.method);
    try {
      const { request, target, lines } = exchange;
      this.#send(this.#writer.write(request, target, lines, this.#keeper.asks), request.length);
    } catch (error) {
      // What the builder let through cannot be sent: nothing has gone out.
      exchange.fail(error);
      return this.close();
    }
    if (!this.#reading) this.#read();
  }

  #send({ first, rest, expects }: RequestBytes, length: number | undefined): void {
    this.#sending = true;
    this.#socket.write(first).then((count) => {
      if (count === first.length && rest === undefined) this.#sending = false;
      else this.#sendRest(first, count, rest, expects, length).catch(ignored);
      // A connection that takes nothing ends for the reader too, who knows what came before.
    }, ignored);
  }

  async #sendRest(
    first: Uint8Array,
    sent: number,
    rest: RequestBytes["rest"],
    expects: boolean,
    length: number | undefined,
  ): Promise<void> {
    await this.#sendAll(first, sent);
    if (rest !== undefined) {
      if (expects && !await this.#wanted()) return;
      if (rest instanceof Blob) {
        for await (const chunk of rest.stream()) {
          if (this.isClosed) return;
          await this.#sendAll(chunk, 0);
        }
      } else if (rest instanceof ReadableStream) await this.#sendStream(rest, length);
      else await this.#sendAll(rest, 0);
    }
    this.#sending = false;
  }

  async #sendAll(bytes: Uint8Array, from: number): Promise<void> {
    for (let at = from; at < bytes.length && !this.isClosed;) {
      at += await this.#socket.write(at === 0 ? bytes : bytes.subarray(at));
    }
  }

  /** Sends a body as it comes. Where it breaks off, so does the request; what came of an answer is still read before. */
  async #sendStream(stream: ReadableStream<Uint8Array>, length: number | undefined): Promise<void> {
    const upload = this.#upload = new Upload(stream, length);
    for (;;) {
      let piece: Uint8Array | undefined;
      try {
        piece = await upload.next();
      } catch (error) {
        this.fail(error);
        throw error;
      }
      if (piece === undefined || this.isClosed) break;
      try {
        await this.#sendAll(piece, 0);
      } catch (error) {
        upload.cancel();
        throw error;
      }
    }
    this.#upload = undefined;
  }

  /** Waits until the server asks for the body; some never do, and get it all the same. */
  #wanted(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#keeper.unasked();
        this.#proceed?.(true);
      }, EXPECT_MS);
      this.#proceed = (wanted) => {
        this.#proceed = undefined;
        clearTimeout(timer);
        resolve(wanted);
      };
    });
  }

  #read(): void {
    this.#reading = true;
    this.#socket.read(this.to === 0 ? this.buffer : this.buffer.subarray(this.to)).then(
      this.#onRead,
      this.#onReadError,
    );
  }

  #came(count: number | null): void {
    this.#reading = false;
    if (this.isClosed) return;
    if (count === null) return this.#ended(undefined);
    // Nobody asked for it.
    if (!this.#exchange) return this.close();
    this.to += count;
    try {
      this.#readHead(this.#exchange);
    } catch (error) {
      this.fail(error);
    }
  }

  #readHead(exchange: Exchange): void {
    for (;;) {
      const head = this.#reader.read(this.buffer, this.to);
      if (!head) {
        if (this.to === this.buffer.length) this.enlarge(MAX_HEAD_BYTES * 2);
        return this.#read();
      }
      this.from = this.#reader.end;
      if (head.status >= 200) {
        this.keptFor = head.keptFor;
        if (this.#proceed) {
          // A server that has answered does not want the body; this one does not know the question.
          this.#proceed(false);
          if (head.status === 417) {
            this.#keeper.unasked();
            this.close();
            return this.#keeper.again(exchange);
          }
        }
        return exchange.answer(new WireResponse(this, exchange, head));
      }
      if (++this.#interim > MAX_INTERIM) {
        throw oddAnswer(`more than ${MAX_INTERIM} interim answers came before it`);
      }
      if (head.status === 100) this.#proceed?.(true);
      this.buffer.copyWithin(0, this.from, this.to);
      this.to -= this.from;
      this.from = 0;
      this.#reader.begin(exchange.request.method);
    }
  }

  /** Makes room in the buffer. */
  enlarge(bytes: number): void {
    if (this.buffer.length >= bytes) return;
    const larger = new Uint8Array(bytes);
    larger.set(this.buffer.subarray(0, this.to));
    this.buffer = larger;
  }

  /** Reads a part of a body; null at the end of the connection. */
  readInto(bytes: Uint8Array): Promise<number | null> {
    return this.#socket.read(bytes);
  }

  /** The server closed the connection, or it broke. */
  #ended(error: unknown): void {
    const exchange = this.#exchange;
    if (this.isClosed) return;
    const silent = this.to === 0 && this.#interim === 0;
    this.close();
    if (!exchange) return;
    if (silent && this.#used > 1 && exchange.repeatable && !exchange.wasStale) {
      exchange.wasStale = true;
      return this.#keeper.again(exchange);
    }
    exchange.fail(
      new BrokenConnection(silent ? "before it answered" : "inside the head of its answer", error),
    );
  }

  /** The answer was read to its end: another request may follow, if the request was sent and the server agrees. */
  finish(exchange: Exchange, reusable: boolean): void {
    exchange.finish();
    this.#exchange = undefined;
    if (!reusable || this.#sending || this.isClosed) return this.close();
    this.from = this.to = 0;
    this.#keeper.released(this);
    if (!this.#reading && !this.isClosed) this.#read();
  }

  /** Something is wrong with the answer. */
  fail(error: unknown): void {
    const exchange = this.#exchange;
    this.close();
    exchange?.fail(error);
  }

  /** The call is over: what comes now is of no use, and may be the answer of nobody. */
  abandon(): void {
    this.close();
  }

  /** Whether waiting for it keeps the program alive. */
  keepAlive(keeps: boolean): void {
    if (this.#kept === keeps) return;
    this.#kept = keeps;
    this.#socket.keepAlive(keeps);
  }

  /** Closes it. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#exchange = undefined;
    this.#proceed?.(false);
    this.#upload?.cancel();
    this.#socket.close();
    this.#keeper.closed(this);
  }
}

function ignored(): void {}
