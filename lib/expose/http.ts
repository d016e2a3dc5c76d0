/**
 * Listening: one HTTP listener with the checks every surface needs.
 *
 * @module
 */

import type { Caller } from "../telemetry/call.ts";
import type { Gate } from "./authentication/gate.ts";
import type { CrossOrigin } from "./cors.ts";
import { intake, IntakeError, SMALL_BODY_BYTES } from "./intake.ts";
import { CapstanError } from "../data/capstan_error.ts";
import { isLoopback } from "../data/loopback.ts";
import { CALL_MS } from "../plan/deadline.ts";
import type { Share } from "../surface/sharing.ts";
import type { Host } from "../host/host.ts";
import { listenTcp } from "../host/tcp_listener.ts";
import type { ListenLimits } from "./listener/limits.ts";
import { ServedRequest } from "./listener/served_request.ts";
import { HttpServer } from "./listener/serve_http.ts";
import type { Answering } from "./listener/connection_keeper.ts";

/** Answers one request; of a caller that is known, where the surface asks who calls. */
export type Handler = (request: Request, caller?: Caller) => Response | Promise<Response>;

/** How a surface listens. */
export interface ListenOptions {
  /** The address to bind; loopback unless the author says otherwise. */
  readonly hostname: string;
  readonly port: number;
  readonly handler: Handler;
  /** Asks who calls; undefined where nobody is asked. */
  readonly gate?: Gate | undefined;
  /** Lets pages of other origins in; undefined where none are. */
  readonly pages?: CrossOrigin | undefined;
  /** The most a request body may hold, in bytes. */
  readonly maxRequestBytes?: number;
  /** Which of several workers that accept on this port it is; undefined where nobody else does. */
  readonly share?: Share | undefined;
  /** Gives the connections, where it is not the runtime itself. */
  readonly open?: Host["listen"] | undefined;
  /** Takes what the operator has to know. */
  readonly warn?: (message: string) => void;
  /** How long clients may take, where it is not the usual time. */
  readonly limits?: ListenLimits;
}

/** A running listener. */
export interface Listener {
  readonly hostname: string;
  readonly port: number;
  /** Where a person reaches it. */
  readonly url: string;
  /** Answers with another handler from now on; requests in flight stay with the one that took them. */
  replace(handler: Handler, gate: Gate | undefined, pages?: CrossOrigin): void;
  /** Stops listening and waits for the calls in flight. */
  close(): Promise<void>;
}

/**
 * A port that cannot be listened on.
 *
 * @example Its code
 * ```ts
 * import { ListenError } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const error = new ListenError("port 3001 is already in use");
 * assert.equal(error.code, "not_listening");
 * ```
 */
export class ListenError extends CapstanError {
  /** The name of its class. */
  override readonly name = "ListenError";

  /**
   * Makes an error.
   *
   * @param message Why, and what to do.
   */
  constructor(message: string) {
    super("not_listening", message);
  }
}

/** The most a request body may hold unless a surface says otherwise, in bytes. */
export const DEFAULT_REQUEST_BYTES: number = 4 * (1 << 20);
/** How long closing waits: for the longest call there can be. */
const CLOSE_MS = CALL_MS + 1000;

const WILDCARD: ReadonlySet<string> = new Set(["0.0.0.0", "::", "[::]"]);

