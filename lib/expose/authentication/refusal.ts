/**
 * Why a request is not let in, and the response that says so.
 *
 * The caller learns what to show, never what was wrong with a secret: an unknown user and a wrong password give the same
 * response. What an operator has to know goes to the log.
 *
 * @module
 */

/** What a refusal says. */
export interface RefusalData {
  readonly status: 401 | 403 | 429 | 503;
  /** The challenges of `WWW-Authenticate`, the one for most clients first. */
  readonly challenges?: readonly string[];
  /** One sentence for the caller. */
  readonly detail: string;
  /** One sentence for the operator's log; nothing is logged without it. */
  readonly log?: string;
  /** Who the caller claimed to be, where a secret was wrong: such refusals are slowed down. */
  readonly guess?: string;
  readonly retryAfterSeconds?: number;
}

/** How a surface words its refusals: problem+json, or the title alone where a client could not read more. */
export type Wording = "problem" | "text";

const TITLES: Readonly<Record<RefusalData["status"], string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  429: "Too Many Requests",
  503: "Service Unavailable",
};
const CODES: Readonly<Record<RefusalData["status"], string>> = {
  401: "unauthorized",
  403: "forbidden",
  429: "rate_limited",
  503: "unreachable",
};

/** A request that is not let in. */
export class Refusal {
  readonly data: RefusalData;

  /** @param data What it says. */
  constructor(data: RefusalData) {
    this.data = data;
  }

  /**
   * The response.
   *
   * @param wording How the surface words it.
   */
  respond(wording: Wording): Response {
    const { status, challenges = [], detail, retryAfterSeconds } = this.data, title = TITLES[status];
    const headers = new Headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    for (const challenge of challenges) headers.append("www-authenticate", challenge);
    if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
    if (wording === "text") {
      headers.set("content-type", "text/plain; charset=utf-8");
      return new Response(title, { status, headers });
    }
    headers.set("content-type", "application/problem+json");
    const body = {
      type: "about:blank",
      title,
      status,
      detail,
      code: CODES[status],
      retryable: status === 503 || status === 429,
    };
    return new Response(JSON.stringify(body), { status, headers });
  }
}

/** A text as a quoted string of a header; what no header can carry is left out. */
export function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, "").replace(/["\\]/g, "\\$&")}"`;
}

/** A challenge: a scheme and its parameters. Values that are not strings are written without quotes. */
export function challenge(
  scheme: string,
  parameters: readonly (readonly [name: string, value: string | undefined, bare?: "bare"])[],
): string {
  const written = parameters.flatMap(([name, value, bare]) =>
    value === undefined ? [] : [`${name}=${bare ? value : quoted(value)}`]
  );
  return written.length === 0 ? scheme : `${scheme} ${written.join(", ")}`;
}
