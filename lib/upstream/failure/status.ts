/**
 * What an error status means, for a model and for an operator.
 *
 * @module
 */
import { reasonPhrase } from "../../data/http/status.ts";
import { parameters, schemesOf, strongestChallenge } from "../authentication/challenge.ts";
import type { CallErrorData, ErrorCode } from "../error.ts";
import type { Credential } from "../operation.ts";

/** The meaning of an error status. */
export type StatusMeaning = Pick<CallErrorData, "code" | "message" | "hint" | "retryable">;

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  410: "not_found",
  429: "rate_limited",
};

/** Statuses that pass: the same call may succeed later. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** How each type of credential is called in a challenge; an API key has no name there. */
const SCHEMES: Readonly<Record<Credential["type"], string | undefined>> = {
  basic: "Basic",
  bearer: "Bearer",
  oauth2: "Bearer",
  digest: "Digest",
  apikey: undefined,
};

/** What a challenge says of the credentials; undefined where it says no more than the status does. */
function hintOfChallenge(challenge: string, credentials: readonly Credential[]): string | undefined {
  const asked = schemesOf(challenge);
  if (asked.length === 0) return undefined;
  const wanted = `the API asks for ${asked.join(" or ")} authentication`;
  if (credentials.length === 0) return `${wanted}: add it to the consumes entry`;
  const own = credentials.map(({ type }) => SCHEMES[type]).find((scheme) => scheme !== undefined);
  if (own === undefined) return undefined;
  if (!asked.some((scheme) => scheme.toLowerCase() === own.toLowerCase())) {
    return `${wanted}, and the capability presents ${own}: correct the type of authentication`;
  }
  return own === "Digest" && !strongestChallenge(challenge)
    ? "the API offers digest only in a form that Capstan does not support: MD5, SHA-256 and SHA-512-256 with qop auth are"
    : undefined;
}

/** What an API that limits says, in words. */
const LIMIT_WORDS =
  /rate[\s_-]?limit|too many requests|quota (?:is )?(?:exceeded|exhausted)|(?:limit|quota)[\s_-]?(?:has been |was |is )?(?:exceeded|reached|exhausted)|exceeded (?:a |the |your )?[\w\s-]{0,40}(?:limit|quota)|throttl|slow down/i;

/** Headers that say how many calls are left. */
const LEFT = [
  "x-ratelimit-remaining",
  "ratelimit-remaining",
  "x-rate-limit-remaining",
  "x-app-rate-limit-remaining",
];

/** Whether a 403 says that it is a limit: it can be waited for, and is no question of rights. */
function isLimit(status: number, headers: Pick<Headers, "get">, words: string | undefined): boolean {
  if (status !== 403) return false;
  return headers.get("retry-after") !== null || LEFT.some((name) => headers.get(name)?.trim() === "0") ||
    (words !== undefined && LIMIT_WORDS.test(words));
}

/** When a limit is lifted, in seconds from now, by the headers that say so. */
export function limitEndsIn(headers: Pick<Headers, "get">, now: number): number | undefined {
  const reset = headers.get("x-ratelimit-reset") ?? headers.get("ratelimit-reset");
  if (reset === null || !/^\d{1,13}$/.test(reset.trim())) return undefined;
  const value = Number(reset);
  // Small numbers are seconds from now, large ones a time of day in seconds or milliseconds.
  const seconds = value < 1e8 ? value : (value < 1e11 ? value : value / 1000) - now / 1000;
  return seconds > 0 ? Math.ceil(seconds) : undefined;
}

function hintFor(status: number, credentials: readonly Credential[]): string {
  switch (status) {
    case 400:
    case 422:
      return "the API did not accept the values: read its answer and correct the arguments";
    case 401:
      return credentials.length > 0
        ? "the API did not accept the declared credentials: renew the token, key or password the capability is given"
        : "the API asks for credentials: add authentication to the consumes entry";
    case 403:
      return "the credentials do not allow this: use ones with the needed rights or scopes, or call something else";
    case 404:
    case 410:
      return "check that the identifiers exist; if every call fails like this, check baseUri and path";
    case 405:
      return "check the method of the operation in the specification";
    case 409:
      return "read the current state, then decide whether to call again with other values";
    case 413:
      return "send less at once";
    case 415:
      return "check the body type and Content-Type of the operation in the specification";
    case 429:
      return "wait before calling again, and call less often";
  }
  if (status < 200 || (status >= 300 && status < 400)) {
    return "the API did not answer the call itself: check baseUri and path";
  }
  return status >= 500
    ? "the API failed on its side: try again later, and tell its operator if it happens again"
    : "read the API's answer and correct the arguments";
}

/** The most of an API's own words that a message repeats, in characters. */
const WORDS = 300;

const TOLD = [
  "message",
  "Message",
  "error_description",
  "detail",
  "error_message",
  "errorMessage",
  "faultstring",
  "msg",
  "reason",
  "title",
  "error",
  "errors",
  "Error",
  "fault",
  "status",
];

/** The sentence with which an API explains itself in a JSON body; undefined where there is none. */
function ownWords(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (let depth = 0; depth < 4; depth++) {
    if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
    if (Array.isArray(value)) value = value[0];
    else if (value !== null && typeof value === "object") {
      const object = value as Record<string, unknown>;
      value = object[TOLD.find((key) => object[key] !== undefined && object[key] !== null) ?? ""];
    } else return undefined;
  }
  return undefined;
}

/**
 * Explains an error status.
 *
 * @param status The HTTP status.
 * @param about The operation's name, whether it may be repeated, its credentials, and what was answered.
 */
export function explainStatus(
  status: number,
  about: {
    readonly name: string;
    readonly repeatable: boolean;
    readonly credentials: readonly Credential[];
    readonly body: string;
    readonly headers: Pick<Headers, "get">;
    /** The WWW-Authenticate header. */
    readonly challenge: string | null;
    /** Cuts a text without leaving half a secret. */
    readonly shorten: (text: string, length: number) => string;
  },
): StatusMeaning {
  const { challenge, credentials } = about, title = reasonPhrase(status);
  const stated = ownWords(about.body) ??
    (challenge === null ? undefined : parameters(challenge).get("error_description"));
  const words = stated === undefined ? undefined : about.shorten(stated, WORDS);
  const limit = isLimit(status, about.headers, (stated ?? about.body).slice(0, WORDS));
  return {
    code: limit ? "rate_limited" : CODES[status] ?? "upstream_error",
    message: `${about.name} answered ${status}${title ? ` ${title}` : ""}${words ? `: ${words}` : ""}`,
    retryable: status === 429 || limit || (PASSING.has(status) && about.repeatable),
    hint: limit
      ? hintFor(429, credentials)
      : (status === 401 && challenge !== null ? hintOfChallenge(challenge, credentials) : undefined) ??
        hintFor(status, credentials),
  };
}
