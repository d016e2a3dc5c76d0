/**
 * Results: from what a flow gave, or how it failed, to the JSON text of a tool result.
 *
 * @module
 */
import { writeJson } from "../../../data/json.ts";
import { MediaBytes } from "../../../data/media_bytes.ts";
import { encodeBase64 } from "../../../data/base64.ts";
import type { FlowResult } from "../../../plan/flow.ts";
import { CallError, type CallErrorData, dataForCaller, errorData } from "../../../upstream/error.ts";
import type { Tool } from "./tools.ts";

/** A value that JSON cannot say becomes null. */
function json(value: unknown): string {
  return writeJson(value) ?? "null";
}

/** The pictures that models take. Any other as an image ends a conversation with an error that repeats. */
const PICTURES = /^image\/(?:png|jpe?g|gif|webp)$/i;

/** Bytes that are text after all; undefined for others. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes as the content of a result or a prompt: a picture, a sound or a file. As JSON text. */
export function bytesContent(bytes: Uint8Array, mediaType: string | undefined): string {
  const type = mediaType?.split(";", 1)[0]?.trim() || "application/octet-stream";
  const svg = /^image\/svg\+xml$/i.test(type) ? textIn(bytes) : undefined;
  if (svg !== undefined) return textContent(svg);
  const data = encodeBase64(bytes);
  if (PICTURES.test(type)) return `{"type":"image","data":"${data}","mimeType":${json(type)}}`;
  if (type.startsWith("audio/")) return `{"type":"audio","data":"${data}","mimeType":${json(type)}}`;
  return `{"type":"resource","resource":{"uri":"urn:uuid:${crypto.randomUUID()}","mimeType":${
    json(type)
  },"blob":"${data}"}}`;
}

/** Text as the content of a result or a prompt, as JSON text. */
export function textContent(text: string): string {
  return `{"type":"text","text":${JSON.stringify(text)}}`;
}

/** What was done, of a call whose answer has no content: clients show nothing for nothing, or call it an error. */
function doneText({ flow }: Tool, { status }: FlowResult): string {
  const { request, name } = flow;
  const what = request === undefined
    ? name
    : status === undefined
    ? request
    : `${request} answered ${status}`;
  return `Done: ${what}. The answer has no content.`;
}

/** What to know of a declared result of which the API gave nothing (clients would take it for data). */
function emptyText({ flow }: Tool, { status }: FlowResult): string {
  return `The API gave nothing${
    status === undefined ? "" : ` (${flow.request ?? flow.name} answered ${status})`
  }: ` +
    "what is null here was not in the answer.";
}

/** The most members of a result that are looked at for bytes: nobody writes more outputs by hand. */
const MAX_LOOKED_AT = 100;

/** Whether bytes stand in a result: as a member of an object, or in a list. */
function holdsBytes(value: unknown): value is object {
  if (value === null || typeof value !== "object") return false;
  const members = Array.isArray(value) ? value : Object.values(value);
  return members.length <= MAX_LOOKED_AT && members.some((one) => one instanceof MediaBytes);
}

/** A result of several kinds: each member of bytes is content of its own, and the text says where it is. */
function mixedMembers(tool: Tool, value: object): string {
  const content: string[] = [];
  const place = (one: unknown) => {
    if (!(one instanceof MediaBytes)) return one;
    content.push(bytesContent(one, one.mediaType));
    return `${one.mediaType ?? "application/octet-stream"}, ${one.length} bytes: see content ${
      content.length + 1
    }`;
  };
  const placed = Array.isArray(value)
    ? value.map(place)
    : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, place(one)]));
  const text = json(placed), all = [textContent(text), ...content].join(",");
  const structured = tool.declared
    ? `,"structuredContent":${tool.wrapped ? `{"result":${text}}` : text}`
    : "";
  return `"content":[${all}]${structured},"isError":false`;
}

/**
 * The members of a tool result, without braces: `content`, `structuredContent`, `isError`. The structured form is given
 * exactly where the tool advertises an `outputSchema` (semantics §6).
 *
 * The value is serialised once; the text twin is that text, escaped.
 *
 * @param tool The tool.
 * @param result What its flow gave.
 * @throws {CallError} `bad_response`, when it gave bytes where an output is declared.
 */
export function resultMembers(tool: Tool, result: FlowResult): string {
  if (result.bytes !== undefined) {
    if (tool.declared) throw bytesInstead(tool, result);
    return `"content":[${bytesContent(result.bytes, result.mediaType)}],"isError":false`;
  }
  const { value } = result;
  if (tool.flow.stepCount !== undefined && holdsBytes(value)) return mixedMembers(tool, value);
  if (!tool.declared) {
    const isEmpty = value === null || value === undefined || value === "";
    const text = isEmpty ? doneText(tool, result) : typeof value === "string" ? value : json(value);
    return `"content":[${textContent(text)}],"isError":false`;
  }
  const text = json(value), more = result.empty ? `,${textContent(emptyText(tool, result))}` : "";
  const structured = tool.wrapped ? `{"result":${text}}` : text === "null" ? "{}" : text;
  return `"content":[${textContent(text)}${more}],"structuredContent":${structured},"isError":false`;
}

/** The error of an answer of bytes where the author declared an output: a client would miss the structured form. */
function bytesInstead({ flow }: Tool, { mediaType, status, bytes }: FlowResult): CallError {
  const from = flow.request === undefined
    ? flow.name
    : `${flow.request} answered ${status ?? "with success"}:`;
  return new CallError({
    code: "bad_response",
    message: `${from} the answer is ${bytes!.length} bytes of ${
      mediaType ?? "no known type"
    }, where the document declares an output`,
    retryable: false,
    hint: "Do not try again: the answer has another form than this tool can give.",
    operatorHint:
      "leave out outputParameters for an answer of bytes, or set outputRawFormat to the format it has",
    ...(flow.source === undefined ? {} : { source: flow.source }),
  });
}

/** An error for a model to read: what happened, where, and what to do next. */
export function errorText(data: CallErrorData): string {
  const lines = [`${data.code}: ${data.message}`];
  if (data.step !== undefined) lines.push(`Step: ${data.step}`);
  if (data.upstream) {
    const { method, url, status, body } = data.upstream;
    lines.push(`Request: ${method} ${url}${status === undefined ? "" : ` answered ${status}`}`);
    if (body) lines.push(`Answer: ${body}`);
  }
  if (data.retryAfterSeconds !== undefined) lines.push(`Retry after: ${data.retryAfterSeconds} s`);
  lines.push(`What to do: ${data.hint}`);
  return lines.join("\n");
}

/**
 * The members of the result of a failed call: the text for a model to read, the data under `_meta`, where no client
 * takes it for the result.
 *
 * @param error What was thrown.
 * @param redact Takes secrets out of text.
 * @param meta What else stands in `_meta`, as members of JSON; empty for nothing.
 */
export function errorMembers(error: unknown, redact: (text: string) => string, meta = ""): string {
  const data = errorData(error), text = textContent(redact(errorText(data)));
  return `"content":[${text}],"isError":true,"_meta":{"capstan/error":${
    writeJson(dataForCaller(data, redact))
  }${meta === "" ? "" : `,${meta}`}}`;
}
