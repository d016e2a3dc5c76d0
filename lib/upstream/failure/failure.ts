/**
 * From what went wrong to the one error (semantics §8), secrets removed.
 *
 * @module
 */
import { beginningOf } from "../../data/beginning.ts";
import type { Scope } from "../../expression/scope.ts";
import type { Secret } from "../../expression/secret.ts";
import { createRedactor, type Redactor } from "../../telemetry/redact.ts";
import type { Deadline } from "../time/deadline.ts";
import { callerHint } from "./caller_hint.ts";
import { CallError, type CallErrorData, type ErrorCode, type UpstreamAnswer } from "../error.ts";
import { describeNetworkFault } from "../network_fault.ts";
import type { Credential, FixedText, Operation } from "../operation.ts";
import { compileRequest } from "../request/request.ts";
import { BehindRedirect, MOST_REDIRECTS } from "../guard/redirect.ts";
import { explainStatus, limitEndsIn } from "./status.ts";
import { fixedText, mask, reveal } from "../value.ts";

/** The most of a body an error shows, in characters. */
const EXCERPT = 2000;
/** The most of an address it shows: it may hold a value of any length. */
const MAX_URL = 2000;

/** Where a request went when it failed. */
export interface Sent {
  readonly method: string;
  readonly url: string;
}

/** Makes the errors of one operation. Nothing here runs while a call goes well. */
export class Failures {
  readonly #operation: Operation;
  readonly #live: () => readonly string[];

  /**
   * @param operation The operation.
   * @param live Secrets that come into being while calls run, such as access tokens.
   */
  constructor(operation: Operation, live: () => readonly string[]) {
    this.#operation = operation;
    this.#live = live;
  }

  /** Takes the secrets of a call out of a text. */
  redactor(scope: Scope): Redactor {
    return createRedactor(this.secrets(scope));
  }

