/**
 * One call under observation: counted, timed and traced as far as somebody wants to know.
 *
 * @module
 */
import type {
  Caller,
  CallEvent,
  CallWatch,
  StepKind,
  StepWatch,
  TraceParent,
  UpstreamTarget,
  UpstreamWatch,
} from "../call.ts";
import { newSpanId, newTraceId } from "../traces/ids.ts";
import type { CallSink, CallTarget, Observation } from "./observation.ts";
import { failureOf, type Span, type SpanAttributes, type SpanEvent, type SpanForm } from "../traces/span.ts";
import { StepSpan } from "./step_span.ts";
import { type Carrier, extractTrace } from "../traces/trace_context.ts";
import { UpstreamSpan } from "./upstream_span.ts";

/** The spans of a call that is not traced: there are none, and nobody adds one. */
const NO_SPANS: Span[] = [];

const forms = new WeakMap<CallTarget, SpanForm>();

/** What the spans of all calls of something have in common. */
function formOf(target: CallTarget): SpanForm {
  let form = forms.get(target);
  if (!form) {
    const { title, attributes, surface } = target;
    forms.set(target, form = { title, attributes: { ...attributes, "capstan.surface": surface } });
  }
  return form;
}

/** One call under observation. */
export class ObservedCall implements CallWatch, Observation {
  readonly target: CallTarget;
  readonly caller: Caller | undefined;
  readonly begun: number = performance.now();
  ended = 0;
  /** Requests that were sent to APIs. */
  requests = 0;
  /** Requests that were sent again. */
  retries = 0;
  /** `ok`, or the code of the failure. */
  outcome = "ok";
  /** The status a REST caller is answered with, where there is one. */
  status: number | undefined;
  /** Where it stands in a trace; undefined where nothing is traced. */
  readonly trace: TraceParent | undefined;
  readonly parentId: string | undefined;
  readonly kind = "server";
  readonly spans: Span[];
  #events: SpanEvent[] | undefined;
  readonly #sink: CallSink;

  /**
   * @param sink Where its observations go.
   * @param target What is called.
   * @param carrier What a trace could have come in with.
   * @param caller Who calls.
   */
  constructor(sink: CallSink, target: CallTarget, carrier: Carrier, caller: Caller | undefined) {
    this.#sink = sink;
    this.target = target;
    this.caller = caller;
    const { tracing } = sink;
    if (tracing) {
      const from = extractTrace(carrier, tracing.propagation);
      this.parentId = from?.spanId;
      this.trace = {
        traceId: from?.traceId ?? newTraceId(),
        spanId: newSpanId(),
        sampled: from?.sampled ?? (tracing.sampling >= 1 || Math.random() < tracing.sampling),
        state: from?.state,
      };
    }
    this.spans = this.trace?.sampled ? [this] : NO_SPANS;
    sink.began(this);
  }

  /** Where its observations go. */
  get sink(): CallSink {
    return this.#sink;
  }

  get traceId(): string {
    return this.trace!.traceId;
  }

  get spanId(): string {
    return this.trace!.spanId;
  }

  get state(): string | undefined {
    return this.trace?.state;
  }

  get errorType(): string | undefined {
    return this.outcome === "ok" ? undefined : this.outcome;
  }

  get events(): readonly SpanEvent[] | undefined {
    return this.#events;
  }

  form(): SpanForm {
    return formOf(this.target);
  }

  varying(): SpanAttributes {
    const { status, errorType } = this;
    return {
      ...(status === undefined ? {} : { "http.response.status_code": status }),
      ...(errorType === undefined ? {} : { "error.type": errorType }),
    };
  }

  /** Hears what the call has to tell. */
  tell(event: CallEvent): void {
    const shown = this.#sink.happened(event, this);
    if (this.trace?.sampled) (this.#events ??= []).push({ at: performance.now(), event: shown });
  }

  step(name: string, kind: StepKind): StepWatch | undefined {
    return this.trace?.sampled ? new StepSpan(this, this.trace.spanId, name, kind) : undefined;
  }

  upstream(target: UpstreamTarget): UpstreamWatch {
    return new UpstreamSpan(this, this.trace?.spanId, target);
  }

  /**
   * The call is over, and went well.
   *
   * @param status The status the caller is answered with, where there is one.
   */
  end(status?: number): void {
    this.status = status;
    this.ended = performance.now();
    this.#sink.finished(this, undefined);
  }

  /**
   * The call is over, and failed.
   *
   * @param error What was thrown.
   * @param status The status the caller is answered with, where there is one.
   */
  fail(error: unknown, status?: number): void {
    this.status = status;
    const failure = failureOf(error);
    this.outcome = failure.code;
    this.ended = performance.now();
    this.#sink.finished(this, failure);
  }

  /** How long it took, in milliseconds. */
  get milliseconds(): number {
    return this.ended - this.begun;
  }
}
