/**
 * The lines of the request log: one for each call that is reported.
 *
 * @module
 */
import type { CallEvent } from "../call.ts";
import { isoTime, type LogRecord, timeOfDay } from "../log.ts";
import type { CallTarget, Observation } from "./observation.ts";
import { type Failure, timeOf } from "../traces/span.ts";

/** A call that is over, as far as its line tells of it. */
export interface FinishedCall
  extends Pick<Observation, "target" | "ended" | "milliseconds" | "requests" | "retries" | "outcome"> {
  readonly trace: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly caller: { readonly id: string } | undefined;
}

/** What a line holds at most of a message: lines are kept, and a caller or an API may have written it. */
const MAX_MESSAGE = 4000;

function cut(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A duration that a person reads at once. */
export function duration(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}

function nameOf({ target: { type, surface, name } }: Pick<Observation, "target">): string {
  return `${type} ${surface} ${name}`;
}

/** Ids that find the call again where it is traced, and who called. */
function idsOf({ trace, caller }: Pick<FinishedCall, "trace" | "caller">): Record<string, unknown> {
  return {
    ...(trace ? { traceId: trace.traceId, spanId: trace.spanId } : {}),
    ...(caller ? { caller: caller.id } : {}),
  };
}

/** What was sent for a call. */
function workOf({ requests, retries }: Pick<Observation, "requests" | "retries">): string {
  return (requests > 0 ? `, ${counted(requests, "request", "requests")}` : "") +
    (retries > 0 ? `, ${counted(retries, "retry", "retries")}` : "");
}

/** A duration as data holds it: to the microsecond. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** What is the same in every line of a call that went well. */
interface Prepared {
  /** Up to the duration, for a person. */
  readonly text: string;
  /** From the time to the duration in the message, and from there to the duration as data, for a program. */
  readonly json: string;
  readonly data: string;
}

const prepared = new WeakMap<CallTarget, Prepared>();

function prepare(target: CallTarget): Prepared {
  const { type, surface, kind, name } = target, text = `${type} ${surface} ${name}: ok, `;
  const data = JSON.stringify({ type, surface, kind, name, outcome: "ok" });
  const made = {
    text,
    json: `","level":"info","logger":"call","message":${JSON.stringify(text).slice(0, -1)}`,
    data: `",${data.slice(1, -1)},"milliseconds":`,
  };
  prepared.set(target, made);
  return made;
}

/**
 * The line of a call that went well, as `textLine` or `jsonLine` would write its record. A busy capability writes
 * thousands a second: what is the same in all of them is made once.
 *
 * @param call The call.
 * @param format For a person or for a program.
 */
export function callLine(call: Observation, format: "text" | "json"): string {
  const { text, json, data } = prepared.get(call.target) ?? prepare(call.target);
  const { milliseconds, requests, retries, trace, caller } = call;
  const time = timeOf(call.ended), took = duration(milliseconds) + workOf(call);
  if (format === "text") return `${timeOfDay(time)} ${text}${took}`;
  const ids = (trace ? `,"traceId":"${trace.traceId}","spanId":"${trace.spanId}"` : "") +
    (caller ? `,"caller":${JSON.stringify(caller.id)}` : "");
  return `{"time":"${isoTime(time)}${json}${took}${data}${
    rounded(milliseconds)
  },"requests":${requests},"retries":${retries}${ids}}`;
}

/**
 * The line of a call that is over.
 *
 * @param call The call.
 * @param failure How it failed; undefined where it did not.
 * @param redact Takes secrets out of a text.
 */
export function callRecord(
  call: FinishedCall,
  failure: Failure | undefined,
  redact: (text: string) => string,
): LogRecord {
  const { target, requests, retries, milliseconds, outcome } = call, { type, surface, kind, name } = target;
  const why = failure && cut(redact(failure.message));
  return {
    time: timeOf(call.ended),
    level: failure ? "warning" : "info",
    logger: "call",
    message: `${nameOf(call)}: ${outcome}, ${duration(milliseconds)}${workOf(call)}${why ? `: ${why}` : ""}`,
    data: {
      type,
      surface,
      kind,
      name,
      outcome,
      milliseconds: rounded(milliseconds),
      requests,
      retries,
      ...idsOf(call),
      ...(failure
        ? {
          error: {
            code: outcome,
            message: why,
            // What the person who runs the capability can do stands where that person looks.
            ...(failure.operatorHint === undefined ? {} : { operatorHint: redact(failure.operatorHint) }),
            ...(failure.reference === undefined ? {} : { reference: failure.reference }),
            ...(failure.step === undefined ? {} : { step: failure.step }),
            ...(failure.source === undefined ? {} : { source: failure.source }),
          },
        }
        : {}),
    },
  };
}

/**
 * The line of something that a call had to tell.
 *
 * @param event What it is, secrets out.
 * @param call The call.
 * @param count How often it has happened at this place.
 */
export function eventRecord(
  event: CallEvent,
  call: Observation,
  count: number,
): LogRecord {
  const message = cut(event.message), often = count === 1 ? "" : ` (${count} times so far)`;
  const { type, surface, kind, name } = call.target;
  return {
    time: Date.now(),
    level: "warning",
    logger: "event",
    message: `${nameOf(call)}: ${message}${often}`,
    data: {
      type,
      surface,
      kind,
      name,
      event: event.code,
      place: event.place,
      count,
      ...(event.source === undefined ? {} : { source: event.source }),
      ...idsOf(call),
    },
  };
}