  /** Every secret of a call. */
  secrets(scope: Scope): ReadonlySet<string> {
    const secrets = new Set<string>([...this.#live(), ...this.#operation.base.secrets ?? []]);
    const collect = (secret: Secret): string => {
      secrets.add(secret.reveal());
      return secret.reveal();
    };
    for (const credential of this.#operation.credentials) {
      for (const text of textsOfCredential(credential)) secrets.add(fixedText(text, reveal));
      if (credential.type === "basic" || credential.type === "digest") {
        secrets.add(`${fixedText(credential.username, reveal)}:${fixedText(credential.password, reveal)}`);
      }
    }
    try {
      compileRequest(this.#operation, collect)(scope);
    } catch {
      // A scope that gives no request has shown its secrets up to there.
    }
    return secrets;
  }

  #shownUrl(sent: Sent, scope: Scope, redact: (text: string) => string, redirected: boolean): string {
    if (!redirected) {
      try {
        return beginningOf(redact(compileRequest(this.#operation, mask)(scope).url), MAX_URL);
      } catch {
        // Then the address itself is shown, redacted.
      }
    }
    return beginningOf(redact(sent.url), MAX_URL);
  }

  /**
   * Makes an error.
   *
   * @param data Its own data; its message and body are redacted here.
   * @param scope The values of the call.
   * @param sent Where the request went; undefined when nothing was sent.
   * @param more The answer's status and the beginning of its body, and whether a redirect led there.
   */
  make(
    data: Pick<
      CallErrorData,
      "code" | "message" | "hint" | "operatorHint" | "retryable" | "retryAfterSeconds" | "fields"
    >,
    scope: Scope,
    sent?: Sent,
    more: {
      status?: number;
      body?: string | undefined;
      redirected?: boolean;
      cause?: unknown;
      /** The request never reached the API. */
      neverArrived?: boolean;
    } = {},
  ): CallError {
    const redact = this.redactor(scope);
    const { status } = more,
      mayHaveActed = sent !== undefined && more.neverArrived !== true &&
        !this.#operation.repeatable && isOpen(data.code, status);
    const upstream: UpstreamAnswer | undefined = sent && {
      ...(more.status === undefined ? {} : { status: more.status }),
      method: sent.method,
      url: this.#shownUrl(sent, scope, redact, more.redirected === true),
      ...(more.body === undefined || more.body === "" ? {} : { body: excerptOf(more.body, redact) }),
    };
    const { source } = this.#operation;
    return new CallError(
      {
        ...data,
        message: redact(data.message),
        ...hintsOf(data, status, mayHaveActed, redact),
        ...(upstream === undefined ? {} : { upstream }),
        ...(source === undefined ? {} : { source }),
      },
      more.cause === undefined ? undefined : { cause: withoutSecretsIn(more.cause, redact) },
    );
  }

  /** An error that was made where the operation was not known: given its source, with secrets removed. */
  complete(error: CallError, scope: Scope, sent?: Sent, body?: string, status?: number): CallError {
    const { step: _step, upstream, source: _source, ...data } = error.data;
    return upstream === undefined
      ? this.make(data, scope, sent, {
        body,
        ...(status === undefined ? {} : { status }),
        ...(error.cause === undefined ? {} : { cause: error.cause }),
      })
      : error;
  }

  /** The call had to end: the deadline, or the caller went away. */
  over(deadline: Deadline, scope: Scope, sent?: Sent): CallError {
    const { name, repeatable } = this.#operation;
    return deadline.cancelled
      ? this.make(
        {
          code: "timeout",
          message: `${name} was cancelled by the caller`,
          hint: repeatable ? "Call again if the answer is still wanted." : "The caller ended the call.",
          operatorHint: "no action is needed: the caller did not wait for the answer",
          retryable: repeatable,
        },
        scope,
        sent,
      )
      : this.make(
        {
          code: "timeout",
          message: `${name} did not answer within the time the call has`,
          hint: "give the call more time, or find out why the API takes so long",
          retryable: repeatable,
        },
        scope,
        sent,
      );
  }

  /** `fetch` or the reading of a body failed. */
  network(error: unknown, scope: Scope, sent: Sent): CallError {
    if (error instanceof BehindRedirect) return this.#behindRedirect(error, scope);
    if (error instanceof CallError) return this.complete(error, scope, sent);
    const { code, message, hint, neverArrived, lasting } = describeNetworkFault(
      error,
      new URL(sent.url).host,
    );
    return this.make(
      {
        code,
        message: `${this.#operation.name}: ${message}`,
        hint,
        retryable: code === "unreachable" && this.#operation.repeatable && !lasting,
      },
      scope,
      sent,
      { cause: error, neverArrived },
    );
  }

  /** A redirect led to what cannot be reached: reported with both addresses. */
  #behindRedirect({ cause, request, from }: BehindRedirect, scope: Scope): CallError {
    const { code, message, hint } = cause instanceof CallError
      ? cause.data
      : describeNetworkFault(cause, new URL(request.url).host);
    const { host, pathname } = new URL(from);
    return this.make(
      {
        code,
        message: `${this.#operation.name}: ${message}, where ${host}${pathname} redirected to`,
        hint,
        retryable: code === "unreachable" && this.#operation.repeatable,
      },
      scope,
      request,
      { redirected: true, cause },
    );
  }

  /** The API sends the call on and on. */
  tooManyRedirects(scope: Scope, sent: Sent, status: number): CallError {
    return this.make(
      {
        code: "upstream_error",
        message: `${this.#operation.name} was redirected more than ${MOST_REDIRECTS} times`,
        retryable: false,
        hint: "the API redirects the call in a circle: check baseUri, the path, and the credentials",
      },
      scope,
      sent,
      { status, redirected: true },
    );
  }

  /** The API answered with an error status. */
  status(
    response: { readonly status: number; readonly headers: Pick<Headers, "get"> },
    body: string,
    scope: Scope,
    sent: Sent,
    redirected: boolean,
    retryAfterSeconds: number | undefined,
  ): CallError {
    const { name, repeatable, credentials } = this.#operation;
    const explained = explainStatus(response.status, {
      name,
      repeatable,
      body,
      credentials,
      headers: response.headers,
      challenge: response.headers.get("www-authenticate"),
      shorten: (text, length) => this.redactor(scope).piece(text, 0, length),
    });
    const wait = retryAfterSeconds ??
      (explained.code === "rate_limited" ? limitEndsIn(response.headers, Date.now()) : undefined);
    return this.make(
      { ...explained, ...(wait === undefined ? {} : { retryAfterSeconds: wait }) },
      scope,
      sent,
      { status: response.status, body, redirected },
    );
  }
}

/** Whether a failure leaves open what the call has done: an answer that refuses it does not. */
function isOpen(code: ErrorCode, status: number | undefined): boolean {
  if (code === "invalid_arguments" || code === "blocked" || code === "misconfigured") return false;
  return status === undefined || status >= 500 || status < 400 || status === 408;
}

/** The two texts of an error: what its caller can do, and what the person who runs the capability can. */
function hintsOf(
  data: Pick<CallErrorData, "code" | "hint" | "operatorHint" | "retryable" | "retryAfterSeconds">,
  status: number | undefined,
  mayHaveActed: boolean,
  redact: (text: string) => string,
): { hint: string; operatorHint?: string } {
  const { code, retryable, retryAfterSeconds } = data;
  if (data.operatorHint !== undefined && !mayHaveActed) {
    return { hint: redact(data.hint), operatorHint: redact(data.operatorHint) };
  }
  // Of arguments the caller knows best.
  if (code === "invalid_arguments") return { hint: redact(data.hint) };
  return {
    hint: callerHint({ code, retryable, retryAfterSeconds, status, mayHaveActed }),
    operatorHint: redact(data.operatorHint ?? data.hint),
  };
}

/** A cause for the log: its text and its stack without secrets. */
function withoutSecretsIn(cause: unknown, redact: (text: string) => string): Error {
  const safe = new Error(redact(String(cause)));
  if (cause instanceof Error && cause.stack !== undefined) safe.stack = redact(cause.stack);
  return safe;
}

function textsOfCredential(credential: Credential): FixedText[] {
  switch (credential.type) {
    case "bearer":
      return [credential.token];
    case "basic":
    case "digest":
      return [credential.password];
    case "apikey":
      return [credential.value];
    case "oauth2":
      return [credential.clientSecret, credential.refreshToken].filter((text) => text !== undefined);
  }
}

/** The beginning of a body. It is cut and redacted in one: cut first, half a secret could stay. */
function excerptOf(text: string, redact: Redactor): string {
  return `${redact.piece(text, 0, EXCERPT)}${text.length > EXCERPT ? "…" : ""}`;
}
