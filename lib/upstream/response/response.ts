/**
 * Reading an answer: never more than the plan allows, and no slower than it must be.
 *
 * @module
 */
import type { Deadline } from "../time/deadline.ts";
import { CallError } from "../error.ts";
import { decodeText, decodeTextAloud } from "../formats/charset.ts";
import { decodeJson, decodeJsonOrText } from "../formats/json.ts";
import { readMediaType } from "../formats/media_type.ts";
import type { Echo } from "./echo.ts";
import type { DecodedResponse, ResponsePlan } from "../operation.ts";
import type { UpstreamResponse } from "../upstream_response.ts";

/** The answer is larger than the plan allows. */
export function tooLarge(maxBytes: number): CallError {
  return new CallError({
    code: "response_too_large",
    message: `the answer is larger than ${sizeText(maxBytes)}, so reading it was stopped`,
    retryable: false,
    hint: "ask for less at once (a page, a filter, fewer fields); the author can raise maxBinarySize",
  });
}

function sizeText(bytes: number): string {
  if (bytes >= 1 << 20) return `${Math.round(bytes / (1 << 20) * 10) / 10} MiB`;
  return bytes >= 1 << 10 ? `${Math.round(bytes / (1 << 10) * 10) / 10} KiB` : `${bytes} bytes`;
}

