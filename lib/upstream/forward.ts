/**
 * Forwarding: a request of a caller goes on to an API as it is, with the credentials of the API and none of the caller's.
 * Its body and the answer are streams; nothing of them is kept.
 *
 * @module
 */
import type { Call } from "../telemetry/call.ts";
import { watchUpstream } from "../telemetry/observed/sent_watch.ts";
import type { Scope } from "../expression/scope.ts";
import { authenticatorOf, dynamicCredential, liveSecrets } from "./authentication/dynamic.ts";
import { Deadline } from "./time/deadline.ts";
import type { Door, Sending, StreamedRequest } from "./door.ts";
import { CallError } from "./error.ts";
import { unpacked } from "./response/content_encoding.ts";
import { FetchedResponse } from "./response/fetched_response.ts";
import { Failures } from "./failure/failure.ts";
import type { Header, Outgoing } from "./outgoing.ts";
import { invalidArgument } from "./invalid.ts";
import { masking } from "./response/masked_stream.ts";
import type { Operation } from "./operation.ts";
import { leavesItsPlace } from "./guard/dot_segment.ts";
import { credentialKeys } from "./guard/redirect.ts";
import { compileRequest } from "./request/request.ts";
import { Stall } from "./time/stall.ts";
import { reveal } from "./value.ts";
import { targetOf } from "./watched.ts";

/** What is sent on of a request. */
export interface ForwardedRequest {
  readonly method: string;
  /** What stands behind the base path: empty, or percent-encoded with its first slash. */
  readonly path: string;
  /** The query as it is written, without `?`. */
  readonly query: string;
  /** Headers that may pass, by their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;
  /** How long a stream is, in bytes, where the caller says so. */
  readonly length?: number | undefined;
}

/** An answer on its way back. */
export interface ForwardedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Takes secrets out of a text, such as a header. */
  readonly redact: (text: string) => string;
}

/** Methods whose requests may go out once more, where a connection was closed under them before anything came. */
const REPEATED: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** How often a request without a stream is sent at most so that its credential is accepted. */
const MOST_TRIES = 3;

/** Sends requests on to one API. */
export class Forwarding {
  readonly #operation: Operation;
  readonly #door: Door;
  readonly #trusted: readonly string[];
  readonly #taken: ReadonlySet<string>;
  readonly #build: (scope: Scope) => Outgoing;
  readonly #dynamic: ReturnType<typeof dynamicCredential>;
  readonly #failures: Failures;

