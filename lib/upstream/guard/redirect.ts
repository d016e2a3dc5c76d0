/**
 * Redirects, followed by us: to declared places only, and with credentials only to where they belong.
 *
 * @module
 */
import { CallError } from "../error.ts";
import { type AllowedBase, refusalOfUrl } from "./egress.ts";
import type { Operation } from "../operation.ts";
import type { Outgoing } from "../outgoing.ts";
import type { UpstreamResponse } from "../upstream_response.ts";

/** How many redirects are followed. */
export const MOST_REDIRECTS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Whether a status is a redirect that can be followed. */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/** A request failed that a redirect had led to. */
export class BehindRedirect extends Error {
  override readonly name = "BehindRedirect";

  /**
   * @param cause Why it failed.
   * @param request The request that failed.
   * @param from The address that answered with the redirect.
   */
  constructor(override readonly cause: unknown, readonly request: Outgoing, readonly from: string) {
    super("a request failed that a redirect had led to");
  }
}

/** The query keys of the credentials of an operation. */
export function credentialKeys({ credentials, base }: Operation): string[] {
  return [
    ...credentials.flatMap((c) => c.type === "apikey" && c.placement === "query" ? [c.name] : []),
    ...base.query?.flatMap((q) => q.credential ? [q.name] : []) ?? [],
  ];
}

/** What the next request of a chain of redirects needs. */
export interface Hop {
  readonly response: UpstreamResponse;
  /** The request that was answered with the redirect. */
  readonly request: Outgoing;
  readonly reach: readonly AllowedBase[];
  /** The origin the credentials were declared for. */
  readonly home: string;
  /** The request without anything that proves who calls; asked for only when the chain leaves home. */
  readonly withoutCredentials: () => Outgoing;
  /** Query keys of credentials. */
  readonly keys: readonly string[];
  /** Takes secrets out of a text, to see whether an address holds one. */
  readonly redact: (text: string) => string;
}

/** Headers that may follow to another host; any other may prove who calls. */
const HARMLESS = /^(?:accept|accept-language|content-[a-z-]+|user-agent|if-[a-z-]+|range|prefer)$/i;

/** Headers that speak of a body. */
const OF_BODY = /^content-/i;

/**
 * The request a redirect leads to.
 *
 * @throws {CallError} `blocked` or `bad_response`.
 */
export function nextRequest(hop: Hop): Outgoing {
  const { response, request } = hop;
  const location = response.headers.get("location");
  const target = location === null || location.trim() === "" ? undefined : URL.parse(location, request.url);
  if (!target) {
    throw new CallError({
      code: "bad_response",
      message: location === null
        ? `the API answered ${response.status}, a redirect, without saying where to`
        : `the API answered ${response.status}, a redirect to something that is not an address`,
      retryable: false,
      hint: "check the path of the operation: a redirect usually means that the address is slightly wrong",
    });
  }
  target.hash = "";
  const leaves = target.origin !== hop.home;
  if (leaves) {
    const keys = new Set(hop.keys.map((key) => key.toLowerCase()));
    for (const name of new Set(target.searchParams.keys())) {
      if (keys.has(name.toLowerCase())) target.searchParams.delete(name);
    }
  }
  const refusal = refusalOfUrl(target, hop.reach);
  if (refusal) {
    throw new CallError({
      ...refusal.data,
      message: `the API redirected the call, but ${refusal.data.message}`,
    });
  }
  if (leaves && hop.redact(target.href) !== target.href) {
    throw new CallError({
      code: "blocked",
      message: "the API redirected the call to another host with a secret in the address",
      retryable: false,
      hint: "use the address of that host in baseUri, with credentials of its own",
    });
  }
  const source = leaves ? hop.withoutCredentials() : request;
  const headers = leaves ? source.headers.filter(([name]) => HARMLESS.test(name)) : source.headers;
  // Another origin hears nothing of the trace, as of all that is not needed for its answer.
  const { status } = response, trace = leaves ? undefined : request.trace;
  const toGet = (status === 303 && request.method !== "GET" && request.method !== "HEAD") ||
    ((status === 301 || status === 302) && request.method === "POST");
  if (!toGet) {
    const bodyless = request.body === undefined;
    return {
      method: request.method,
      url: target.href,
      headers: bodyless ? headers.filter(([name]) => !OF_BODY.test(name)) : headers,
      trace,
      body: bodyless ? undefined : source.body,
    };
  }
  return {
    method: "GET",
    url: target.href,
    headers: headers.filter(([name]) => !OF_BODY.test(name)),
    trace,
    body: undefined,
  };
}
