/**
 * The time a call has: its deadline, and the caller who may go away.
 *
 * @module
 */
import { forget, type Timed, watch } from "./deadlines.ts";
import type { CallContext } from "./operation.ts";

/** Watches over one call: aborts its signal at the deadline or when the caller goes away. */
export class Clock implements Timed {
  readonly #controller = new AbortController();
  /** When the call must have ended, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  readonly #caller: AbortSignal | undefined;
  #onCallerAbort: (() => void) | undefined;

  /** @param context The deadline and the caller's signal. */
  constructor(context: CallContext) {
    this.deadline = context.deadline;
    this.#caller = context.signal;
    if (context.signal) {
      if (context.signal.aborted) this.#controller.abort();
      else {
        this.#onCallerAbort = () => this.#controller.abort();
        context.signal.addEventListener("abort", this.#onCallerAbort);
      }
    }
    if (this.left <= 0) this.#controller.abort();
    else watch(this);
  }

  /** Ends the call: its time is over. */
  expire(): void {
    this.#controller.abort();
  }

  /** Aborts when the call must end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds until the deadline. */
  get left(): number {
    return this.deadline - performance.now();
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

  /** Ends the watch. */
  stop(): void {
    forget(this);
    if (this.#onCallerAbort) this.#caller!.removeEventListener("abort", this.#onCallerAbort);
  }
}
