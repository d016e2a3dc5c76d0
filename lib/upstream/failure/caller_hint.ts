/**
 * What a caller can do about a failed call. A caller is a model, or a program: it can change its arguments, wait, look
 * first, or do without. What only the person who runs the capability can correct is said to that person (`operatorHint`).
 *
 * @module
 */
import type { CallErrorData } from "../error.ts";

/** What is known of a call that failed. */
export interface Failed extends Pick<CallErrorData, "code" | "retryable"> {
  readonly retryAfterSeconds?: number | undefined;
  /** The status that was answered; undefined where none came. */
  readonly status?: number | undefined;
  /** It was sent, it changes something, and nobody knows whether it did. */
  readonly mayHaveActed: boolean;
}

const TELL = "tell the person who runs this server";

/** Where a call may have acted: whoever repeats it blindly may do everything twice. */
const LOOK_FIRST = "It may have acted anyway: check whether it did before you call again.";

function ofStatus({ status = 0, retryable }: Failed): string {
  if (status === 413) return "Send less at once.";
  if (retryable) return `Try again in a moment. If it fails again, continue without this call, and ${TELL}.`;
  if (status === 400 || status === 422) {
    return "Read the API's answer, correct the arguments, and call again.";
  }
  if (status >= 400 && status < 500) {
    return `Read the API's answer. Where the arguments are not the reason, continue without this call, and ${TELL}.`;
  }
  return `Continue without this call, and ${TELL}.`;
}

/**
 * What the caller can do.
 *
 * @param failed What is known of the call.
 * @returns Whole sentences; they never advise to repeat a call that is not retryable.
 */
export function callerHint(failed: Failed): string {
  const { code, retryable, retryAfterSeconds, mayHaveActed } = failed;
  if (mayHaveActed) return LOOK_FIRST;
  switch (code) {
    case "unauthorized":
      return `The API did not accept the credentials of this server. Continue without this call, and ${TELL}.`;
    case "forbidden":
      return `The credentials of this server do not allow this. Call something else, or ${TELL}.`;
    case "not_found":
      return "Check that what your arguments name exists, for example by listing or searching for it first.";
    case "conflict":
      return "Read the current state, then decide whether to call again with other values.";
    case "rate_limited":
      return retryAfterSeconds === undefined
        ? "Wait a while before you call again, and call less often."
        : `Wait ${Math.ceil(retryAfterSeconds)} s before you call again, and call less often.`;
    case "timeout":
      return retryable
        ? "Try again, or ask for less at once."
        : "The call was ended before it was sent. Ask for less at once.";
    case "unreachable":
      return retryable
        ? `Try again in a moment. If it fails again, continue without this call, and ${TELL}.`
        : `The API cannot be reached, and nothing was done. Continue without this call, and ${TELL}.`;
    case "response_too_large":
      return "Ask for less at once: a page, a filter, fewer fields.";
    case "bad_response":
      return `The API answered something that cannot be read. Continue without this call, and ${TELL}.`;
    case "blocked":
    case "misconfigured":
      return `This call cannot work as this server is set up. Continue without it, and ${TELL}.`;
    case "internal":
      return `This is a fault of the server. Continue without this call, and ${TELL}.`;
    case "invalid_arguments":
      return "Correct the arguments and call again.";
    case "upstream_error":
      return ofStatus(failed);
  }
}