  /**
   * @param operation What every request carries: the base address, fixed headers and query, credentials.
   * @param trusted The headers of callers that pass, in small letters.
   * @param door Sends the requests.
   */
  constructor(operation: Operation, trusted: readonly string[], door: Door) {
    const own = new Set(operation.headers.map(({ name }) => name.toLowerCase()));
    this.#trusted = trusted;
    this.#door = door;
    this.#operation = {
      ...operation,
      headers: [
        ...operation.headers,
        ...[...trusted, ...OF_BODIES].filter((name) => !own.has(name)).map((name) => ({
          name,
          get: ({ args }: Scope) => args[name],
        })),
      ],
    };
    this.#taken = new Set([
      ...credentialKeys(operation),
      ...operation.query.map(({ name }) => name),
    ].map((name) => name.toLowerCase()));
    this.#build = compileRequest(this.#operation, reveal);
    this.#dynamic = dynamicCredential(operation);
    this.#failures = new Failures(this.#operation, () => liveSecrets(this.#dynamic));
  }

  /** The address that the base path of the API begins with. */
  get base(): { readonly origin: string; readonly path: string } {
    return this.#operation.base;
  }

  /** The headers of callers that pass, in small letters. */
  get trusted(): readonly string[] {
    return this.#trusted;
  }

  /** Query keys, in small letters, that the document fills: nothing of a caller replaces them. */
  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  /**
   * Sends a request on.
   *
   * @param forwarded What of it passes.
   * @param context The time until the answer begins, and who may go away.
   * @throws {CallError} Every failure until the answer begins; what breaks later breaks the stream.
   */
  async send(forwarded: ForwardedRequest, context: Call): Promise<ForwardedResponse> {
    const scope: Scope = { args: forwarded.headers }, { method, path } = forwarded;
    if (leavesItsPlace(path)) {
      throw invalidArgument("path", "a path without . and .. segments", "one that would leave the API");
    }
    const deadline = new Deadline(context), stall = new Stall(context.signal);
    deadline.seen = watchUpstream(context, { ...targetOf(this.#operation), method });
    const stop = () => stall.end();
    deadline.signal.addEventListener("abort", stop, { once: true });
    let failure: unknown;
    try {
      const response = await this.#exchange(this.#outgoing(forwarded, scope, stall), scope, deadline, stall);
      return this.#answer(response, method, scope, stall);
    } catch (error) {
      stall.end();
      failure = this.#asCallError(error, forwarded, scope, deadline);
      throw failure;
    } finally {
      deadline.signal.removeEventListener("abort", stop);
      deadline.stop();
      deadline.seen?.end(failure);
    }
  }

  #outgoing(forwarded: ForwardedRequest, scope: Scope, stall: Stall): StreamedRequest {
    const { url, headers } = this.#build(scope), { method, path, query, body } = forwarded;
    const mark = url.indexOf("?"), address = mark < 0 ? url : url.slice(0, mark);
    const fixed = mark < 0 ? "" : url.slice(mark + 1);
    const whole = path === "" ? address : address.replace(/\/$/, "") + path;
    const all = [fixed, query].filter((text) => text !== "").join("&");
    return {
      method,
      url: all === "" ? whole : `${whole}?${all}`,
      // A piece of what was packed cannot be unpacked.
      headers: headers.some(([name]) => name.toLowerCase() === "range")
        ? [...headers, ["Accept-Encoding", "identity"]]
        : headers,
      body: body instanceof ReadableStream ? stall.watched(body) : body,
      length: forwarded.length,
    };
  }

  /** Sends it, with a credential of the moment where the API wants one. */
  async #exchange(
    request: StreamedRequest,
    scope: Scope,
    deadline: Deadline,
    stall: Stall,
  ): Promise<Response> {
    if (!this.#dynamic) return this.#send(request, scope, deadline, stall);
    const authenticator = await authenticatorOf(this.#dynamic, this.#operation, this.#door);
    const asOutgoing = { ...request, body: undefined };
    for (let tries = 1;; tries++) {
      const value = authenticator.authorize(asOutgoing, deadline), fresh = value instanceof Promise;
      const presented = fresh ? await value : value;
      const response = await this.#send(
        presented === undefined
          ? request
          : { ...request, headers: [...request.headers, ["Authorization", presented]] },
        scope,
        deadline,
        stall,
      );
      const seen = new FetchedResponse(response);
      const again = authenticator.learn(seen, asOutgoing, presented, fresh);
      // What has gone out as a stream cannot be sent again.
      if (!again || tries === MOST_TRIES || request.body instanceof ReadableStream) return response;
      await seen.discard();
    }
  }

  async #send(request: StreamedRequest, scope: Scope, deadline: Deadline, stall: Stall): Promise<Response> {
    const { seen } = deadline, { base, reach } = this.#operation;
    const repeatable = REPEATED.has(request.method) && !(request.body instanceof ReadableStream);
    const sending: Sending = { home: base, reach, repeatable };
    const shown = { ...request, body: request.body instanceof ReadableStream ? undefined : request.body };
    const more = seen?.sending(shown, () => this.#failures.redactor(scope)) ?? [];
    const headers: Header[] = [...request.headers, ...more.map(([name, value]): Header => [name, value])];
    const response = await this.#door.stream({ ...request, headers }, sending, deadline, stall.signal);
    seen?.answered(response);
    return response;
  }

  #answer(response: Response, method: string, scope: Scope, stall: Stall): ForwardedResponse {
    const headers = new Headers(response.headers), redact = this.#failures.redactor(scope);
    const isWhole = method !== "HEAD" && response.body !== null;
    if (!isWhole) {
      stall.end();
      return { status: response.status, headers, body: null, redact };
    }
    const mask = masking(this.#failures.secrets(scope)),
      body = stall.watched(unpack(response, headers, mask), true);
    return { status: response.status, headers, body: mask ? body.pipeThrough(mask) : body, redact };
  }

  #asCallError(error: unknown, { method }: ForwardedRequest, scope: Scope, deadline: Deadline): unknown {
    const sent = { method, url: this.#operation.base.origin + this.#operation.base.path };
    if (error instanceof CallError) return this.#failures.complete(error, scope);
    return deadline.over || deadline.cancelled
      ? this.#failures.over(deadline, scope, sent)
      : this.#failures.network(error, scope, sent);
  }
}

/**
 * The body of an answer as it came; where a secret could hide in what is still packed, it is unpacked.
 *
 * @throws {CallError} `bad_response`, where that cannot be.
 */
function unpack(
  response: Response,
  headers: Headers,
  mask: TransformStream | undefined,
): ReadableStream<Uint8Array> {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "", body = response.body!;
  if (encoding === "" || encoding === "identity" || !mask) return body;
  headers.delete("content-encoding");
  headers.delete("content-length");
  return unpacked(response, encoding, NOTHING_UNDONE) ?? body;
}

const NOTHING_UNDONE: ReadonlySet<string> = new Set();

/** Headers that say what a body is; they go with it. */
export const OF_BODIES: readonly string[] = ["content-type", "content-encoding", "content-language"];
