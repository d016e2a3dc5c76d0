/**
 * The connections to one origin: opened when they are needed, checked before anything is sent, and kept for the next
 * request.
 *
 * @module
 */
import { AddressDenied, type Connection, type Host } from "../../host/host.ts";
import { later } from "../../host/later.ts";
import { isForbiddenAddress } from "../guard/address.ts";
import { forbidden } from "../guard/egress.ts";
import { ConnectTimeout } from "./broken.ts";
import { type Keeper, WireConnection } from "./connection.ts";
import type { Exchange, ExchangeCarrier } from "./exchange.ts";
import {
  CONNECT_MS,
  FETCHED_MS,
  IDLE_MS,
  MAX_AGE_MS,
  MAX_IDLE_PER_ORIGIN,
  MAX_PER_ORIGIN,
  UNASKED_MS,
} from "./limits.ts";

/** A server keeps a connection so long as it says; ours is closed this long before, in milliseconds. */
const MARGIN_MS = 1000;
/** TLS ended because the server speaks none of the protocols that were offered. */
const NO_COMMON_PROTOCOL = /NoApplicationProtocol|no application protocol/i;

/** What all pools share. */
export interface Shared {
  readonly host: Host;
  readonly connect: NonNullable<Host["connect"]>;
  /** Whether another connection may be made. */
  mayOpen(): boolean;
  /** A connection was made or closed. */
  opened(): void;
  closed(): void;
  /** A pool has a connection that waits. */
  waits(pool: Pool): void;
  /** A pool has requests that wait until another connection may be made. */
  blocked(pool: Pool): void;
}

/** The connections to one origin. */
export class Pool implements Keeper, ExchangeCarrier {
  readonly #shared: Shared;
  readonly #hostname: string;
  readonly #host: string;
  readonly #port: number;
  readonly #secure: boolean;
  /** The connections that wait for a request, the newest last. */
  readonly #idle: WireConnection[] = [];
  /** Requests that wait for a connection, in order. */
  readonly #waiting = new Set<Exchange>();
  #open = 0;
  /** Whether a connection began to wait since they were looked at, and when the first of them has waited too long. */
  #hasNew = false;
  #nextDue = 0;
  /** Until when requests go another way. */
  #fetchedUntil = 0;
  /** Until when the server is not asked whether it wants a large body. */
  #unaskedUntil = 0;
  /** The Host line of its requests. */
  readonly hostLine: string;

  /**
   * @param origin The origin.
   * @param shared What all pools share.
   */
  constructor(origin: string, shared: Shared) {
    const url = new URL(origin);
    this.#shared = shared;
    this.#host = url.hostname;
    this.#hostname = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
    this.#secure = url.protocol === "https:";
    this.#port = Number(url.port) || (this.#secure ? 443 : 80);
    this.hostLine = `Host: ${url.host}\r\n`;
  }

  /** Whether the server is known to speak no HTTP/1.1. */
  get isFetched(): boolean {
    return this.#fetchedUntil > 0 && this.#fetchedUntil > performance.now();
  }

  /** Sends a request over a connection that waits, over a new one, or once one is free. */
  send(exchange: Exchange): void {
    const connection = this.#take(exchange.deadline.begun);
    if (connection) connection.run(exchange);
    else if (this.#open < MAX_PER_ORIGIN && this.#shared.mayOpen()) void this.#connect(exchange);
    else {
      exchange.carrier = this;
      this.#waiting.add(exchange);
      if (this.#open < MAX_PER_ORIGIN) this.#shared.blocked(this);
    }
  }

  /** A connection that waits. @param now When the call began: most send at once, and asking for the time has a cost. */
  #take(now: number): WireConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isClosed) continue;
      // Where something kept the program busy, nobody has closed yet what has waited too long: the server has.
      if (connection.idleUntil > now) return connection;
      connection.close();
    }
    return undefined;
  }

  /** A request that waits for a connection is not wanted any more. */
  abandon(exchange: Exchange): void {
    this.#waiting.delete(exchange);
  }

