/**
 * The one error every surface renders (semantics §8).
 *
 * @module
 */

import { CapstanError } from "../data/capstan_error.ts";
import { UnfitValueError } from "../expression/unfit.ts";

/** What kind of failure a call ended in. */
export type ErrorCode =
  | "invalid_arguments"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "upstream_error"
  | "timeout"
  | "unreachable"
  | "response_too_large"
  | "bad_response"
  | "blocked"
  | "misconfigured"
  | "internal";

/** One argument that is not as it should be. */
export interface FieldError {
  /** The argument, as a dotted path. */
  readonly name: string;
  /** What it should have been. */
  readonly expected: string;
  /** What came. */
  readonly got: string;
}

/** What the upstream answered, secrets removed. */
export interface UpstreamAnswer {
  /** The status; absent when there was no answer. */
  readonly status?: number;
  /** The method of the request. */
  readonly method: string;
  /** The URL with every credential as `***`. */
  readonly url: string;
  /** The beginning of the body. */
  readonly body?: string;
}

/** The data of a failed call. */
export interface CallErrorData {
  /** What kind of failure it is. */
  readonly code: ErrorCode;
  /** What went wrong, in one sentence, without secrets. */
  readonly message: string;
  /** The step that failed, in an orchestration. */
  readonly step?: string;
  /** The request that failed, and what the upstream answered. */
  readonly upstream?: UpstreamAnswer;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** How long to wait before, where the upstream says so. */
  readonly retryAfterSeconds?: number;
  /** The arguments that are not as they should be. */
  readonly fields?: readonly FieldError[];
  /** What the caller can do next: a model, or a program. */
  readonly hint: string;
  /** What the person who runs the capability can do, where that is something else. */
  readonly operatorHint?: string;
  /** The author's text that was running, as file:line:column. */
  readonly source?: string;
  /** Of a fault of Capstan's own: what the log has its reason under. */
  readonly reference?: string;
}

/**
 * A failed call. Every failure between a surface and an API is one of these.
 *
 * @example What to do about a failure
 * ```ts
 * import { CallError } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const error: unknown = new CallError({
 *   code: "rate_limited",
 *   message: "shop.list answered 429",
 *   retryable: true,
 *   retryAfterSeconds: 2,
 *   hint: "wait, then try again",
 * });
 * assert(error instanceof CallError);
 * assert.equal(error.data.retryAfterSeconds, 2);
 * assert.deepEqual(JSON.parse(JSON.stringify(error)), error.data);
 * ```
 */
export class CallError extends CapstanError {
  /** The name of its class. */
  override readonly name = "CallError";
  /** What kind of failure it is: the same as in `data`. */
  declare readonly code: ErrorCode;
  /** The error as every surface shows it. */
  readonly data: CallErrorData;

  /**
   * Makes an error.
   *
   * @param data The error as every surface shows it.
   * @param options The cause, for logs only.
   */
  constructor(data: CallErrorData, options?: ErrorOptions) {
    super(data.code, data.message, options);
    this.data = data;
  }

  /** The data, so that an error survives `JSON.stringify`. */
  toJSON(): CallErrorData {
    return this.data;
  }

  /**
   * The same error, from inside a step.
   *
   * @param step The name of the step.
   * @returns A new error; the innermost step stays.
   */
  inStep(step: string): CallError {
    return new CallError({ ...this.data, step: this.data.step ?? step }, { cause: this.cause });
  }
}

/**
 * The data of an error with the secrets taken out of each of its texts. Text by text: taken out of finished
 * JSON, a secret such as `false` would take the JSON apart.
 *
 * @param data The data.
 * @param redact Takes secrets out of a text.
 */
export function withoutSecrets(data: CallErrorData, redact: (text: string) => string): CallErrorData {
  return JSON.parse(
    JSON.stringify(data),
    // Programs go by the code, and by the method of the request.
    (key, value: unknown) =>
      typeof value === "string" && key !== "code" && key !== "method" ? redact(value) : value,
  );
}

/**
 * What of an error goes to whoever calls over the network: without secrets, and without the folders of this machine.
 *
 * @param data The data.
 * @param redact Takes secrets out of a text.
 */
export function dataForCaller(data: CallErrorData, redact: (text: string) => string): CallErrorData {
  const { source } = data;
  return withoutSecrets(
    source === undefined
      ? data
      : { ...data, source: source.slice(Math.max(source.lastIndexOf("/"), source.lastIndexOf("\\")) + 1) },
    redact,
  );
}

/** The error of any failure; what is not a call's own error tells nothing of the inside. */
export function errorData(error: unknown): CallErrorData {
  if (error instanceof CallError) return error.data;
  if (error instanceof UnfitValueError) {
    const { input, expected, got, message } = error;
    return {
      code: "invalid_arguments",
      message,
      retryable: false,
      fields: [{ name: input, expected, got }],
      hint: `give ${input} as ${expected}`,
    };
  }
  return {
    code: "internal",
    message: "The call failed inside Capstan.",
    retryable: false,
    hint: "Continue without this call, and tell the person who runs this server to look at its log.",
  };
}
