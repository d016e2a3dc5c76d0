/**
 * One request and its answer, wherever it stands: waiting for a connection, connecting, sent, or being read.
 *
 * @module
 */
import type { Cancelable, Deadline } from "../time/deadline.ts";
import type { UpstreamResponse } from "../upstream_response.ts";
import type { SentRequest } from "./request_bytes.ts";

/** What carries an exchange at the moment. */
export interface ExchangeCarrier {
  /** The call is over: gives up what it does for it. */
  abandon(exchange: Exchange): void;
}

/** What an exchange needs beside the request. */
export interface ExchangeOptions {
  readonly request: SentRequest;
  /** The path and query for the request line. */
  readonly target: string;
  /** The headers, each with its line break. */
  readonly lines: string;
  readonly repeatable: boolean;
  readonly deadline: Deadline;
  /** Sends it another way, where the server does not speak HTTP/1.1. */
  readonly otherwise: () => Promise<UpstreamResponse>;
}

/** One request and its answer. */
export class Exchange implements Cancelable {
  readonly request: SentRequest;
  readonly target: string;
  readonly lines: string;
  readonly repeatable: boolean;
  readonly deadline: Deadline;
  readonly otherwise: () => Promise<UpstreamResponse>;
  readonly answered: Promise<UpstreamResponse>;
  #resolve!: (response: UpstreamResponse | Promise<UpstreamResponse>) => void;
  #reject!: (error: unknown) => void;
  /** Whether it failed or was cancelled. */
  isOver = false;
  /** What carries it; undefined once its answer was read. */
  carrier: ExchangeCarrier | undefined;
  /** Whether a connection that was used before has been closed under it: that happens to it once. */
  wasStale = false;

  /** @param options What it needs. */
  constructor(options: ExchangeOptions) {
    this.request = options.request;
    this.target = options.target;
    this.lines = options.lines;
    this.repeatable = options.repeatable;
    this.deadline = options.deadline;
    this.otherwise = options.otherwise;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.deadline.running = this;
  }

  /** The head of the answer came, and perhaps its body. */
  answer(response: UpstreamResponse | Promise<UpstreamResponse>): void {
    this.#resolve(response);
  }

  /** No answer will come. */
  fail(error: unknown): void {
    this.isOver = true;
    this.finish();
    this.#reject(error);
  }

  /** Its time ends it no more: the answer has begun, and goes on as long as it moves. */
  outlive(): void {
    if (this.deadline.running === this) this.deadline.running = undefined;
  }

  /** Nothing is left to be read. */
  finish(): void {
    this.carrier = undefined;
    this.outlive();
  }

  /** The call is over. */
  cancel(): void {
    const { carrier } = this;
    this.fail(new DOMException("the call had to end", "AbortError"));
    carrier?.abandon(this);
  }
}
