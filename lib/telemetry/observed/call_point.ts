/**
 * Things that can be called, ready to be observed.
 *
 * @module
 */
import type { Caller } from "../call.ts";
import type { Carrier } from "../traces/trace_context.ts";
import type { CallSink, CallTarget } from "./observation.ts";
import { ObservedCall } from "./observed_call.ts";

/** One thing that can be called, ready to be observed: made once, when the surface is. */
export class CallPoint {
  readonly target: CallTarget;
  readonly #telemetry: CallSink & { readonly on: boolean };

  /**
   * @param telemetry Where its calls are observed.
   * @param target What is called.
   */
  constructor(telemetry: CallSink & { readonly on: boolean }, target: CallTarget) {
    this.#telemetry = telemetry;
    this.target = target;
  }

  /**
   * A call begins.
   *
   * @param carrier What a trace could have come in with.
   * @param caller Who calls.
   * @returns The call under observation; undefined where nobody wants to know.
   */
  begin(carrier: Carrier, caller?: Caller): ObservedCall | undefined {
    return this.#telemetry.on ? new ObservedCall(this.#telemetry, this.target, carrier, caller) : undefined;
  }
}