  async #connect(exchange: Exchange): Promise<void> {
    this.#open++;
    this.#shared.opened();
    const controller = new AbortController();
    let late = false;
    const intime = later(CONNECT_MS, () => {
      late = true;
      controller.abort();
    });
    exchange.carrier = { abandon: () => controller.abort() };
    let connection: WireConnection;
    try {
      connection = new WireConnection(await this.#openSocket(controller.signal), this);
    } catch (error) {
      this.#closedOne();
      if (this.#secure && NO_COMMON_PROTOCOL.test(String(error))) {
        this.#fetchedUntil = performance.now() + FETCHED_MS;
        exchange.finish();
        exchange.answer(exchange.otherwise());
      } else if (late) exchange.fail(new ConnectTimeout());
      else exchange.fail(error instanceof AddressDenied ? forbidden(this.#host) : error);
      return this.#serveNext();
    } finally {
      intime();
    }
    if (exchange.isOver) connection.close();
    else connection.run(exchange);
  }

  /** Opens a connection, and looks where it leads before anything is sent. */
  async #openSocket(signal: AbortSignal): Promise<Connection> {
    const tcp = await this.#shared.connect({ hostname: this.#hostname, port: this.#port, signal });
    if (isForbiddenAddress(tcp.address)) {
      tcp.close();
      throw forbidden(this.#host);
    }
    if (signal.aborted) {
      tcp.close();
      signal.throwIfAborted();
    }
    // A dot at the end says that a name is whole; no certificate has it.
    const hostname = this.#hostname.replace(/\.$/, "");
    return this.#secure ? await tcp.secure({ hostname, alpn: ["http/1.1"], signal }) : tcp;
  }

  /** A connection waits for a request: one that is there already, or one that comes before its time is over. */
  released(connection: WireConnection): void {
    const now = performance.now();
    if (now - connection.madeAt > MAX_AGE_MS) return connection.close();
    const next = this.#firstWaiting();
    if (next) return connection.run(next);
    const { keptFor } = connection;
    const kept = keptFor === undefined ? IDLE_MS : Math.min(IDLE_MS, keptFor - MARGIN_MS);
    if (kept <= 0 || this.#idle.length >= MAX_IDLE_PER_ORIGIN) return connection.close();
    connection.idleUntil = now + kept;
    this.#idle.push(connection);
    this.#hasNew = true;
    this.#shared.waits(this);
  }

  #firstWaiting(): Exchange | undefined {
    if (this.#waiting.size === 0) return undefined;
    const [next] = this.#waiting;
    this.#waiting.delete(next!);
    return next;
  }

  /** A connection is closed. */
  closed(connection: WireConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#closedOne();
    this.#serveNext();
  }

  #closedOne(): void {
    this.#open--;
    this.#shared.closed();
  }

  #serveNext(): void {
    if (this.#waiting.size > 0) this.serveBlocked();
  }

  /**
   * Makes a connection for a request that waits for one.
   *
   * @returns Whether no request waits any more for others to close theirs.
   */
  serveBlocked(): boolean {
    if (this.#waiting.size === 0 || this.#open >= MAX_PER_ORIGIN) return true;
    if (this.#shared.mayOpen()) void this.#connect(this.#firstWaiting()!);
    return this.#waiting.size === 0;
  }

  /** Whether the server is asked if it wants a large body. */
  get asks(): boolean {
    return this.#unaskedUntil === 0 || this.#unaskedUntil < performance.now();
  }

  /** The server does not know that question: nobody waits for its answer again soon. */
  unasked(): void {
    this.#unaskedUntil = performance.now() + UNASKED_MS;
  }

  /** A connection that waited was closed under a request: it goes out once more, over a new one. */
  again(exchange: Exchange): void {
    void this.#connect(exchange);
  }

  /**
   * Closes what has waited too long; what waits does not keep the program alive.
   *
   * @returns When the next one has waited too long, in milliseconds of `performance.now()`; Infinity where none waits.
   */
  sweep(now: number): number {
    // Where nothing began to wait since the last time, there is nothing to do before the first has waited too long.
    if (!this.#hasNew && now < this.#nextDue) return this.#nextDue;
    this.#hasNew = false;
    let next = Infinity;
    for (const connection of [...this.#idle]) {
      if (connection.idleUntil <= now) connection.close();
      else {
        connection.keepAlive(false);
        next = Math.min(next, connection.idleUntil);
      }
    }
    return this.#nextDue = next;
  }

  /** Closes the connection that has waited longest; false where none waits. */
  closeOldest(): boolean {
    const [oldest] = this.#idle;
    oldest?.close();
    return oldest !== undefined;
  }
}
