/**
 * Watching what a call sends, for a caller that listens to `sent` and `tell` and observes nothing else.
 *
 * @module
 */
import type { Call, UpstreamTarget, UpstreamWatch, WatchedRequest, WatchedResponse } from "../call.ts";

/** Tells the listeners of a call of its requests. */
class SentWatch implements UpstreamWatch {
  readonly #call: Call;
  readonly #target: UpstreamTarget;
  readonly #inner: UpstreamWatch | undefined;
  #begun: number | undefined;
  #status: number | undefined;

  constructor(call: Call, target: UpstreamTarget, inner: UpstreamWatch | undefined) {
    this.#call = call;
    this.#target = target;
    this.#inner = inner;
  }

  sending(
    request: WatchedRequest,
    redact: () => (text: string) => string,
  ): readonly (readonly [string, string])[] | undefined {
    this.#over();
    this.#begun = performance.now();
    this.#status = undefined;
    return this.#inner?.sending(request, redact);
  }

  answered(response: WatchedResponse): void {
    this.#status = response.status;
    this.#inner?.answered(response);
  }

  body(content: Uint8Array | string): void {
    this.#inner?.body?.(content);
  }

  retried(why: string): void {
    if (this.#inner) this.#inner.retried(why);
    else this.#call.tell?.({ code: "retried", message: why, place: this.#target.name });
  }

  end(error?: unknown): void {
    this.#over();
    this.#inner?.end(error);
  }

  #over(): void {
    if (this.#begun === undefined) return;
    const { method, origin, template } = this.#target;
    this.#call.sent?.({
      method,
      url: origin + template,
      status: this.#status,
      milliseconds: performance.now() - this.#begun,
    });
    this.#begun = undefined;
  }
}

/**
 * What watches the calling of an operation.
 *
 * @param call The call.
 * @param target The operation.
 * @returns Undefined where nobody wants to know.
 */
export function watchUpstream(call: Call, target: UpstreamTarget): UpstreamWatch | undefined {
  const inner = call.watch?.upstream(target);
  if (call.sent === undefined && (inner || call.watch !== undefined || call.tell === undefined)) return inner;
  return new SentWatch(call, target, inner);
}
