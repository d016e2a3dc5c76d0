/**
 * The time a call may take, and who waits for it.
 *
 * @module
 */
import type { Call, Caller, CallEvent } from "../telemetry/call.ts";
import type { ObservedCall } from "../telemetry/observed/observed_call.ts";

/** How long a call may take unless something says otherwise, in milliseconds (semantics §9). */
export const CALL_MS = 30_000;

/** What surrounds the call of a surface. The signal is asked for only when it is needed: that has a cost. */
export class SurfaceCall implements Call {
  readonly deadline: number;
  readonly caller: Caller | undefined;
  readonly watch: ObservedCall | undefined;
  readonly #signal: () => AbortSignal | undefined;

  /**
   * @param signal Gives the signal that aborts when the caller goes away.
   * @param caller Who calls, where that was asked.
   * @param watch Observes the call, where somebody wants to know.
   * @param milliseconds The time it may take.
   */
  constructor(
    signal: () => AbortSignal | undefined,
    caller?: Caller,
    watch?: ObservedCall,
    milliseconds: number = CALL_MS,
  ) {
    this.deadline = (watch?.begun ?? performance.now()) + milliseconds;
    this.#signal = signal;
    this.caller = caller;
    this.watch = watch;
  }

  get signal(): AbortSignal | undefined {
    return this.#signal();
  }

  get tell(): ((event: CallEvent) => void) | undefined {
    const { watch } = this;
    return watch && ((event) => watch.tell(event));
  }
}