/** Chunks as one piece. */
export function joined(chunks: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const NOTHING = new Set([204, 205, 304]);

/** Whether an answer has no body by its nature. */
export function isBodyless(method: string, status: number): boolean {
  return method === "HEAD" || NOTHING.has(status);
}

/** The most of an answer that is read: less, where it turns out to be bytes that nobody declared. */
export function limitOf(plan: ResponsePlan, response: UpstreamResponse): number {
  if (plan.format !== undefined || plan.maxBinaryBytes === undefined) return plan.maxBytes;
  return readMediaType(response.headers.get("content-type")).format === "binary"
    ? plan.maxBinaryBytes
    : plan.maxBytes;
}

/**
 * Decodes a body into an answer. JSON and text are decoded here; other formats are loaded when first needed.
 *
 * @param response The status and headers.
 * @param bytes The body.
 * @param plan How the operation wants to be read.
 * @param deadline Until when.
 * @param onNote Hears what is odd about the body and was read all the same.
 * @param echo Looks for credentials that the API repeats.
 */
export function decodeAnswer(
  response: UpstreamResponse,
  bytes: Uint8Array<ArrayBuffer>,
  plan: ResponsePlan,
  deadline: Deadline,
  onNote?: (note: string) => void,
  echo?: Echo,
): DecodedResponse | Promise<DecodedResponse> {
  const { status, headers } = response, contentType = headers.get("content-type");
  if (bytes.length === 0 && plan.format !== "binary") return { status, headers, value: undefined };
  const stated = readMediaType(contentType);
  const format = plan.format === "json" && stated.format === "jsonLines"
    ? stated.format
    : plan.format ?? stated.format;
  switch (format) {
    case "json":
    case "text":
    case undefined: {
      const text = onNote
        ? decodeTextAloud(bytes, stated.charset, onNote)
        : decodeText(bytes, stated.charset);
      const value = format === "json" ? decodeJson(text) : format === "text" ? text : decodeJsonOrText(text);
      return echo?.mayHold(text) ? echo.mask({ status, headers, value }) : { status, headers, value };
    }
    case "binary":
      return withoutEcho(
        { status, headers, value: undefined, bytes: alone(bytes), ...mediaTypeOf(plan, contentType) },
        bytes,
        echo,
      );
    default:
      return decodeOther(response, bytes, plan, deadline, onNote)
        .then((answer) => withoutEcho(answer, bytes, echo));
  }
}

/** Bytes that leave this room: nobody who gets them finds other bodies beside them in memory. */
function alone(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  // The wire reads a large body with room for one byte more.
  return bytes.buffer.byteLength - bytes.byteLength <= 1 ? bytes : bytes.slice();
}

/** An answer of another form without the credentials it repeats. */
function withoutEcho(answer: DecodedResponse, bytes: Uint8Array, echo: Echo | undefined): DecodedResponse {
  if (!echo) return answer;
  // What was decoded is looked at itself: a format may write one word in several pieces.
  const holds = answer.value === undefined
    ? echo.mayHold(new TextDecoder("windows-1252").decode(bytes))
    : echo.mayHoldWithin(answer.value);
  return holds ? echo.mask(answer) : answer;
}

function mediaTypeOf(plan: ResponsePlan, contentType: string | null): { mediaType?: string } {
  const mediaType = plan.mediaType ?? contentType;
  return mediaType === null ? {} : { mediaType };
}

async function decodeOther(
  response: UpstreamResponse,
  bytes: Uint8Array<ArrayBuffer>,
  plan: ResponsePlan,
  deadline: Deadline,
  onNote: ((note: string) => void) | undefined,
): Promise<DecodedResponse> {
  const { decode } = await import("../formats/mod.ts");
  const { status, headers } = response, contentType = headers.get("content-type");
  const { value, notes } = await decode(bytes, contentType, plan, deadline);
  if (onNote) notes.forEach(onNote);
  // A format that needs a schema is bytes where there is none.
  return value === bytes
    ? { status, headers, value: undefined, bytes: alone(bytes), ...mediaTypeOf(plan, contentType) }
    : { status, headers, value, format: plan.format ?? readMediaType(contentType).format };
}

/** How much of an answer an error looks at, in bytes. */
const LOOKED_AT = 16 * 1024;

/** The beginning of a body as text, for an error; empty where it is not text. */
export function excerptOf(bytes: Uint8Array, contentType: string | null): string {
  const { format, charset } = readMediaType(contentType);
  if (format === "binary" || format === "avro" || format === "protobuf") return "";
  const text = decodeText(bytes.length > LOOKED_AT ? bytes.subarray(0, LOOKED_AT) : bytes, charset);
  // deno-lint-ignore no-control-regex -- texts have none of these
  if (/[\u0000-\u0008\u000e-\u001a]/.test(text)) return "";
  return text.trim();
}

/** How long the beginning of an error's body is waited for, in milliseconds. */
const EXCERPT_PATIENCE = 1000;

/** The beginning of an error's body as text. A body that breaks off is what came until then. */
export async function readExcerpt(response: UpstreamResponse): Promise<string> {
  return excerptOf(
    await response.beginning(LOOKED_AT, EXCERPT_PATIENCE),
    response.headers.get("content-type"),
  );
}

/** Explains a body that is not the JSON it should be, and why; undefined when there is nothing better to say. */
export function explainNotJson(
  text: string,
  contentType: string | null,
  fault: string,
): { message: string; hint: string } | undefined {
  const type = contentType === null ? "no Content-Type" : `Content-Type ${contentType.split(";", 1)[0]}`;
  const { format } = readMediaType(contentType);
  if (!/^\s*<(?:!doctype\s+html|html|head|body|!--)/i.test(text)) {
    return format === undefined || format === "json" || format === "text" || format === "html" ? undefined : {
      message: `${fault} (${type})`,
      hint:
        `if that is intended, write outputRawFormat: ${format}; else ask the API for JSON, usually with an Accept header`,
    };
  }
  if (/type\s*=\s*["']?password|sign[\s-]?in|log[\s-]?in|SAMLRequest/i.test(text)) {
    return {
      message: `a login page came instead of JSON (${type})`,
      hint:
        "the API wants credentials it did not get: check authentication, and that baseUri is the API and not " +
        "its web site",
    };
  }
  return {
    message: `a web page came instead of JSON (${type})`,
    hint: "check that baseUri and path lead to the API and not to a web site, proxy or error page",
  };
}

/** Whether an answer is one to read, not a failure. */
export function isSuccess(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

/** The answer that has no body to read. */
export async function emptyResponse(response: UpstreamResponse): Promise<DecodedResponse> {
  await response.discard();
  return { status: response.status, headers: response.headers, value: undefined };
}
