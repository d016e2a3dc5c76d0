/**
 * Responses: from what a flow gave to what a REST caller gets.
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import { answerText } from "../listener/text_answer.ts";
import type { FlowResult } from "../../plan/flow.ts";

/** The success that an author's contract names. */
export interface Contract {
  readonly status: number | undefined;
  readonly mediaType: string | undefined;
}

const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);
/** Types that do nothing in a browser but to show themselves. */
const PASSIVE = /^(?:image\/(?:png|jpe?g|gif|webp)|(?:audio|video)\/|text\/plain\b|application\/json\b)/i;
/** No browser runs what an API sends, as if it were a page of this server. */
const CONTENT_POLICY = { "x-content-type-options": "nosniff", "content-security-policy": "sandbox" };

const OF_TEXT = { "content-type": "text/plain;charset=UTF-8", "x-content-type-options": "nosniff" };
const OF_JSON = { "content-type": "application/json", "x-content-type-options": "nosniff" };

/** What an API says in headers that is as true of what is made of its answer. */
const PASSED_ON = /^(?:location|link|etag|(?:x-)?rate-?limit(?:-[a-z-]+)?)$/i;
/** The letters with which the names of those begin. */
const PASSED_ON_LETTERS = "lerx";

/** Whether an address, which may be relative, leads to a page and starts nothing else. */
export function isWebAddress(address: string): boolean {
  const protocol = URL.parse(address, "http://localhost/")?.protocol;
  return protocol === "http:" || protocol === "https:";
}

/** The headers of the API that the caller gets too, without secrets. */
function passedOn(
  { headers }: FlowResult,
  redact: (text: string) => string,
): Record<string, string> | undefined {
  if (!headers) return undefined;
  let out: Record<string, string> | undefined;
  for (const [name, value] of headers.beginning?.(PASSED_ON_LETTERS) ?? headers) {
    if (!PASSED_ON.test(name)) continue;
    const small = name.toLowerCase();
    if (small !== "location" || isWebAddress(value)) (out ??= {})[small] = redact(value);
  }
  return out;
}

function bytesOf(
  result: FlowResult,
  contract: Contract,
  status: number,
  passed: Record<string, string> | undefined,
): Response {
  const type = contract.mediaType ?? result.mediaType ?? "application/octet-stream";
  return new Response(result.bytes, {
    status,
    headers: {
      ...passed,
      "content-type": type,
      ...CONTENT_POLICY,
      ...(PASSIVE.test(type) ? {} : { "content-disposition": "attachment" }),
    },
  });
}

/**
 * The response of a call that succeeded.
 *
 * @param result What the flow gave.
 * @param contract What the author promises of it.
 * @param redact Takes secrets out of what the API says in headers.
 * @param request What is answered.
 */
export function respond(
  result: FlowResult,
  contract: Contract,
  redact: (text: string) => string,
  request: Request,
): Response {
  const upstream = result.status !== undefined && result.status >= 200 && result.status < 300
    ? result.status
    : 200;
  const status = contract.status ?? upstream, passed = passedOn(result, redact);
  if (EMPTY.has(status)) return new Response(null, { status, headers: passed ?? {} });
  if (result.bytes !== undefined) return bytesOf(result, contract, status, passed);
  const raw = typeof result.value === "string" && result.text === true, own = raw ? OF_TEXT : OF_JSON;
  return answerText(request, raw ? result.value as string : writeJson(result.value ?? null), {
    status,
    headers: passed ? { ...passed, ...own } : own,
  });
}

/** The response to a HEAD: what a GET gets, without its body, and with the length it would have. */
export async function headResponse(response: Response): Promise<Response> {
  if (EMPTY.has(response.status)) return response;
  const headers = new Headers(response.headers);
  headers.set("content-length", String((await response.arrayBuffer()).byteLength));
  return new Response(null, { status: response.status, headers });
}
