/**
 * Requests under observation: what those who watch are told of an operation, and the headers that carry a trace on.
 *
 * @module
 */
import type { Call, UpstreamTarget, UpstreamWatch } from "../telemetry/call.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Operation } from "./operation.ts";

/** Headers that carry a trace. */
const TRACE_HEADERS: ReadonlySet<string> = new Set(["traceparent", "b3", "x-b3-traceid"]);

/** What those who watch are told of an operation: nothing of it is secret, and nothing of it comes with a call. */
export function targetOf({ name, method, base, path, headers, fixedHeaders }: Operation): UpstreamTarget {
  const written = path.map((part) => typeof part === "string" ? part : `{${part.name}}`).join("");
  return {
    name,
    method: method.toUpperCase(),
    origin: base.origin,
    template: `${base.shown ?? base.path}${written}` || "/",
    traced: [...headers, ...fixedHeaders].some((header) => TRACE_HEADERS.has(header.name.toLowerCase())),
  };
}

/**
 * A request that somebody watches, as it is sent.
 *
 * @param seen Who watches; has to be told of the answer.
 * @param request What to send.
 * @param redact Gives what takes the secrets of the call out of a text.
 */
export function watchedRequest(
  seen: UpstreamWatch,
  request: Outgoing,
  redact: () => (text: string) => string,
): Outgoing {
  const trace = seen.sending(request, redact);
  return trace === undefined
    ? request
    : { method: request.method, url: request.url, headers: request.headers, trace, body: request.body };
}

/**
 * What tells a caller who listens of something odd in an answer. That redirects had another method sent than the operation
 * says is told at once: 301 to 303 turn a POST into a GET without a body.
 *
 * @param call Who listens.
 * @param operation The operation.
 * @param first The request as it was sent at first.
 * @param last The request that was answered.
 */
export function noteTo(
  { tell }: Call,
  operation: Operation,
  first: Outgoing,
  last: Outgoing,
): ((message: string) => void) | undefined {
  if (!tell) return undefined;
  // The place is looked up only when something is told.
  const note = (code: "redirected" | "odd_answer", message: string) =>
    tell({ code, message, place: operation.name, source: operation.source });
  if (last.method !== first.method) {
    const { pathname } = new URL(last.url);
    const message =
      `the API redirected ${first.method}, so ${last.method} ${pathname} was sent instead, without the body`;
    note("redirected", message);
  }
  return (message) => note("odd_answer", message);
}
