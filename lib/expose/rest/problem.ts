/**
 * Problems: every failure of a REST request as RFC 9457 problem+json (semantics §8).
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import { CallError, type CallErrorData, dataForCaller, type ErrorCode } from "../../upstream/error.ts";

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_arguments: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  upstream_error: 502,
  timeout: 504,
  unreachable: 502,
  response_too_large: 502,
  bad_response: 502,
  blocked: 502,
  misconfigured: 500,
  internal: 500,
};

const TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid_arguments: "Invalid request",
  unauthorized: "The API refused the credentials",
  forbidden: "The API forbids this",
  not_found: "Not found",
  conflict: "Conflict",
  rate_limited: "Too many requests",
  upstream_error: "The API failed",
  timeout: "The API took too long",
  unreachable: "The API cannot be reached",
  response_too_large: "The answer is too large",
  bad_response: "The answer cannot be read",
  blocked: "Blocked",
  misconfigured: "The capability is not set up correctly",
  internal: "Internal error",
};

/** The HTTP status of a failed call: an API's 4xx stays what it is, its 5xx becomes 502. */
export function statusOf(data: CallErrorData): number {
  const status = data.upstream?.status;
  return status !== undefined && status >= 400 && status < 500 ? status : STATUS[data.code];
}

/** A problem+json response. */
export function problem(
  status: number,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  return new Response(writeJson({ type: "about:blank", title, status, detail, ...more }), {
    status,
    headers: { "content-type": "application/problem+json", "x-content-type-options": "nosniff", ...headers },
  });
}

/**
 * The response for a failed call. What is not a call's own error tells nothing of the inside.
 *
 * @param error What was thrown.
 * @param redact Takes secrets out of text.
 */
export function problemOf(error: unknown, redact: (text: string) => string): Response {
  if (!(error instanceof CallError)) {
    return problem(500, TITLES.internal, "The request could not be answered.", {
      code: "internal",
      retryable: false,
      hint: "Continue without this call, and tell the person who runs this server to look at its log.",
    });
  }
  // What the person who runs the capability can do is nothing to whoever calls it.
  const { message, retryAfterSeconds, operatorHint: _, ...rest } = dataForCaller(error.data, redact);
  const headers: Record<string, string> = retryAfterSeconds === undefined
    ? {}
    : { "retry-after": String(Math.ceil(retryAfterSeconds)) };
  return problem(statusOf(error.data), TITLES[error.data.code], message, {
    ...rest,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }, headers);
}
