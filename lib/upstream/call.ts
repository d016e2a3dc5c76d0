/**
 * One call of one consumed operation, from values to a decoded answer.
 *
 * @module
 */
import type { Call, UpstreamTarget } from "../telemetry/call.ts";
import { watchUpstream } from "../telemetry/observed/sent_watch.ts";
import type { Scope } from "../expression/scope.ts";
import type { CredentialHandler } from "./authentication/authenticator.ts";
import { authenticatorOf, dynamicCredential, liveSecrets } from "./authentication/dynamic.ts";
import { Deadline } from "./time/deadline.ts";
import { defaultDoor, type Door, type Sending } from "./door.ts";
import { refusalOfUrl } from "./guard/egress.ts";
import { compileEcho, type Echo } from "./response/echo.ts";
import { CallError } from "./error.ts";
import { Failures } from "./failure/failure.ts";
import type { DecodedResponse, Operation } from "./operation.ts";
import { BehindRedirect, credentialKeys, isRedirect, MOST_REDIRECTS, nextRequest } from "./guard/redirect.ts";
import { type Build, compileRequest } from "./request/request.ts";
import type { Outgoing } from "./outgoing.ts";
import { BadResponse } from "./formats/bad_response.ts";
import {
  decodeAnswer,
  emptyResponse,
  excerptOf,
  explainNotJson,
  isBodyless,
  isSuccess,
  limitOf,
  readExcerpt,
} from "./response/response.ts";
import { AnswerCheck } from "./response/answer_check.ts";
import { ATTEMPTS, backoff, isRetried, retryAfter } from "./time/retry.ts";
import { compileStripped } from "./request/stripped.ts";
import type { UpstreamResponse } from "./upstream_response.ts";
import { reveal } from "./value.ts";
import { noteTo, targetOf, watchedRequest } from "./watched.ts";

/** How often a request is sent at most so that its credential is accepted: nonces may change under concurrent calls. */
const MOST_TRIES = 4;

/** A compiled operation: calls it with the values of a scope. */
export type OperationCall = (scope: Scope, context: Call) => Promise<DecodedResponse>;

/** What an attempt came to; the request is the one that was answered, the last of a chain of redirects. */
interface Exchange {
  readonly response: UpstreamResponse;
  readonly request: Outgoing;
  readonly redirected: boolean;
}

/**
 * Compiles an operation to the function that calls it: once, when it is first called. Of a thousand tools most are
 * never called, and a start would pay for all of them.
 *
 * @param operation The operation.
 * @param door Sends the requests; that of this process when left out.
 * @returns Calls it; every failure is a `CallError`.
 */
export function compileOperationCall(operation: Operation, door: Door = defaultDoor()): OperationCall {
  let one: CompiledCall | undefined;
  return (scope, context) => (one ??= new CompiledCall(operation, door)).run(scope, context);
}

/**
 * Calls an operation once. What is called again and again is compiled with `compileOperationCall`.
 *
 * @param operation The operation.
 * @param scope The values of the call.
 * @param context The deadline, and who may go away.
 * @param door Sends the requests; that of this process when left out.
 * @throws {CallError} Every failure.
 */
export function callOperation(
  operation: Operation,
  scope: Scope,
  context: Call,
  door: Door = defaultDoor(),
): Promise<DecodedResponse> {
  return new CompiledCall(operation, door).run(scope, context);
}

class CompiledCall {
  readonly #operation: Operation;
  readonly #build: Build;
  readonly #door: Door;
  readonly #sending: Sending;
  readonly #refusal: CallError | undefined;
  readonly #failures: Failures;
  readonly #echo: Echo | undefined;
  readonly #dynamic: ReturnType<typeof dynamicCredential>;
  readonly #attempts: number;
  readonly #target: UpstreamTarget;
  readonly #check = new AnswerCheck();

