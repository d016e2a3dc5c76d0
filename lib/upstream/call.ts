/**
 * One call of one consumed operation, from values to a decoded answer.
 *
 * @module
 */
import type { Call } from "../telemetry/call.ts";
import type { Scope } from "../expression/scope.ts";
import type { Authenticator } from "./authentication/authenticator.ts";
import { authenticatorOf, dynamicCredential, liveSecrets } from "./authentication/dynamic.ts";
import { Clock } from "./clock.ts";
import { forbidden, refusalOf } from "./egress.ts";
import { CallError } from "./error.ts";
import { Failures } from "./failure.ts";
import type { Answer, Operation } from "./operation.ts";
import { isRedirect, MOST_REDIRECTS, nextRequest } from "./redirect.ts";
import { type Build, compileRequest, isConstant, type Outgoing } from "./request.ts";
import { portOf, resolvesToForbidden } from "./resolution.ts";
import { BadResponse } from "./formats/bad_response.ts";
import {
  decodeAnswer,
  excerptOf,
  explainNotJson,
  isBodyless,
  letGo,
  limitOf,
  readBytes,
  readExcerpt,
} from "./response.ts";
import { ATTEMPTS, backoff, isRetried, retryAfter } from "./retry.ts";
import { compileStripped } from "./stripped.ts";
import { reveal } from "./value.ts";

export { previewOperation } from "./preview.ts";

/** How often a request is sent at most so that its credential is accepted: nonces may change under concurrent calls. */
const MOST_TRIES = 4;

/** A compiled operation: calls it with the values of a scope. */
export type OperationCall = (scope: Scope, context: Call) => Promise<Answer>;

/** What an attempt came to. */
interface Exchange {
  readonly response: Response;
  /** The request that was answered: the last of a chain of redirects. */
  readonly request: Outgoing;
  readonly redirected: boolean;
}

/**
 * Compiles an operation to the function that calls it: once, when it is first called. Of a thousand tools most are
 * never called, and a start would pay for all of them.
 *
 * @param operation The operation.
 * @returns Calls it; every failure is a `CallError`.
 */
export function compileOperationCall(operation: Operation): OperationCall {
  let one: CompiledCall | undefined;
  return (scope, context) => (one ??= new CompiledCall(operation)).run(scope, context);
}

/**
 * Calls an operation once. What is called again and again is compiled with `compileOperationCall`.
 *
 * @param operation The operation.
 * @param scope The values of the call.
 * @param context The deadline, and who may go away.
 * @throws {CallError} Every failure.
 */
export function callOperation(operation: Operation, scope: Scope, context: Call): Promise<Answer> {
  return new CompiledCall(operation).run(scope, context);
}

class CompiledCall {
  readonly #operation: Operation;
  readonly #build: Build;
  readonly #hostname: string;
  readonly #port: number;
  readonly #refusal: CallError | undefined;
  readonly #failures: Failures;
  readonly #dynamic: ReturnType<typeof dynamicCredential>;
  readonly #attempts: number;
  readonly #constant: boolean;
  /** The one request of an operation that takes nothing, ready to be sent again and again. */
  #ready: Request | undefined;

