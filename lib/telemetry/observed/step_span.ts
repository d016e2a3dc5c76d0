/**
 * The span of a step, and what runs inside of it.
 *
 * @module
 */
import type { StepKind, StepWatch, UpstreamTarget, UpstreamWatch } from "../call.ts";
import { newSpanId } from "../traces/ids.ts";
import type { Observation } from "./observation.ts";
import { failureOf, type Span, type SpanAttributes, type SpanForm } from "../traces/span.ts";
import { UpstreamSpan } from "./upstream_span.ts";

/** One step of a call. */
export class StepSpan implements StepWatch, Span {
  readonly spanId: string = newSpanId();
  readonly parentId: string;
  readonly kind = "internal";
  readonly begun: number = performance.now();
  ended = 0;
  errorType: string | undefined;
  readonly #call: Observation;
  readonly #name: string;
  readonly #type: StepKind;

  /**
   * @param call The call it belongs to.
   * @param parentId The span it belongs to.
   * @param name The name the author gave it.
   * @param type What kind of step it is.
   */
  constructor(call: Observation, parentId: string, name: string, type: StepKind) {
    this.#call = call;
    this.parentId = parentId;
    this.#name = name;
    this.#type = type;
  }

  form(): SpanForm {
    return {
      title: `step ${this.#name}`,
      attributes: { "capstan.step.name": this.#name, "capstan.step.type": this.#type },
    };
  }

  varying(): SpanAttributes {
    return this.errorType === undefined ? {} : { "error.type": this.errorType };
  }

  step(name: string, kind: StepKind): StepWatch {
    return new StepSpan(this.#call, this.spanId, name, kind);
  }

  upstream(target: UpstreamTarget): UpstreamWatch {
    return new UpstreamSpan(this.#call, this.spanId, target);
  }

  end(error?: unknown): void {
    this.ended = performance.now();
    if (error !== undefined) this.errorType = failureOf(error).code;
    this.#call.spans.push(this);
  }
}
