/**
 * Requests under observation: what those who watch hear of an operation, and the headers that carry a trace on.
 *
 * @module
 */
import type { Call, UpstreamTarget, UpstreamWatch } from "../telemetry/call.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Operation } from "./operation.ts";
import type { UpstreamResponse } from "./upstream_response.ts";

/** Headers that carry a trace. */
const TRACE_HEADERS: ReadonlySet<string> = new Set(["traceparent", "b3", "x-b3-traceid"]);

/** What those who watch hear of an operation: nothing of it is secret, and nothing of it comes with a call. */
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
 * @param seen Who watches; has to hear of the answer.
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
 * says is reported at once: 301 to 303 turn a POST into a GET without a body. So is a status of success that says that the answer
 * is not what was asked for.
 *
 * @param call Who listens.
 * @param operation The operation.
 * @param first The request as it was sent at first.
 * @param answered The request that was answered, and the answer.
 */
export function noteTo(
  { tell }: Call,
  operation: Operation,
  first: Outgoing,
  { request: last, response }: { readonly request: Outgoing; readonly response: UpstreamResponse },
): ((message: string) => void) | undefined {
  if (!tell) return undefined;
  // The place is looked up only when something is reported.
  const note = (code: "redirected" | "odd_answer", message: string) =>
    tell({ code, message, place: operation.name, source: operation.source });
  if (last.method !== first.method) {
    const { pathname } = new URL(last.url);
    const message =
      `the API redirected ${first.method}, so ${last.method} ${pathname} was sent instead, without the body`;
    note("redirected", message);
  }
  if (response.status !== 200) {
    const oddity = oddStatus(response);
    if (oddity !== undefined) note("odd_answer", `the API answered ${response.status}: ${oddity}`);
  }
  return (message) => note("odd_answer", message);
}

/** What a status of success says of an answer that is taken as the whole one; undefined for nothing. */
function oddStatus({ status, headers }: UpstreamResponse): string | undefined {
  switch (status) {
    case 203:
      return "a proxy on the way has changed what the API said";
    case 206: {
      const range = headers.get("content-range");
      const part = range !== null && /^[\w */-]{1,80}$/.test(range) ? ` (${range})` : "";
      return `only a part of the answer came${part}, and it is taken as the whole`;
    }
    case 207:
      return "each part of the answer has a status of its own, and some of them may be failures";
    case 304:
      return "nothing has changed since an answer that Capstan has not kept, so there is no body; remove the header that asks for this (If-None-Match, If-Modified-Since)";
  }
  return undefined;
}
