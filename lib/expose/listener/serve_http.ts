/**
 * A server of HTTP/1.1 over the connections that the host gives, with bounds on what each client may send, take and keep.
 *
 * @module
 */
import type { AcceptedConnection, Acceptor } from "../../host/host.ts";
import { type Cancel, later } from "../../host/later.ts";
import { headBytes, headEnd, headLines } from "./answer_bytes.ts";
import { LISTEN_LIMITS, type ListenLimits, WRITE_BYTES } from "./limits.ts";
import type { Answering, ConnectionKeeper } from "./connection_keeper.ts";
import { ServedConnection } from "./served_connection.ts";

/** How a server answers. */
export interface ServeOptions {
  /** Answers each request. */
  readonly answer: Answering;
  /** The answer to a request that failed inside. */
  readonly fault: (error: unknown) => Response;
  /** The authority of requests that name none, as HTTP/1.0 lets them. */
  readonly authority: string;
  /** Takes what the operator has to know. */
  readonly warn: (message: string) => void;
  /** The limits, where they are not the usual ones. */
  readonly limits?: ListenLimits | undefined;
}

/** Buffers for answers that are kept to be used again. */
const MAX_SPARE = 64;
/** How long is waited when no connection can be taken, in milliseconds. */
const ACCEPT_PAUSE_MS = 100;

/** A server that runs. */
export class HttpServer implements ConnectionKeeper {
  readonly limits: ListenLimits;
  readonly authority: string;
  readonly answer: Answering;
  readonly #acceptor: Acceptor;
  readonly #options: ServeOptions;
  readonly #connections = new Set<ServedConnection>();
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  readonly #finished = Promise.withResolvers<void>();
  readonly #beatMs: number;
  #beat: Cancel | undefined;
  #reported = new Set<string>();
  clock: number = performance.now();
  closing = false;

  /**
   * @param acceptor Gives the connections.
   * @param options How it answers.
   */
  constructor(acceptor: Acceptor, options: ServeOptions) {
    this.#acceptor = acceptor;
    this.#options = options;
    this.answer = options.answer;
    this.authority = options.authority;
    this.limits = options.limits ?? LISTEN_LIMITS;
    const { headMs, idleMs, bodyStallMs, bodyMs, writeMs, lingerMs } = this.limits;
    const shortest = Math.min(headMs, idleMs, bodyStallMs, bodyMs, writeMs, lingerMs);
    this.#beatMs = Math.max(10, Math.min(1000, shortest / 4));
    this.#tickLater();
    void this.#accept();
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** The port. */
  get port(): number {
    return this.#acceptor.port;
  }

  async #accept(): Promise<void> {
    while (!this.closing) {
      try {
        const socket = await this.#acceptor.accept();
        if (this.closing) return void socket.close();
        this.#take(socket);
      } catch (error) {
        if (this.closing) return;
        // A client that left while it was taken is nobody's fault; no files left is.
        const message = error instanceof Error ? error.message : String(error);
        if (!/aborted|reset/i.test(message)) this.#tellOnce(`connections cannot be taken: ${message}`);
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      }
    }
  }

  #take(socket: AcceptedConnection): void {
    if (this.#connections.size >= this.limits.connections && !this.#makeRoom()) {
      this.#tellOnce(
        `${this.limits.connections} connections are open, and none of them is idle; more are refused with 503`,
      );
      return void refuseConnection(socket);
    }
    this.#connections.add(new ServedConnection(socket, this));
  }

  /** Closes the connection that was opened first of those that wait for a request. */
  #makeRoom(): boolean {
    for (const connection of this.#connections) {
      if (!connection.isIdle) continue;
      connection.close();
      return true;
    }
    return false;
  }

  #tellOnce(message: string): void {
    if (this.#reported.has(message) || this.#reported.size > 20) return;
    this.#reported.add(message);
    this.#options.warn(message);
  }

  #tickLater(): void {
    this.#beat = later(this.#beatMs, () => {
      this.#tickLater();
      this.#tick();
    });
  }

  #tick(): void {
    const now = this.clock = performance.now();
    for (const connection of this.#connections) connection.check(now);
  }

  /** The answer to a request that failed inside. */
  fault(error: unknown): Response {
    return this.#options.fault(error);
  }

  /** Bytes to write an answer into; made where none is spare. */
  borrow(): Uint8Array<ArrayBuffer> {
    return this.#spare.pop() ?? new Uint8Array(WRITE_BYTES);
  }

  /** Takes bytes back. */
  giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(bytes);
  }

  /** A connection was closed. */
  closed(connection: ServedConnection): void {
    this.#connections.delete(connection);
    if (this.closing && this.#connections.size === 0) this.#finish();
  }

  #finish(): void {
    this.#beat?.();
    this.#finished.resolve();
  }

  /**
   * Takes no more connections, closes those that wait for a request, and waits for the answers that are under way.
   *
   * @param most How long that may take, in milliseconds; then what is still open is closed.
   */
  async shutdown(most: number): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      this.#acceptor.close();
      for (const connection of [...this.#connections]) connection.finish();
      if (this.#connections.size === 0) this.#finish();
    }
    const limit = setTimeout(() => {
      for (const connection of [...this.#connections]) connection.close();
    }, most);
    await this.#finished.promise;
    clearTimeout(limit);
  }
}

const BUSY = "Too many connections are open. Try again later.\n";

/** Says that there is no room, and closes; a client that sends meanwhile may not see it. */
async function refuseConnection(socket: AcceptedConnection): Promise<void> {
  const lines = headLines(503, [["content-type", "text/plain;charset=UTF-8"], ["retry-after", "1"]]);
  try {
    await socket.write(headBytes(lines + headEnd(BUSY.length, "connection: close\r\n") + BUSY));
  } catch {
    // It has left already.
  }
  socket.close();
}