  constructor(operation: Operation) {
    this.#operation = operation;
    this.#build = compileRequest(operation, reveal);
    this.#dynamic = dynamicCredential(operation);
    this.#failures = new Failures(operation, () => liveSecrets(this.#dynamic));
    this.#attempts = operation.repeatable ? ATTEMPTS : 1;
    this.#constant = isConstant(operation);
    const base = URL.parse(operation.base.origin + operation.base.path);
    this.#hostname = base?.hostname ?? "";
    this.#port = base ? portOf(base) : 0;
    this.#refusal = base ? refusalOf(base, operation.reach) : new CallError({
      code: "misconfigured",
      message: `the address of ${operation.name} is not a valid one`,
      retryable: false,
      hint: "correct baseUri",
    });
  }

  async run(scope: Scope, context: Call): Promise<Answer> {
    if (this.#refusal) throw this.#failures.complete(this.#refusal, scope);
    let request: Outgoing;
    try {
      request = this.#build(scope);
    } catch (error) {
      throw this.#unexpected(error, scope);
    }
    const clock = new Clock(context);
    try {
      const safe = resolvesToForbidden(this.#hostname, this.#port, clock.left);
      if (safe !== false && (safe === true || await clock.within(safe))) {
        throw this.#failures.complete(forbidden(this.#hostname), scope, request);
      }
      if (clock.over) throw this.#failures.over(clock, scope);
      for (let attempt = 1;; attempt++) {
        let exchange: Exchange | undefined, bytes: Uint8Array<ArrayBuffer> | undefined;
        try {
          // Nothing stands between most calls and their answer: no credential of the moment, no redirect.
          const response = this.#dynamic
            ? await this.#authenticated(request, scope, clock)
            : await this.#send(request, clock.signal);
          exchange = isRedirect(response.status)
            ? await this.#follow(response, request, scope, clock)
            : { response, request, redirected: false };
          if (isSuccess(exchange.response.status)) {
            if (isBodyless(exchange.request.method, exchange.response.status)) {
              return await withoutBody(exchange.response);
            }
            const plan = this.#operation.response;
            bytes = await readBytes(exchange.response, limitOf(plan, exchange.response));
            const answer = decodeAnswer(exchange.response, bytes, plan);
            return answer instanceof Promise ? await answer : answer;
          }
        } catch (error) {
          if (exchange && error instanceof CallError) throw this.#unreadable(error, exchange, bytes, scope);
          await this.#brokenOff(error, exchange?.request ?? request, scope, clock, attempt);
          continue;
        }
        await this.#refused(exchange, scope, clock, attempt);
      }
    } catch (error) {
      if (clock.over && !(error instanceof CallError)) throw this.#failures.over(clock, scope, request);
      throw this.#unexpected(error, scope);
    } finally {
      clock.stop();
    }
  }

  /** No answer came: waits for another try, or throws. */
  async #brokenOff(
    error: unknown,
    sent: Outgoing,
    scope: Scope,
    clock: Clock,
    attempt: number,
  ): Promise<void> {
    if (error instanceof CallError) throw error;
    if (clock.over) throw this.#failures.over(clock, scope, sent);
    const failure = this.#failures.network(error, scope, sent);
    if (failure.data.code !== "unreachable") throw failure;
    if (attempt < this.#attempts && await this.#pause(backoff(attempt), clock)) return;
    if (clock.over) throw this.#failures.over(clock, scope, sent);
    throw failure;
  }

  /** An error status: waits for another try, or throws. */
  async #refused(
    { response, request, redirected }: Exchange,
    scope: Scope,
    clock: Clock,
    attempt: number,
  ): Promise<undefined> {
    const asked = retryAfter(response.headers, Date.now());
    if (attempt < this.#attempts && isRetried(response.status)) {
      const wait = asked === undefined ? backoff(attempt) : asked * 1000 + Math.random() * 100;
      if (wait < clock.left) {
        await letGo(response);
        if (await this.#pause(wait, clock)) return undefined;
        throw this.#failures.over(clock, scope, request);
      }
    }
    const body = await readExcerpt(response);
    throw this.#failures.status(response, body, scope, request, redirected, asked);
  }

  /** Sends what was built for this call. Parsing an address and checking headers again costs a tenth of a call. */
  #send(request: Outgoing, signal: AbortSignal): Promise<Response> {
    if (!this.#constant) return send(request, signal);
    this.#ready ??= new Request(request.url, initOf(request));
    return fetch(this.#ready, { signal });
  }

  /** Waits before another try; false when there is no time for it. */
  #pause(milliseconds: number, clock: Clock): Promise<boolean> {
    return milliseconds < clock.left ? clock.sleep(milliseconds) : Promise.resolve(false);
  }

  /** Follows where a request was redirected to. */
  async #follow(answer: Response, first: Outgoing, scope: Scope, clock: Clock): Promise<Exchange> {
    let response = answer, request = first, atHome = true;
    for (let redirects = 0;; redirects++) {
      if (redirects > 0) {
        response = this.#dynamic && atHome
          ? await this.#authenticated(request, scope, clock)
          : await send(request, clock.signal);
      }
      if (!isRedirect(response.status)) return { response, request, redirected: redirects > 0 };
      await letGo(response);
      if (redirects === MOST_REDIRECTS) throw this.#tooManyRedirects(scope, request, response.status);
      try {
        request = nextRequest({
          response,
          request,
          reach: this.#operation.reach,
          // Once the chain has left, nobody it passed through may send the credentials home.
          home: atHome ? this.#operation.base.origin : "",
          withoutCredentials: () => atHome ? compileStripped(this.#operation)(scope) : request,
          keys: this.#operation.credentials.flatMap((c) =>
            c.type === "apikey" && c.placement === "query" ? [c.name] : []
          ),
          redact: this.#failures.redactor(scope),
        });
      } catch (error) {
        throw this.#unexpected(error, scope, request, response.status);
      }
      const target = new URL(request.url), { hostname, origin } = target;
      if (origin !== this.#operation.base.origin) atHome = false;
      const safe = resolvesToForbidden(hostname, portOf(target), clock.left);
      if (safe !== false && (safe === true || await clock.within(safe))) {
        throw this.#failures.complete(forbidden(hostname), scope, request);
      }
    }
  }

  #tooManyRedirects(scope: Scope, request: Outgoing, status: number): CallError {
    return this.#failures.make(
      {
        code: "upstream_error",
        message: `${this.#operation.name} was redirected more than ${MOST_REDIRECTS} times`,
        retryable: false,
        hint: "the API sends the call round in circles: check baseUri, the path, and the credentials",
      },
      scope,
      request,
      { status, redirected: true },
    );
  }

  /** Sends with a credential that depends on the moment; again where the answer taught how. */
  async #authenticated(request: Outgoing, scope: Scope, clock: Clock): Promise<Response> {
    let authenticator: Authenticator | Promise<Authenticator> = authenticatorOf(
      this.#dynamic!,
      this.#operation,
    );
    if (authenticator instanceof Promise) authenticator = await authenticator;
    for (let tries = 1;; tries++) {
      const value = authenticator.authorize(request, clock), fresh = value instanceof Promise;
      let presented: string | undefined;
      try {
        presented = fresh ? await value : value;
      } catch (error) {
        if (clock.over) throw this.#failures.over(clock, scope, request);
        throw this.#unexpected(error, scope);
      }
      const response = await send(
        presented === undefined
          ? request
          : { ...request, headers: [...request.headers, ["Authorization", presented]] },
        clock.signal,
      );
      const again = authenticator.learn(response, request, presented, fresh);
      if (!again || tries === MOST_TRIES) return response;
      await letGo(response);
    }
  }

  /** An answer that could not be read, told with where it came from. */
  #unreadable(
    error: CallError,
    { response, request, redirected }: Exchange,
    bytes: Uint8Array<ArrayBuffer> | undefined,
    scope: Scope,
  ): CallError {
    const { response: plan } = this.#operation, contentType = response.headers.get("content-type");
    const body = bytes && excerptOf(bytes, contentType);
    const told = error instanceof BadResponse
      ? error.told(this.#failures.redactor(scope).piece)
      : error.data.message;
    const better = error.data.code === "bad_response" && plan.format === "json" && bytes
      ? explainNotJson(body ?? "", contentType, told)
      : undefined;
    return this.#failures.make(
      {
        ...error.data,
        ...better,
        message: `${this.#operation.name}: ${better?.message ?? told}`,
      },
      scope,
      request,
      { status: response.status, body, redirected, cause: error.cause },
    );
  }

  /** Any error as a `CallError`, with the operation's source. */
  #unexpected(error: unknown, scope: Scope, sent?: Outgoing, status?: number): CallError {
    if (error instanceof CallError) {
      return error.data.upstream !== undefined || error.data.source !== undefined
        ? error
        : this.#failures.complete(error, scope, sent, undefined, status);
    }
    return this.#failures.make(
      {
        code: "internal",
        message: `${this.#operation.name} failed for a reason of Capstan's own`,
        retryable: false,
        hint: "report it, with the arguments that led to it",
      },
      scope,
      sent,
      { cause: error },
    );
  }
}

function isSuccess(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

async function withoutBody(response: Response): Promise<Answer> {
  if (response.body) await letGo(response);
  return { status: response.status, headers: response.headers, value: undefined };
}

function initOf({ method, headers, body }: Outgoing): RequestInit {
  const init: RequestInit = { method, headers: headers as [string, string][], redirect: "manual" };
  if (body !== undefined) init.body = body;
  return init;
}

function send(request: Outgoing, signal: AbortSignal): Promise<Response> {
  const init = initOf(request);
  init.signal = signal;
  return fetch(request.url, init);
}
