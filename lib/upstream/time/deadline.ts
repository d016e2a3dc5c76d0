/**
 * The time a call has: its deadline, and the caller who may go away.
 *
 * @module
 */
import type { Call, UpstreamWatch } from "../../telemetry/call.ts";
import { forget, type Timed, watch } from "./deadlines.ts";

/**
 * How long a call runs before the caller's signal is listened to, in milliseconds. Most calls are over by
 * then, and a signal that nobody asks for costs nothing.
 */
const ATTEND_MS = 50;

/** What runs for a call, and can be ended. */
export interface Cancelable {
  /** Ends it: the call is over. */
  cancel(): void;
}

/** Watches over one call: aborts its signal at the deadline or when the caller goes away. */
export class Deadline implements Timed {
  /** Made only when somebody asks for a signal: most calls never need one. */
  #controller: AbortController | undefined;
  #over = false;
  readonly #deadline: number;
  readonly #context: Call;
  #caller: AbortSignal | undefined;
  #onCallerAbort: (() => void) | undefined;
  due: number;
  /** Where it stands among those that are watched. */
  place: number | undefined = undefined;
  /** When the call began, in milliseconds of `performance.now()`. */
  readonly begun: number;
  /** What runs at the moment; it is cancelled when the call must end. */
  running: Cancelable | undefined;
  /** Watches the requests of the call; undefined where nobody wants to know. */
  seen: UpstreamWatch | undefined;

  /** @param context The deadline and the caller's signal. */
  constructor(context: Call) {
    this.#context = context;
    this.#deadline = context.deadline;
    const now = this.begun = performance.now();
    this.due = Math.min(context.deadline, now + ATTEND_MS);
    if (context.deadline <= now) this.#over = true;
    else watch(this);
  }

  /** Listens to the caller, and ends the call when its time is over. */
  tick(now: number): void {
    if (now >= this.#deadline) return this.#end();
    this.due = this.#deadline;
    const caller = this.#caller = this.#context.signal;
    if (!caller) return;
    if (caller.aborted) this.#end();
    else {
      this.#onCallerAbort = () => this.#end();
      caller.addEventListener("abort", this.#onCallerAbort);
    }
  }

  #end(): void {
    this.#over = true;
    this.#controller?.abort();
    this.running?.cancel();
  }

  /** Aborts when the call must end. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#over) this.#controller.abort();
    }
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
    return this.#over;
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
    const { signal } = this;
    let stop = () => {};
    const ended = new Promise<never>((_, reject) => {
      stop = () => reject(new DOMException("the call had to end", "AbortError"));
    });
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([promise, ended]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Ends the watch. */
  stop(): void {
    forget(this);
    // What still runs belongs to nobody now.
    this.running?.cancel();
    if (this.#onCallerAbort) this.#caller!.removeEventListener("abort", this.#onCallerAbort);
  }
}
