/**
 * What a call tells while it runs: how far it has come, and what is worth a message.
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import { SurfaceCall } from "../../plan/deadline.ts";
import type { Caller, CallEvent, CallEventCode, UpstreamAttempt } from "../../telemetry/call.ts";
import type { ObservedCall } from "../../telemetry/observed/observed_call.ts";

/** The levels of messages, least important first. */
export const LEVELS: readonly string[] = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
];
const LEVEL_KEY = "io.modelcontextprotocol/logLevel";

/** What a caller wants to hear while its call runs. */
export interface Notices {
  /** What its messages about progress carry. */
  readonly token?: string | number;
  /** The least important level of messages. */
  readonly level?: string;
}

/** What the caller of a request wants to hear; undefined for nothing, which is the rule. */
export function noticesOf(params: unknown, sessionLevel: string | undefined): Notices | undefined {
  const meta = (params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  if (meta === undefined && sessionLevel === undefined) return undefined;
  const token = meta?.["progressToken"], level = meta?.[LEVEL_KEY] ?? sessionLevel;
  const named = typeof token === "string" || typeof token === "number";
  if (!named && level === undefined) return undefined;
  return {
    ...(named ? { token } : {}),
    ...(typeof level === "string" && LEVELS.includes(level) ? { level } : {}),
  };
}

const LEVEL_OF: Partial<Record<CallEventCode, string>> = { retried: "notice", redirected: "info" };

/** A notification as JSON text. */
export function notification(method: string, params?: Readonly<Record<string, unknown>>): string {
  return writeJson({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
}

/** Sends what a call tells to its caller. */
export class Teller {
  readonly #notices: Notices;
  #send: (text: string, canWait?: boolean) => void;

  /**
   * @param notices What the caller wants to hear.
   * @param send Sends a notification; one that can wait says nothing new before the result is there.
   */
  constructor(notices: Notices, send: (text: string, canWait?: boolean) => void) {
    this.#notices = notices;
    this.#send = send;
  }

  /** The request is answered: nothing more is reported. */
  end(): void {
    this.#send = () => {};
  }

  /** Whether the caller wants to hear of progress. */
  get wantsProgress(): boolean {
    return this.#notices.token !== undefined;
  }

  /** Whether the caller wants to hear messages. */
  get wantsMessages(): boolean {
    return this.#notices.level !== undefined;
  }

  /** How far the call has come. */
  progress(progress: number, total: number, message: string): void {
    const { token: progressToken } = this.#notices;
    this.#send(notification("notifications/progress", { progressToken, progress, total, message }));
  }

  /** A message, where it is important enough. */
  message(level: string, logger: string, data: unknown): void {
    const { level: least } = this.#notices;
    if (least === undefined || LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    this.#send(notification("notifications/message", { level, logger, data }), level === "debug");
  }
}

/** The call of somebody who wants to hear of it. */
export class NotifyingCall extends SurfaceCall {
  readonly progress: ((done: number, total: number, step: string) => void) | undefined;
  readonly sent: ((attempt: UpstreamAttempt) => void) | undefined;
  readonly #teller: Teller;
  readonly #tool: string;
  readonly #redact: (text: string) => string;

  /**
   * @param tool The name of what is called.
   * @param teller Tells the caller.
   * @param redact Takes secrets out of a text: a message may quote an answer.
   * @param signal Gives the signal that aborts when the caller goes away.
   * @param caller Who calls, where that was asked.
   * @param watch Observes the call, where somebody wants to know.
   * @param milliseconds The time it may take.
   */
  constructor(
    tool: string,
    teller: Teller,
    redact: (text: string) => string,
    signal: () => AbortSignal | undefined,
    caller?: Caller,
    watch?: ObservedCall,
    milliseconds?: number,
  ) {
    super(signal, caller, watch, milliseconds);
    this.#teller = teller;
    this.#tool = tool;
    this.#redact = redact;
    this.progress = teller.wantsProgress
      ? (done, total, step) => teller.progress(done, total, step)
      : undefined;
    this.sent = teller.wantsMessages
      ? ({ method, url, status, milliseconds }) =>
        teller.message("debug", tool, {
          message: `${method} ${url} ${status === undefined ? "gave no answer" : `answered ${status}`}`,
          milliseconds: Math.round(milliseconds),
        })
      : undefined;
  }

  override get tell(): ((event: CallEvent) => void) | undefined {
    const outer = super.tell, teller = this.#teller;
    if (!teller.wantsMessages) return outer;
    return (event) => {
      outer?.(event);
      const { code, place } = event, message = this.#redact(event.message);
      teller.message(LEVEL_OF[code] ?? "warning", this.#tool, { code, message, place });
    };
  }
}
