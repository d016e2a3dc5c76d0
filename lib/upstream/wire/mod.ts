/**
 * The wire: HTTP/1.1 over connections of our own.
 *
 * @module
 */
import { type Cancel, later } from "../../host/later.ts";
import type { Host } from "../../host/host.ts";
import type { Deadline } from "../time/deadline.ts";
import type { Header, Outgoing } from "../outgoing.ts";
import type { UpstreamResponse } from "../upstream_response.ts";
import { FetchedResponse } from "../response/fetched_response.ts";
import { Exchange } from "./exchange.ts";
import { MAX_CONNECTIONS } from "./limits.ts";
import { Pool, type Shared } from "./pool.ts";
import { type HeaderBlock, headerLines, type SentRequest } from "./request_bytes.ts";
import { streamedResponse } from "./streamed.ts";
import type { WireResponse } from "./wire_response.ts";

export type { HeaderBlock } from "./request_bytes.ts";

/**
 * How soon a connection that waits is looked at, in milliseconds: until then it keeps the program alive, since most wait
 * for less than that.
 */
const SWEEP_MS = 20;

/** Sends requests over connections that are kept. */
export class Wire implements Shared {
  readonly host: Host;
  readonly connect: NonNullable<Host["connect"]>;
  readonly #userAgent: string;
  readonly #pools = new Map<string, Pool>();
  /** Pools with connections that wait. */
  readonly #waiting = new Set<Pool>();
  /** Pools with requests that wait until another connection may be made. */
  readonly #blocked = new Set<Pool>();
  #open = 0;
  #sweeper: Cancel | undefined;
  #soon = false;

  /**
   * @param host Opens connections.
   * @param connect How it does.
   * @param userAgent What requests say of who sends them, where they do not say it themselves.
   */
  constructor(host: Host, connect: NonNullable<Host["connect"]>, userAgent: string) {
    this.host = host;
    this.connect = connect;
    this.#userAgent = userAgent;
  }

  /**
   * Sends a request.
   *
   * @param origin Where to.
   * @param target The path and query.
   * @param request The request.
   * @param options Where its headers are kept as they were written, whether it may be sent twice, the time it has, and
   *   how it is sent where the server speaks no HTTP/1.1.
   */
  send(
    origin: string,
    target: string,
    request: Outgoing,
    options: {
      block: HeaderBlock;
      repeatable: boolean;
      deadline: Deadline;
      otherwise: () => Promise<UpstreamResponse>;
    },
  ): Promise<UpstreamResponse> {
    const pool = this.#poolOf(origin);
    if (pool.isFetched) return options.otherwise();
    const { block, repeatable, deadline, otherwise } = options;
    if (deadline.over) return Promise.reject(ended());
    let lines = pool.hostLine + headerLines(block, request.headers, this.#userAgent);
    if (request.trace !== undefined) {
      for (const [name, value] of request.trace) lines += `${name}: ${value}\r\n`;
    }
    const exchange = new Exchange({ request, target, lines, repeatable, deadline, otherwise });
    pool.send(exchange);
    return exchange.answered;
  }

  /**
   * Sends a request whose body and answer are streams.
   *
   * @param origin Where to.
   * @param target The path and query.
   * @param request The request.
   * @param options Whether it may be sent twice, the time until its answer begins, what ends the exchange with its
   *   streams, and how it is sent where the server speaks no HTTP/1.1.
   */
  async stream(
    origin: string,
    target: string,
    request: SentRequest & { readonly headers: readonly Header[] },
    options: {
      repeatable: boolean;
      deadline: Deadline;
      signal: AbortSignal;
      otherwise: () => Promise<Response>;
    },
  ): Promise<Response> {
    const pool = this.#poolOf(origin), { repeatable, deadline, signal } = options;
    if (pool.isFetched) return await options.otherwise();
    if (deadline.over || signal.aborted) throw ended();
    let fetched: Response | undefined;
    const otherwise = async () => new FetchedResponse(fetched = await options.otherwise());
    const lines = pool.hostLine + headerLines({}, request.headers, this.#userAgent, "gzip");
    const exchange = new Exchange({ request, target, lines, repeatable, deadline, otherwise });
    signal.addEventListener("abort", () => exchange.cancel(), { once: true });
    pool.send(exchange);
    const answer = await exchange.answered;
    exchange.outlive();
    return fetched ?? await streamedResponse(answer as WireResponse);
  }

  #poolOf(origin: string): Pool {
    let pool = this.#pools.get(origin);
    if (!pool) this.#pools.set(origin, pool = new Pool(origin, this));
    return pool;
  }

  /** Whether another connection may be made; one that waits gives way to it. */
  mayOpen(): boolean {
    if (this.#open < MAX_CONNECTIONS) return true;
    for (const pool of this.#waiting) {
      if (pool.closeOldest()) return true;
    }
    return false;
  }

  /** A connection was made. */
  opened(): void {
    this.#open++;
  }

  /** A connection was closed. */
  closed(): void {
    this.#open--;
    this.#serveBlocked();
  }

  /** A pool has requests that wait until another connection may be made. */
  blocked(pool: Pool): void {
    this.#blocked.add(pool);
  }

  #serveBlocked(): void {
    if (this.#blocked.size === 0) return;
    // Whoever frees a connection is still busy with it.
    queueMicrotask(() => {
      for (const pool of this.#blocked) {
        if (pool.serveBlocked()) this.#blocked.delete(pool);
      }
    });
  }

  /** A pool has a connection that waits. */
  waits(pool: Pool): void {
    this.#waiting.add(pool);
    this.#serveBlocked();
    if (!this.#soon) this.#schedule(SWEEP_MS);
  }

  /** Looks after connections that wait: soon after one began to, and then when the first has waited too long. */
  #schedule(milliseconds: number): void {
    this.#sweeper?.();
    this.#soon = milliseconds === SWEEP_MS;
    this.#sweeper = later(milliseconds, () => {
      this.#sweeper = undefined;
      this.#soon = false;
      const now = performance.now();
      let next = Infinity;
      for (const pool of this.#waiting) {
        const due = pool.sweep(now);
        if (due === Infinity) this.#waiting.delete(pool);
        else next = Math.min(next, due);
      }
      if (next < Infinity && !this.#soon) this.#schedule(Math.max(SWEEP_MS + 1, next - now));
    });
  }
}

function ended(): DOMException {
  return new DOMException("the call had to end", "AbortError");
}