  constructor(operation: Operation, door: Door) {
    const { base, reach, repeatable } = operation;
    this.#operation = operation;
    this.#door = door;
    this.#sending = { home: base, reach, repeatable, block: {} };
    this.#build = compileRequest(operation, reveal);
    this.#dynamic = dynamicCredential(operation);
    this.#failures = new Failures(operation, () => liveSecrets(this.#dynamic));
    this.#echo = compileEcho(operation, this.#dynamic && (() => liveSecrets(this.#dynamic)));
    this.#attempts = repeatable ? ATTEMPTS : 1;
    this.#target = targetOf(operation);
    const address = URL.parse(base.origin + base.path);
    this.#refusal = address ? refusalOfUrl(address, reach) : new CallError({
      code: "misconfigured",
      message: `the address of ${operation.name} is not a valid one`,
      retryable: false,
      hint: "correct baseUri",
    });
  }

  async run(scope: Scope, context: Call): Promise<DecodedResponse> {
    if (this.#refusal) throw this.#failures.complete(this.#refusal, scope);
    let request: Outgoing;
    try {
      request = this.#build(scope);
    } catch (error) {
      throw this.#unexpected(error, scope);
    }
    const deadline = new Deadline(context);
    deadline.seen = watchUpstream(context, this.#target);
    let failure: unknown;
    try {
      if (deadline.over) throw this.#failures.over(deadline, scope);
      for (let attempt = 1;; attempt++) {
        let exchange: Exchange | undefined, bytes: Uint8Array<ArrayBuffer> | undefined;
        try {
          // Nothing stands between most calls and their answer: no credential of the moment, no redirect.
          const response = this.#dynamic
            ? await this.#authenticated(request, scope, deadline)
            : await this.#send(request, scope, deadline);
          deadline.seen?.answered(response);
          exchange = isRedirect(response.status)
            ? await this.#follow(response, request, scope, deadline)
            : { response, request, redirected: false };
          if (isSuccess(exchange.response.status)) {
            const note = noteTo(context, this.#operation, request, exchange);
            if (isBodyless(exchange.request.method, exchange.response.status)) {
              return await emptyResponse(exchange.response);
            }
            const plan = this.#operation.response;
            const body = exchange.response.bytes(limitOf(plan, exchange.response));
            bytes = body instanceof Promise ? await body : body;
            deadline.seen?.body?.(bytes);
            const answer = decodeAnswer(exchange.response, bytes, plan, deadline, note, this.#echo);
            if (note) this.#check.look(exchange.response, bytes, note);
            return answer instanceof Promise ? await answer : answer;
          }
        } catch (error) {
          if (exchange && error instanceof CallError) throw this.#unreadable(error, exchange, bytes, scope);
          // It has come whole: what goes wrong now is no fault of the network, and happens again.
          if (exchange && bytes && !deadline.over) throw this.#unreadable(error, exchange, bytes, scope);
          await this.#brokenOff(error, exchange?.request ?? request, scope, deadline, attempt);
          continue;
        }
        await this.#refused(exchange, scope, deadline, attempt);
      }
    } catch (error) {
      failure = deadline.over && !(error instanceof CallError)
        ? this.#failures.over(deadline, scope, request)
        : this.#unexpected(error, scope);
      throw failure;
    } finally {
      deadline.stop();
      deadline.seen?.end(failure);
    }
  }

  /** Sends a request, under observation where somebody wants to know of it: who gets the answer tells those. */
  #send(request: Outgoing, scope: Scope, deadline: Deadline): Promise<UpstreamResponse> {
    const { seen } = deadline, redact = () => this.#failures.redactor(scope);
    return this.#door.send(seen ? watchedRequest(seen, request, redact) : request, this.#sending, deadline);
  }

  /** No answer came: waits for another try, or throws. */
  async #brokenOff(
    error: unknown,
    sent: Outgoing,
    scope: Scope,
    deadline: Deadline,
    attempt: number,
  ): Promise<void> {
    if (error instanceof CallError) throw this.#unexpected(error, scope, sent);
    if (deadline.over) throw this.#failures.over(deadline, scope, sent);
    const failure = this.#failures.network(error, scope, sent);
    if (!failure.data.retryable) throw failure;
    if (attempt < this.#attempts && await this.#pause(backoff(attempt), deadline)) {
      deadline.seen?.retried(`${this.#operation.name} could not be reached and was asked again`);
      return;
    }
    if (deadline.over) throw this.#failures.over(deadline, scope, sent);
    throw failure;
  }

  /** An error status: waits for another try, or throws. */
  async #refused(
    { response, request, redirected }: Exchange,
    scope: Scope,
    deadline: Deadline,
    attempt: number,
  ): Promise<undefined> {
    const asked = retryAfter(response.headers, Date.now());
    if (attempt < this.#attempts && isRetried(response.status)) {
      const wait = asked === undefined ? backoff(attempt) : asked * 1000 + Math.random() * 100;
      if (wait < deadline.left) {
        await response.discard();
        if (await this.#pause(wait, deadline)) {
          deadline.seen?.retried(`${this.#operation.name} answered ${response.status} and was asked again`);
          return undefined;
        }
        throw this.#failures.over(deadline, scope, request);
      }
    }
    const body = await readExcerpt(response);
    deadline.seen?.body?.(body);
    throw this.#failures.status(response, body, scope, request, redirected, asked);
  }

  /** Waits before another try; false when there is no time for it. */
  #pause(milliseconds: number, deadline: Deadline): Promise<boolean> {
    return milliseconds < deadline.left ? deadline.sleep(milliseconds) : Promise.resolve(false);
  }

  /** Follows where a request was redirected to. */
  async #follow(
    answer: UpstreamResponse,
    first: Outgoing,
    scope: Scope,
    deadline: Deadline,
  ): Promise<Exchange> {
    let response = answer, request = first, atHome = true, from = first.url;
    for (let redirects = 0;; redirects++) {
      try {
        if (redirects > 0) {
          response = this.#dynamic && atHome
            ? await this.#authenticated(request, scope, deadline)
            : await this.#send(request, scope, deadline);
          deadline.seen?.answered(response);
        }
      } catch (error) {
        throw error instanceof CallError && error.data.upstream
          ? error
          : new BehindRedirect(error, request, from);
      }
      if (!isRedirect(response.status)) return { response, request, redirected: redirects > 0 };
      await response.discard();
      if (redirects === MOST_REDIRECTS) {
        throw this.#failures.tooManyRedirects(scope, request, response.status);
      }
      try {
        from = request.url;
        request = nextRequest({
          response,
          request,
          reach: this.#operation.reach,
          // Once the chain has left, nobody it passed through may send the credentials home.
          home: atHome ? this.#operation.base.origin : "",
          withoutCredentials: () => atHome ? compileStripped(this.#operation)(scope) : request,
          keys: credentialKeys(this.#operation),
          redact: this.#failures.redactor(scope),
        });
      } catch (error) {
        throw this.#unexpected(error, scope, request, response.status);
      }
      if (new URL(request.url).origin !== this.#operation.base.origin) atHome = false;
    }
  }

  /** Sends with a credential that depends on the moment; again where the answer taught how. */
  async #authenticated(request: Outgoing, scope: Scope, deadline: Deadline): Promise<UpstreamResponse> {
    let authenticator: CredentialHandler | Promise<CredentialHandler> = authenticatorOf(
      this.#dynamic!,
      this.#operation,
      this.#door,
    );
    if (authenticator instanceof Promise) authenticator = await authenticator;
    for (let tries = 1;; tries++) {
      const value = authenticator.authorize(request, deadline), fresh = value instanceof Promise;
      let presented: string | undefined;
      try {
        presented = fresh ? await value : value;
      } catch (error) {
        if (deadline.over) throw this.#failures.over(deadline, scope, request);
        throw this.#unexpected(error, scope);
      }
      const response = await this.#send(
        presented === undefined
          ? request
          : { ...request, headers: [...request.headers, ["Authorization", presented]] },
        scope,
        deadline,
      );
      const again = authenticator.learn(response, request, presented, fresh);
      if (!again || tries === MOST_TRIES) return response;
      deadline.seen?.answered(response);
      await response.discard();
    }
  }

  /** An answer that could not be read, with where it came from. */
  #unreadable(
    error: unknown,
    { response, request, redirected }: Exchange,
    bytes: Uint8Array<ArrayBuffer> | undefined,
    scope: Scope,
  ): CallError {
    if (!(error instanceof CallError)) return this.#unexpected(error, scope, request, response.status);
    const { response: plan } = this.#operation, contentType = response.headers.get("content-type");
    const body = bytes && excerptOf(bytes, contentType);
    const reason = error instanceof BadResponse
      ? error.describe(this.#failures.redactor(scope).piece)
      : error.data.message;
    const better = error.data.code === "bad_response" && plan.format === "json" && bytes
      ? explainNotJson(body ?? "", contentType, reason)
      : undefined;
    return this.#failures.make(
      { ...error.data, ...better, message: `${this.#operation.name}: ${better?.message ?? reason}` },
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
