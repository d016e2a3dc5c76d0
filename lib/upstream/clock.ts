/**
 * The time a call has: its deadline, and the caller who may go away.
 *
 * @module
 */
import type { Call } from "../telemetry/call.ts";
import { forget, type Timed, watch } from "./deadlines.ts";

/**
 * How long a call runs before the caller's signal is listened to, in milliseconds. Most calls are over by
 * then, and a signal that nobody asks for costs nothing.
 */
const ATTEND_MS = 50;

/** Watches over one call: aborts its signal at the deadline or when the caller goes away. */
export class Clock implements Timed {
  readonly #controller = new AbortController();
  readonly #deadline: number;
  readonly #context: Call;
  #caller: AbortSignal | undefined;
  #onCallerAbort: (() => void) | undefined;
  due: number;

  /** @param context The deadline and the caller's signal. */
  constructor(context: Call) {
    this.#context = context;
    this.#deadline = context.deadline;
    const now = performance.now();
    this.due = Math.min(context.deadline, now + ATTEND_MS);
    if (context.deadline <= now) this.#controller.abort();
    else watch(this);
  }

  /** Listens to the caller, and ends the call when its time is over. */
  tick(now: number): void {
    if (now >= this.#deadline) return this.#controller.abort();
    this.due = this.#deadline;
    const caller = this.#caller = this.#context.signal;
    if (!caller) return;
    if (caller.aborted) this.#controller.abort();
    else {
      this.#onCallerAbort = () => this.#controller.abort();
      caller.addEventListener("abort", this.#onCallerAbort);
    }
  }

  /** Aborts when the call must end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds until the deadline. */
  get left(): number {
    return this.#deadline - performance.now();
  }

  /** Whether the caller went away. */
  get cancelled(): boolean {
    return this.#caller?.aborted === true;
  }

  /** Whether the call must end. */
  get over(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Waits; false when the call had to end meanwhile. */
  sleep(milliseconds: number): Promise<boolean> {
    const { signal } = this;
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const stop = () => {
        clearTimeout(timer);
        resolve(false);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve(true);
      }, milliseconds);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /**
   * Waits for something that goes on by itself, no longer than the call may.
   *
   * @throws {DOMException} When the call had to end before.
   */
  async within<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this, ended = Promise.withResolvers<never>();
    const stop = () => ended.reject(new DOMException("the call had to end", "AbortError"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([promise, ended.promise]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Ends the watch. */
  stop(): void {
    forget(this);
    if (this.#onCallerAbort) this.#caller!.removeEventListener("abort", this.#onCallerAbort);
  }
}