const AUTHORITY = /^(\[[^\]\s]+\]|[^\s@/\\?#:[\]]+)(?::\d{0,5})?$/;

/** The host of an authority, in lower case, without its port; empty for what is no host and port. */
function hostOf(authority: string): string {
  return AUTHORITY.exec(authority)?.[1]?.toLowerCase() ?? "";
}

/** A refusal as problem details (RFC 9457) say it. */
export function refuse(status: number, title: string, detail: string): Response {
  return Response.json({ type: "about:blank", title, status, detail }, {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

/**
 * The check of Host and Origin: a page somebody else made must not reach this server through the
 * browser of the person who runs it.
 *
 * @param hostname The address the listener is bound to.
 * @param pages Pages of other origins that the operator lets in.
 * @returns Gives a refusal, or undefined for a request that may pass.
 */
export function originCheck(
  hostname: string,
  pages?: CrossOrigin,
): (request: Request) => Response | undefined {
  const bound = hostname.toLowerCase(), wildcard = WILDCARD.has(bound);
  const known = new Map<string, boolean>();
  const allowed = (authority: string): boolean => {
    let ok = known.get(authority);
    if (ok === undefined) {
      const host = hostOf(authority);
      ok = host !== "" && (wildcard || isLoopback(host) || host === bound || host === `[${bound}]`);
      // What is kept of what strangers write has a bound, in number and in length.
      if (known.size < 1000 && authority.length < 300) known.set(authority, ok);
    }
    return ok;
  };
  // A client sends the same address again and again.
  let last = "", authority = "", fits = false;
  return (request) => {
    const { url } = request;
    if (url !== last) {
      const start = url.indexOf("//") + 2, slash = url.indexOf("/", start);
      authority = slash < 0 ? url.slice(start) : url.slice(start, slash);
      fits = allowed(authority);
      last = url;
    }
    if (!fits) {
      return refuse(
        403,
        "Foreign host",
        "This server does not answer for that Host. Call it by its own address.",
      );
    }
    const origin = request.headers.get("origin");
    if (origin === null) {
      // For an image, a link or a frame a browser sends no Origin; but it says that the page is somebody else's.
      return request.headers.get("sec-fetch-site") !== "cross-site"
        ? undefined
        : refuse(403, "Foreign origin", "Requests from other sites are not accepted.");
    }
    if (pages?.admits(request)) return undefined;
    const from = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
    const ok = from !== undefined &&
      (wildcard ? hostOf(from) === hostOf(authority) || isLoopback(hostOf(from)) : allowed(from));
    return ok ? undefined : refuse(403, "Foreign origin", "Requests from that Origin are not accepted.");
  };
}

/**
 * Reads a request body up to a limit.
 *
 * @param request The request.
 * @param limit Bytes.
 * @returns The bytes; undefined when there are more than the limit.
 * @throws {IntakeError} When it does not arrive in time, or too much is being read.
 */
export async function readBody(
  request: Request,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > limit) return undefined;
  if (!request.body) return new Uint8Array();
  return length !== null && Number(length) <= SMALL_BODY_BYTES
    ? new Uint8Array(await request.arrayBuffer())
    : await intake.read(request.body, limit);
}

const encoder = new TextEncoder();

/**
 * Reads a request body as text up to a limit.
 *
 * @returns The text; undefined when there is more than the limit, null when it is not UTF-8.
 * @throws {IntakeError} When it does not arrive in time, or too much is being read.
 */
export function readText(
  request: Request,
  limit: number,
): string | undefined | null | Promise<string | undefined | null> {
  const length = request.headers.get("content-length");
  if (length === null || Number(length) > Math.min(limit, SMALL_BODY_BYTES)) {
    return readUncounted(request, limit);
  }
  // Bytes that are no text have become U+FFFD, which is longer than they were. (Text is read without asking first:
  // nobody sends such bytes, and every call would pay.)
  const checked = (text: string) =>
    text.includes("\ufffd") && encoder.encode(text).length > Number(length) ? null : text;
  const now = request instanceof ServedRequest ? request.textNow() : undefined;
  return now === undefined ? request.text().then(checked) : checked(now);
}

async function readUncounted(request: Request, limit: number): Promise<string | undefined | null> {
  const bytes = await readBody(request, limit);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The answer to a request that failed inside, or that cannot be taken in. */
function refuseFault(error: unknown): Response {
  if (!(error instanceof IntakeError)) {
    return refuse(500, "Internal error", "The request could not be answered.");
  }
  const { status, message } = error;
  const response = refuse(status, status === 408 ? "Request timeout" : "Busy", message);
  if (status === 503) response.headers.set("retry-after", "1");
  return response;
}

/** Every request is asked who sent it, before the surface sees it. */
function gated(
  check: (request: Request) => Response | undefined,
  gate: Gate,
  handler: Handler,
): Answering {
  const go = (request: Request, admitted: Caller | Response) =>
    admitted instanceof Response ? admitted : handler(request, admitted);
  return (request, remote) => {
    const refused = check(request);
    if (refused) return refused;
    const admitted = gate.admit(request, () => remote);
    return admitted instanceof Promise
      ? admitted.then((caller) => go(request, caller))
      : go(request, admitted);
  };
}

/** A page of a named origin learns that it may ask, before anybody asks who calls, and that it may read each answer. */
function readable(
  pages: CrossOrigin,
  check: (request: Request) => Response | undefined,
  answer: Answering,
): Answering {
  return async (request, remote) => {
    const preflight = pages.preflight(request);
    return pages.mark(request, preflight ? check(request) ?? preflight : await answer(request, remote));
  };
}

/**
 * Listens for requests.
 *
 * @param options The address and the handler.
 * @throws {ListenError} When the port cannot be had.
 */
export function listen(options: ListenOptions): Listener {
  const { hostname, port } = options;
  const answerWith = (
    handler: Handler,
    gate: Gate | undefined,
    pages: CrossOrigin | undefined,
  ): Answering => {
    const check = originCheck(hostname, pages);
    const answer: Answering = gate
      ? gated(check, gate, handler)
      : (request) => check(request) ?? handler(request);
    return pages ? readable(pages, check, answer) : answer;
  };
  let answer = answerWith(options.handler, options.gate, options.pages);
  const open = options.open ?? listenTcp, warn = options.warn ?? (() => {});
  const bound = hostname === "localhost" ? "127.0.0.1" : hostname;
  let server: HttpServer;
  try {
    // A port that is shared would be shared with a program of somebody else as well: it has to be free at first.
    if (options.share === "first") open({ hostname: bound, port }).close();
    const acceptor = open({ hostname: bound, port, shared: options.share !== undefined });
    server = new HttpServer(acceptor, {
      answer: (request, remote) => answer(request, remote),
      fault: refuseFault,
      authority: `${bound.includes(":") ? `[${bound}]` : bound}:${acceptor.port}`,
      warn,
      limits: options.limits,
    });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new ListenError(`port ${port} is already in use; free it, or choose another with --port`);
    }
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.AddrNotAvailable) {
      throw new ListenError(
        `cannot listen on ${hostname}:${port} (${error.message}); choose another with --host and --port`,
      );
    }
    throw new ListenError(
      `cannot listen on ${hostname}:${port}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const shown = WILDCARD.has(hostname) ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    hostname,
    port: server.port,
    url: `http://${shown}:${server.port}`,
    replace(handler, gate, pages) {
      answer = answerWith(handler, gate, pages);
    },
    close: () => server.shutdown(CLOSE_MS),
  };
}
