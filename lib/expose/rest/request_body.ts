/**
 * The body of a REST request: unpacked, and read as JSON, as a form, or as text.
 *
 * @module
 */
import { encodeBase64 } from "../../data/base64.ts";
import { decompress } from "../../data/decompress.ts";
import { parseJson } from "../../data/json.ts";
import { CallError } from "../../upstream/error.ts";
import { readBody } from "../http.ts";
import { isBodyFault } from "../intake.ts";

/** The most a request body may hold, in bytes. */
const MAX_BODY_BYTES: number = 1 << 20;

/** A request body that is larger than allowed, or of a form nobody reads. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly status: 413 | 415;

  /** @param status 413 or 415. @param message What is wrong with it. */
  constructor(status: 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

async function formOf(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Record<string, unknown>> {
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  // Collected in one go: a form would be searched as a whole for each of its names.
  const fields = new Map<string, string[]>();
  for (const [name, value] of form) {
    const text = typeof value === "string" ? value : encodeBase64(new Uint8Array(await value.arrayBuffer()));
    const known = fields.get(name);
    if (known) known.push(text);
    else fields.set(name, [text]);
  }
  const out: Record<string, unknown> = Object.create(null);
  for (const [name, values] of fields) out[name] = values.length === 1 ? values[0] : values;
  return out;
}

/** The encodings in which a request body may come, as `Accept-Encoding` words it. */
export const ACCEPTED_ENCODINGS: string = "gzip, deflate, identity";

/**
 * A body without its Content-Encoding.
 *
 * @param packed The body as it came.
 * @param encoding The header, where there is one.
 * @returns The bytes; undefined when there are more than a body may hold.
 * @throws {BodyError} 415, for an encoding nobody reads here.
 * @throws {CallError} `invalid_arguments`, when it is not encoded so.
 */
async function unpacked(
  packed: Uint8Array<ArrayBuffer>,
  encoding: string | null,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const word = encoding?.trim().toLowerCase().replace(/^x-/, "") ?? "";
  if (word === "" || word === "identity" || packed.length === 0) return packed;
  if (word !== "gzip" && word !== "deflate") {
    throw new BodyError(
      415,
      `Bodies with Content-Encoding ${word} are not read here; send ${ACCEPTED_ENCODINGS}.`,
    );
  }
  try {
    const body = decompress(new Blob([packed]).stream(), word);
    return await readBody(new Request("http://body", { method: "POST", body }), MAX_BODY_BYTES);
  } catch (error) {
    if (isBodyFault(error)) throw error;
    throw invalidBody(`The body is not ${word}, as its Content-Encoding says.`, word);
  }
}

/**
 * Reads the body of a request: JSON, a form, or text.
 *
 * @throws {BodyError} When it is too large.
 * @throws {CallError} `invalid_arguments`, when it is not what it says it is.
 */
export async function bodyOf(request: Request): Promise<unknown> {
  if (!request.body) return undefined;
  const packed = await readBody(request, MAX_BODY_BYTES);
  const bytes = packed && await unpacked(packed, request.headers.get("content-encoding"));
  if (bytes === undefined) throw new BodyError(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get("content-type") ?? "", isJson = /\bjson\b/i.test(type);
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
    try {
      return await formOf(bytes, type);
    } catch {
      throw invalidBody("The body is not the form its Content-Type promises.", "a form");
    }
  }
  if (type !== "" && !isJson && !/^text\/|\bxml\b|^application\/octet-stream/i.test(type)) {
    throw new BodyError(415, `Bodies of type ${type} are not read here; send application/json.`);
  }
  const text = textOf(bytes, type);
  if (text.trim() === "") return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (!isJson) return text;
    throw invalidBody(
      `The body is not valid JSON: ${
        error instanceof Error ? error.message.slice(0, 200) : "it cannot be parsed"
      }`,
      "JSON",
    );
  }
}

/** Bytes as text, in the charset that the Content-Type names. */
function textOf(bytes: Uint8Array, type: string): string {
  const charset = /;\s*charset="?([\w.:-]+)/i.exec(type)?.[1] ?? "utf-8";
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    throw new BodyError(415, `Bodies in the charset ${charset} are not read here; send UTF-8.`);
  }
  return decoder.decode(bytes);
}

/** The failure of a call whose body is not what it has to be. */
export function invalidBody(message: string, expected: string): CallError {
  return new CallError({
    code: "invalid_arguments",
    message,
    retryable: false,
    fields: [{ name: "body", expected, got: "something else" }],
    hint: "Correct the body and send it again.",
  });
}
