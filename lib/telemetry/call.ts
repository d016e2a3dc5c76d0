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
  /** Hears how far a flow of several steps has come; undefined where nobody listens. */
  readonly progress?: ((done: number, total: number, step: string) => void) | undefined;
}
