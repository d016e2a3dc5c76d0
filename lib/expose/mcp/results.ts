/**
 * Results: from what a flow gave, or how it failed, to the JSON text of a tool result.
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import { encodeBase64 } from "./base64.ts";
import type { FlowResult } from "../../plan/flow.ts";
import { type CallErrorData, errorData, withoutSecrets } from "../../upstream/error.ts";
import type { Tool } from "./tools.ts";

/** A value that JSON cannot say becomes null. */
function json(value: unknown): string {
  return writeJson(value) ?? "null";
}

function binary(bytes: Uint8Array, mediaType: string | undefined): string {
  const type = mediaType?.split(";", 1)[0]?.trim() || "application/octet-stream", data = encodeBase64(bytes);
  if (type.startsWith("image/")) return `{"type":"image","data":"${data}","mimeType":${json(type)}}`;
  if (type.startsWith("audio/")) return `{"type":"audio","data":"${data}","mimeType":${json(type)}}`;
  return `{"type":"resource","resource":{"uri":"urn:uuid:${crypto.randomUUID()}","mimeType":${
    json(type)
  },"blob":"${data}"}}`;
}

/**
 * The members of a tool result, without braces: `content`, `structuredContent`, `isError`.
 *
 * The value is serialised once; the text twin is that text, escaped.
 *
 * @param tool The tool.
 * @param result What its flow gave.
 */
export function resultMembers(tool: Tool, result: FlowResult): string {
  if (result.bytes !== undefined) {
    return `"content":[${binary(result.bytes, result.mediaType)}],"isError":false`;
  }
  const { value } = result, text = json(value);
  if (tool.wrapped) {
    // An answer without a body, of which nothing was declared, has no content.
    if (value === null && !tool.declared) {
      return `"content":[],"structuredContent":{"result":null},"isError":false`;
    }
    const isObject = !tool.declared && text.startsWith("{");
    const shown = typeof value === "string" && !tool.declared ? text : JSON.stringify(text);
    return `"content":[{"type":"text","text":${shown}}],"structuredContent":${
      isObject ? text : `{"result":${text}}`
    },"isError":false`;
  }
  return `"content":[{"type":"text","text":${JSON.stringify(text)}}],"structuredContent":${
    text === "null" ? "{}" : text
  },"isError":false`;
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
 * The members of the result of a failed call. The structured form goes only where no schema forbids it.
 *
 * @param tool The tool.
 * @param error What was thrown.
 * @param redact Takes secrets out of text.
 */
export function errorMembers(tool: Tool, error: unknown, redact: (text: string) => string): string {
  const data = errorData(error);
  const text = JSON.stringify(redact(errorText(data)));
  const structured = tool.definition.outputSchema === undefined
    ? `"structuredContent":{"_error":${writeJson(withoutSecrets(data, redact))}},`
    : "";
  return `"content":[{"type":"text","text":${text}}],${structured}"isError":true`;
}
