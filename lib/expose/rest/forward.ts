/**
 * Forwarding on the REST surface: what of a request goes on to the API, and what of the answer comes back.
 *
 * @module
 */
import { CONNECTION_HEADERS } from "../../data/http/header_names.ts";
import type { Caller } from "../../telemetry/call.ts";
import { CALL_MS, SurfaceCall } from "../../plan/deadline.ts";
import type { CredentialPlaces } from "../../plan/credential_places.ts";
import type { CallPoint } from "../../telemetry/observed/call_point.ts";
import { type ForwardedResponse, type Forwarding, OF_BODIES } from "../../upstream/forward.ts";
import { readBody } from "../http.ts";
import { bodyFailure, isBodyFault } from "../intake.ts";
import { ClientGone } from "../listener/request_fault.ts";
import { problem, problemOf } from "./problem.ts";
import { isWebAddress } from "./respond.ts";

/** A body that says its length is read whole up to this size, so that the API knows the length as well; in bytes. */
const WHOLE_BYTES = 1 << 20;
/** How long a body may take until it has gone on and the answer begins, in milliseconds. */
const UPLOAD_MS = 10 * 60_000;

/** Methods that show a request to whoever asks, credentials in it. */
const NEVER_FORWARDED: ReadonlySet<string> = new Set(["TRACE", "TRACK", "CONNECT"]);

