/**
 * The requests that one call of an operation sends: counted, timed, and a span each.
 *
 * @module
 */
import type { UpstreamTarget, UpstreamWatch, WatchedRequest, WatchedResponse } from "../call.ts";
import { newSpanId } from "../traces/ids.ts";
import type { Observation } from "./observation.ts";
import { failureOf, type Span, type SpanAttributes, type SpanForm } from "../traces/span.ts";
import { traceHeaders } from "../traces/trace_context.ts";

const forms = new WeakMap<UpstreamTarget, SpanForm>();

/** What the spans of all requests of an operation have in common. */
function formOf(target: UpstreamTarget): SpanForm {
  const known = forms.get(target);
  if (known) return known;
  const { name, method, origin, template } = target, { protocol, hostname, port } = new URL(origin);
  const form = {
    title: `${method} ${template}`,
    attributes: {
      "http.request.method": method,
      "url.template": template,
      "server.address": hostname,
      "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
      "capstan.operation": name,
    },
  };
  forms.set(target, form);
  return form;
}

/** One request, as a span. */
class RequestSpan implements Span {
  readonly spanId: string;
  readonly parentId: string;
  readonly kind = "client";
  readonly begun: number;
  readonly ended: number;
  readonly errorType: string | undefined;
  readonly #target: UpstreamTarget;
  readonly #status: number | undefined;
  readonly #resend: number;

  constructor(parentId: string, id: string, span: {
    readonly target: UpstreamTarget;
    readonly begun: number;
    readonly ended: number;
    readonly status: number | undefined;
    readonly errorType: string | undefined;
    readonly resend: number;
  }) {
    this.parentId = parentId;
    this.spanId = id;
    this.begun = span.begun;
    this.ended = span.ended;
    this.errorType = span.errorType;
    this.#target = span.target;
    this.#status = span.status;
    this.#resend = span.resend;
  }

  form(): SpanForm {
    return formOf(this.#target);
  }

  varying(): SpanAttributes {
    return {
      ...(this.#status === undefined ? {} : { "http.response.status_code": this.#status }),
      ...(this.#resend === 0 ? {} : { "http.request.resend_count": this.#resend }),
      ...(this.errorType === undefined ? {} : { "error.type": this.errorType }),
    };
  }
}

/** Watches one call of an operation. */
export class UpstreamSpan implements UpstreamWatch {
  readonly #call: Observation;
  readonly #parentId: string | undefined;
  readonly #target: UpstreamTarget;
  #begun = 0;
  #status: number | undefined;
  #spanId: string | undefined;
  #sent = 0;

  /**
   * @param call The call it belongs to.
   * @param parentId The span it belongs to; undefined where nothing is traced.
   * @param target The operation.
   */
  constructor(call: Observation, parentId: string | undefined, target: UpstreamTarget) {
    this.#call = call;
    this.#parentId = parentId;
    this.#target = target;
  }

  sending(_request: WatchedRequest): readonly (readonly [string, string])[] | undefined {
    const { sink, trace } = this.#call;
    if (this.#begun !== 0) this.#over();
    this.#call.requests++;
    this.#sent++;
    this.#begun = performance.now();
    this.#status = undefined;
    if (!trace || !sink.tracing) return undefined;
    this.#spanId = newSpanId();
    if (this.#target.traced) return undefined;
    // What is not recorded here is passed on as it came: the next one may still belong to it.
    return traceHeaders(
      { ...trace, spanId: trace.sampled ? this.#spanId : trace.spanId },
      sink.tracing.propagation,
    );
  }

  answered({ status }: WatchedResponse): void {
    this.#status = status;
  }

  retried(why: string): void {
    this.#call.retries++;
    this.#call.sink.metrics?.retried(this.#target.name);
    this.#call.tell({ code: "retried", message: why, place: this.#target.name });
  }

  end(error?: unknown): void {
    if (this.#begun !== 0) this.#over(error);
  }

  #over(error?: unknown): void {
    const ended = performance.now(), begun = this.#begun, status = this.#status;
    const errorType = status !== undefined && status >= 400
      ? String(status)
      : error === undefined
      ? status === undefined ? "unreachable" : undefined
      : failureOf(error).code;
    this.#begun = 0;
    this.#call.sink.metrics?.request(
      this.#target.name,
      errorType ?? String(status),
      ended - begun,
    );
    if (this.#parentId === undefined || !this.#call.trace?.sampled) return;
    this.#call.spans.push(
      new RequestSpan(this.#parentId, this.#spanId!, {
        target: this.#target,
        begun,
        ended,
        status,
        errorType,
        resend: this.#sent - 1,
      }),
    );
  }
}
