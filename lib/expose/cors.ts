/**
 * Pages of other origins: those that the operator names may call a surface from a browser, and read what it answers.
 *
 * Nothing of it is on unless an origin is named. Cookies of the browser are never part of it: a page shows who calls with a
 * header of its own.
 *
 * @module
 */

/** An origin that cannot be one. */
export class OriginError extends Error {
  override readonly name = "OriginError";
}

/** What a page may send, beside what every page may. */
const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
/** What a page may read of an answer, beside what every page may: with `*` a header for credentials would not be meant. */
const EXPOSED = "*";
/** How long a browser may remember the answer, in seconds. */
const MAX_AGE = "600";

/** Lets pages of some origins in. */
export interface CrossOrigin {
  /** Whether a request comes from a page of a named origin. */
  admits(request: Request): boolean;
  /** The answer to a browser that asks before it sends; undefined for any other request. */
  preflight(request: Request): Response | undefined;
  /** Says in an answer that the page of a request may read it. */
  mark(request: Request, response: Response): Response;
}

/**
 * An origin in the one writing that browsers use.
 *
 * @param written Scheme, host and perhaps port; `*` for any.
 * @throws {OriginError} When it is none.
 */
export function originOf(written: string): string {
  if (written === "*") return written;
  const url = /^https?:\/\//i.test(written) ? URL.parse(written) : null;
  if (!url || url.href !== `${url.origin}/`) {
    throw new OriginError(
      `${written} is not an origin; write its scheme and host, such as https://app.example.com`,
    );
  }
  return url.origin;
}

/**
 * Makes what lets pages of these origins in.
 *
 * @param origins The origins; `*` for any.
 * @throws {OriginError} When one is none.
 */
export function crossOrigin(origins: readonly string[]): CrossOrigin {
  const named = new Set(origins.map(originOf)), isAny = named.has("*");
  const pageOf = (request: Request): string | undefined => {
    const origin = request.headers.get("origin");
    return origin !== null && (isAny || named.has(origin)) ? origin : undefined;
  };
  return {
    admits: (request) => pageOf(request) !== undefined,
    preflight(request) {
      if (request.method !== "OPTIONS") return undefined;
      const method = request.headers.get("access-control-request-method");
      if (method === null || pageOf(request) === undefined) return undefined;
      const asked = request.headers.get("access-control-request-headers");
      return new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-methods": METHODS,
          ...(asked === null ? {} : { "access-control-allow-headers": asked }),
          "access-control-max-age": MAX_AGE,
          // A page of the web that calls a server on this machine is asked for a word of its own by some browsers.
          ...(request.headers.has("access-control-request-private-network")
            ? { "access-control-allow-private-network": "true" }
            : {}),
          vary: "Access-Control-Request-Method, Access-Control-Request-Headers",
        },
      });
    },
    mark(request, response) {
      const origin = pageOf(request), marked = new Response(response.body, response);
      if (!isAny) marked.headers.append("vary", "Origin");
      if (origin === undefined) return marked;
      marked.headers.set("access-control-allow-origin", isAny ? "*" : origin);
      marked.headers.set("access-control-expose-headers", EXPOSED);
      return marked;
    },
  };
}