/** Headers of an answer that are about one connection, or speak to a browser for the API's whole origin. */
const NEVER_RETURNED: ReadonlySet<string> = new Set([
  ...CONNECTION_HEADERS,
  "alt-svc",
  "clear-site-data",
  "content-security-policy",
  "content-security-policy-report-only",
  "cross-origin-embedder-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "nel",
  "proxy-authenticate",
  "public-key-pins",
  "refresh",
  "report-to",
  "reporting-endpoints",
  "service-worker-allowed",
  "strict-transport-security",
  "x-content-type-options",
]);
/** Headers that hold addresses of the API. */
const ADDRESSES: ReadonlySet<string> = new Set(["location", "content-location"]);
const BODYLESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** What a forward is made of. */
export interface ForwardParts {
  readonly forwarding: Forwarding;
  /** Where callers show who they are: nothing of it goes on. */
  readonly credentials: CredentialPlaces | undefined;
  /** Where its requests are observed. */
  readonly point: CallPoint;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** One request to be sent on. */
export interface ForwardRequest {
  readonly request: Request;
  readonly url: URL;
  /** What goes on of the path: empty, or with its first slash. */
  readonly rest: string;
  /** The path before that, as the caller wrote it. */
  readonly prefix: string;
  readonly caller: Caller | undefined;
}

/** Answers requests by sending them on. */
export type Forward = (incoming: ForwardRequest) => Promise<Response>;

/** The query of a request without what is the caller's credential, and without what the document says itself. */
function queryOf(url: URL, { forwarding, credentials }: ForwardParts): string {
  if (url.search.length < 2) return "";
  const isKept = (pair: string): boolean => {
    if (pair === "") return false;
    const [[name] = [""]] = new URLSearchParams(pair);
    return credentials?.query.has(name) !== true && !forwarding.taken.has(name.toLowerCase());
  };
  return url.search.slice(1).split("&").filter(isKept).join("&");
}

/** The headers that pass: those the document trusts, and those that say what the body is. */
function headersOf(headers: Headers, { forwarding, credentials }: ForwardParts): Record<string, string> {
  const out: Record<string, string> = Object.create(null);
  // A header that `Connection` names is about the connection.
  const hops = new Set(headers.get("connection")?.toLowerCase().split(",").map((name) => name.trim()) ?? []);
  for (const name of [...forwarding.trusted, ...OF_BODIES]) {
    const value = headers.get(name);
    if (value === null || hops.has(name)) continue;
    if (name === "cookie" && credentials) {
      const kept = value.split(";").filter((pair) => !credentials.cookie.has(pair.split("=", 1)[0]!.trim()));
      if (kept.length > 0) out[name] = kept.join(";").trim();
    } else out[name] = value;
  }
  return out;
}

/** An address of the API as callers reach it; undefined for one that holds a secret. */
function addressOf(
  written: string,
  { forwarding: { base, taken } }: ForwardParts,
  { rest, prefix }: ForwardRequest,
  redact: (text: string) => string,
): string | undefined {
  const target = URL.parse(written, `${base.origin}${base.path}${rest === "" ? "" : rest}`);
  if (!target) return undefined;
  const isInside = target.origin === base.origin &&
    (target.pathname === base.path || target.pathname.startsWith(`${base.path}/`));
  if (!isInside) {
    return isWebAddress(written) && redact(target.href) === target.href ? target.href : undefined;
  }
  for (const name of new Set(target.searchParams.keys())) {
    if (taken.has(name.toLowerCase())) target.searchParams.delete(name);
  }
  const inner = redact(target.pathname.slice(base.path.length) + target.search + target.hash);
  return prefix + inner || "/";
}

/** The headers of an answer as they come back. */
function answerHeaders(answer: ForwardedResponse, parts: ForwardParts, incoming: ForwardRequest): Headers {
  const out = new Headers(), { headers, redact } = answer, trusted = new Set(parts.forwarding.trusted);
  const hops = new Set(headers.get("connection")?.toLowerCase().split(",").map((name) => name.trim()) ?? []);
  for (const [name, value] of headers) {
    if (NEVER_RETURNED.has(name) || hops.has(name) || name.startsWith("access-control-")) continue;
    // Cookies and challenges are for whoever may send their answer on.
    if (name.startsWith("set-cookie") && !trusted.has("cookie")) continue;
    if (name === "www-authenticate" && !trusted.has("authorization")) continue;
    if (ADDRESSES.has(name)) {
      const address = addressOf(value, parts, incoming, redact);
      if (address !== undefined) out.set(name, address);
    } else if (name === "link") {
      const links = value.replace(
        /<([^<>]*)>/g,
        (_, link) => `<${addressOf(link, parts, incoming, redact) ?? ""}>`,
      );
      out.set(name, links);
    } else out.append(name, redact(value));
  }
  // No browser runs what an API sends, as if it were a page of this server.
  out.set("x-content-type-options", "nosniff");
  out.set("content-security-policy", "sandbox");
  return out;
}

/** What became of a body that is passed on as it comes. */
interface PassedBody {
  fault: Parameters<typeof bodyFailure>[0] | undefined;
  /** Whether a part of it has not been read: a client that leaves now has not sent all of it. */
  isOpen: boolean;
}

/** A body that is passed on as it comes, and keeps why it broke off. */
function passedOn(body: ReadableStream<Uint8Array>, passed: PassedBody): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  passed.isOpen = true;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          passed.isOpen = false;
          controller.close();
        } else controller.enqueue(value);
      } catch (error) {
        if (isBodyFault(error)) passed.fault = error;
        throw error;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/** The body of a request: whole where it is short and says so, else as it comes. */
async function bodyOf(
  request: Request,
  passed: PassedBody,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined> {
  if (!request.body) return undefined;
  const length = request.headers.get("content-length");
  if (length === "0") return undefined;
  if (length === null || Number(length) > WHOLE_BYTES) return passedOn(request.body, passed);
  return await readBody(request, WHOLE_BYTES);
}

/** How long the body of a request is, in bytes, where the request says so. */
function lengthOf({ headers }: Request): number | undefined {
  const length = headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** Makes what sends requests on. */
export function createForward(parts: ForwardParts): Forward {
  return async (incoming) => {
    const { request, url, caller, rest } = incoming, { method } = request;
    if (NEVER_FORWARDED.has(method)) {
      return problem(405, "Method not allowed", `${method} is not sent on.`, {
        code: "not_found",
        hint: "Use another method.",
      }, { allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" });
    }
    const seen = parts.point.begin({ headers: request.headers }, caller);
    const passed: PassedBody = { fault: undefined, isOpen: false };
    try {
      const body = method === "GET" || method === "HEAD" ? undefined : await bodyOf(request, passed);
      const call = new SurfaceCall(
        () => request.signal,
        caller,
        seen,
        body instanceof ReadableStream ? UPLOAD_MS : CALL_MS,
      );
      const forwarded = {
        method,
        path: rest,
        query: queryOf(url, parts),
        headers: headersOf(request.headers, parts),
        body,
        ...(body instanceof ReadableStream ? { length: lengthOf(request) } : {}),
      };
      const answer = await parts.forwarding.send(forwarded, call), { status } = answer;
      const headers = answerHeaders(answer, parts, incoming);
      seen?.end(status);
      return new Response(BODYLESS.has(status) ? null : answer.body, { status, headers });
    } catch (error) {
      // What the API, or the way to it, makes of a body that breaks off is no fault of theirs.
      const left = passed.isOpen && request.signal.aborted ? new ClientGone() : undefined;
      const broken = isBodyFault(error) ? error : passed.fault ?? left;
      if (broken) {
        seen?.fail(bodyFailure(broken), broken.status);
        throw broken;
      }
      const response = problemOf(error, parts.redact);
      seen?.fail(error, response.status);
      return response;
    }
  };
}
