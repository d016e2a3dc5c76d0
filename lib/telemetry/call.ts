/**
 * The envelope of one call: until when it may run, who called, what it belongs to, and what it has to tell.
 *
 * It is passed from a surface through the flow and its steps to the upstream, so that whatever concerns the call as a
 * whole attaches here, and nowhere in a table beside it.
 *
 * @module
 */

/** Who calls, as a surface has established it. */
export interface Caller {
  /** A stable name: the user of basic and digest, the subject of a token, the name of a key. */
  readonly id: string;
  /** How it was established: `basic`, `apikey`, `bearer`, `digest`, `oauth2`, or a word of the embedding program. */
  readonly scheme: string;
  /** What the caller may do, where the scheme says so. */
  readonly scopes?: readonly string[] | undefined;
}

/** Where a call stands in a distributed trace (W3C Trace Context). */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the span that the next one belongs to. */
  readonly spanId: string;
  /** Whether the caller records this trace. */
  readonly sampled: boolean;
  /** `tracestate`, passed on as it came. */
  readonly state?: string | undefined;
}

/** Something worth telling that is no failure: looked for and not found, changed on the way, left out. */
export interface CallEvent {
  /** What kind of thing happened; equal kinds at equal places are counted, not repeated. */
  readonly code: CallEventCode;
  /** One sentence for a person, without secrets. */
  readonly message: string;
  /** The author's text that led to it, as `file:line:column`. */
  readonly source?: string | undefined;
  /** The tool, step, output or template it concerns, such as `list-orders: $.itmes[*].id`. */
  readonly place: string;
}

/** The kinds of events a call can have. */
export type CallEventCode =
  | "not_found_in_answer"
  | "drift"
  | "coerced"
  | "cut"
  | "dropped_argument"
  | "retried"
  | "redirected"
  | "odd_answer"
  | "deprecated";

/** One request that a call sent upstream, for its line in the log. */
export interface UpstreamAttempt {
  /** The HTTP method. */
  readonly method: string;
  /** Without its query, and without secrets. */
  readonly url: string;
  /** The status of the answer; undefined when none came. */
  readonly status?: number | undefined;
  /** How long it took, until the answer's end. */
  readonly milliseconds: number;
}

/** The envelope of one call. */
export interface Call {
  /**
   * Aborts when the caller goes away or the process stops. May be a getter: it is asked for only once a call
   * has run for a while.
   */
  readonly signal?: AbortSignal | undefined;
  /** When the call must have ended, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Who calls; undefined where nobody is asked. */
  readonly caller?: Caller | undefined;
  /** The trace it belongs to. */
  readonly trace?: TraceParent | undefined;
  /** Hears what is worth telling; undefined where nobody listens. */
  readonly tell?: ((event: CallEvent) => void) | undefined;
  /** Hears of every request that was sent; undefined where nobody listens. */
  readonly sent?: ((attempt: UpstreamAttempt) => void) | undefined;
  /** Watches its steps and its requests for the log, the metrics and the traces; undefined where nobody looks at them. */
  readonly watch?: CallWatch | undefined;
  /** Hears how far a flow of several steps has come; undefined where nobody listens. */
  readonly progress?: ((done: number, total: number, step: string) => void) | undefined;
}

/** What kind of step runs. */
export type StepKind = "call" | "lookup" | "script" | "flow";

/** Watches a call, or a step of it. */
export interface CallWatch {
  /**
   * A step begins; undefined where steps are of no interest.
   *
   * @param name The name of the step in the document.
   * @param kind What it does.
   * @returns Hears what happens inside of it.
   */
  step(name: string, kind: StepKind): StepWatch | undefined;
  /**
   * An operation of an API is about to be called; undefined where that is of no interest.
   *
   * @param target The operation.
   * @returns Hears of its requests.
   */
  upstream(target: UpstreamTarget): UpstreamWatch | undefined;
}

/** Watches one step: what runs inside of it is reported to this watch. */
export interface StepWatch extends CallWatch {
  /**
   * The step is over.
   *
   * @param error Why it failed; undefined where it did not.
   */
  end(error?: unknown): void;
}

/** An operation of an API, as those who watch see it. Nothing of it is secret. */
export interface UpstreamTarget {
  /** `namespace.operation`. */
  readonly name: string;
  /** The HTTP method. */
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** The path with the names of its placeholders, such as `/orders/{id}`; without the query. */
  readonly template: string;
  /** The author sends trace headers of their own. */
  readonly traced: boolean;
}

/** A request as it is sent, secrets in it: whoever shows it takes them out. */
export interface WatchedRequest {
  /** The HTTP method. */
  readonly method: string;
  /** The address with its query. */
  readonly url: string;
  /** The headers, in order. */
  readonly headers: readonly (readonly [string, string])[];
  /** What is sent behind them. */
  readonly body: string | Uint8Array | Blob | undefined;
}

/** An answer before its body is read. */
export interface WatchedResponse {
  /** The status. */
  readonly status: number;
  /** The headers, in order. */
  readonly headers: Iterable<readonly [string, string]>;
}

/** Watches the calling of one operation: its requests, with retries and redirects, and what came of them. */
export interface UpstreamWatch {
  /**
   * A request is about to be sent.
   *
   * @param redact Gives what takes the secrets of this call out of a text.
   * @param request The request, secrets in it.
   * @returns Headers to send with it; undefined for none.
   */
  sending(
    request: WatchedRequest,
    redact: () => (text: string) => string,
  ): readonly (readonly [string, string])[] | undefined;
  /**
   * An answer came to the last request.
   *
   * @param response Its status and headers.
   */
  answered(response: WatchedResponse): void;
  /**
   * The body of the last answer, as far as it was read.
   *
   * @param content Bytes, or the text that they were read as.
   */
  body?(content: Uint8Array | string): void;
  /**
   * It is going to be sent again, because of what is said.
   *
   * @param why One sentence for a person.
   */
  retried(why: string): void;
  /**
   * The operation is over.
   *
   * @param error Why it failed; undefined where it did not.
   */
  end(error?: unknown): void;
}

/** A call inside a call: a step, or one of several things that run at once. */
export class InnerCall implements Call {
  readonly deadline: number;
  readonly caller: Caller | undefined;
  readonly trace: TraceParent | undefined;
  readonly sent: ((attempt: UpstreamAttempt) => void) | undefined;
  readonly progress: ((done: number, total: number, step: string) => void) | undefined;
  readonly watch: CallWatch | undefined;
  readonly #outer: Call;
  readonly #signal: AbortSignal | undefined;

  /**
   * @param outer The call it belongs to.
   * @param own What is different for it.
   */
  constructor(
    outer: Call,
    own: {
      readonly signal?: AbortSignal | undefined;
      readonly watch?: CallWatch | undefined;
      /** Nobody hears how far it has come: whoever makes it tells that. */
      readonly isPart?: boolean;
    },
  ) {
    this.#outer = outer;
    this.#signal = own.signal;
    this.deadline = outer.deadline;
    this.caller = outer.caller;
    this.trace = outer.trace;
    this.sent = outer.sent;
    this.progress = own.isPart ? undefined : outer.progress;
    this.watch = own.watch ?? outer.watch;
  }

  /** Asked for only when it is needed: that has a cost. */
  get signal(): AbortSignal | undefined {
    return this.#signal ?? this.#outer.signal;
  }

  get tell(): ((event: CallEvent) => void) | undefined {
    return this.#outer.tell;
  }
}
