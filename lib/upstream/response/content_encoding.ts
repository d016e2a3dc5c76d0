/**
 * Content encodings. The runtime undoes the two it asks for; some servers use others unasked.
 *
 * @module
 */
import { decompress } from "../../data/decompress.ts";
import { CallError } from "../error.ts";

/** Encodings the runtime has undone before a body is read, although the header still names them. */
const BY_RUNTIME: ReadonlySet<string> = new Set(["gzip", "br"]);
const READABLE = new Set(["gzip", "x-gzip", "deflate"]);
/** Encodings that cannot be read; any other word is no encoding, and the body is taken as it is. */
const UNREADABLE = new Set(["br", "zstd", "compress", "x-compress", "dcb", "dcz", "xz", "lzma", "bzip2"]);

let brotli: boolean | undefined;

/**
 * Whether this runtime reads `br`: not every one that programs are compiled with does. Found out when it is first asked,
 * since the runtime loads its streams for it.
 */
export function readsBrotli(): boolean {
  if (brotli === undefined) {
    try {
      brotli = new DecompressionStream("brotli" as CompressionFormat) !== undefined;
    } catch {
      brotli = false;
    }
  }
  return brotli;
}

/** How often a body may be encoded: more is a bomb in a box. */
const MOST = 2;

/**
 * The encodings of a body, in the order in which they are undone, `br` among them.
 *
 * @param header The Content-Encoding.
 * @returns `gzip`, `x-gzip`, `deflate` and `br`; words that are no encoding are left out.
 * @throws {CallError} `bad_response` for an encoding that cannot be read.
 */
export function encodingsOf(header: string): string[] {
  const names = header.trim().toLowerCase().split(",").map((name) => name.trim());
  if (names.length > MOST) throw unreadable(`it is encoded ${names.length} times over`);
  for (const name of names) {
    if (UNREADABLE.has(name) && !(name === "br" && readsBrotli())) {
      throw unreadable(`it is encoded as ${name}, which Capstan does not read`);
    }
  }
  // The last one named was applied last, and is undone first.
  return names.reverse().filter((name) => name === "br" || READABLE.has(name));
}

/** What a connection that breaks says; anything else that goes wrong lies in the encoding. */
const BROKEN_CONNECTION = /error reading a body|connection|reset|closed|broken pipe|incomplete/i;

/**
 * The body of an answer with its encoding undone.
 *
 * @param response The answer.
 * @param encoding Its Content-Encoding.
 * @param undone Encodings that were undone before, although they are named.
 * @throws {CallError} `bad_response` for an encoding that cannot be read.
 */
export function unpacked(
  response: Response,
  encoding: string,
  undone: ReadonlySet<string> = BY_RUNTIME,
): ReadableStream<Uint8Array> | null {
  const whole = encoding.trim();
  if (response.body === null || undone.has(whole)) return response.body;
  let body: ReadableStream<Uint8Array> = response.body;
  const names = whole.toLowerCase().split(",").map((name) => name.trim());
  if (names.length > MOST) {
    body.cancel().catch(() => {});
    throw unreadable(`it is encoded ${names.length} times over`);
  }
  // The last one named was applied last, and is undone first.
  for (const name of names.reverse()) {
    if (UNREADABLE.has(name)) {
      body.cancel().catch(() => {});
      throw unreadable(`it is encoded as ${name}, which Capstan does not read`);
    }
    if (!READABLE.has(name)) continue;
    body = name === "deflate" ? inflated(body) : decompress(body, "gzip");
  }
  return body;
}

/**
 * What a failure while an encoded body is read means.
 *
 * @param error What was thrown.
 * @param encoding The Content-Encoding.
 * @returns The error to throw: the same one where the connection, not the encoding, was the cause.
 */
export function unpackingFault(error: unknown, encoding: string): unknown {
  if (!(error instanceof TypeError) || BROKEN_CONNECTION.test(error.message)) return error;
  return unreadable(`it is not in the encoding ${encoding.trim().slice(0, 40)} that its header names`, error);
}

/** An answer in an encoding that cannot be read, or not in the one it claims. */
export function unreadable(reason: string, cause?: unknown): CallError {
  return new CallError({
    code: "bad_response",
    message: `the answer cannot be read: ${reason}`,
    retryable: false,
    hint: "the API, or a proxy before it, encodes its answers wrongly: tell its operator",
  }, { cause });
}

/** `deflate` means zlib, but some servers leave its two bytes of header out. */
function inflated(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from((async function* () {
    const reader = body.getReader();
    let { value: first } = await reader.read();
    while (first !== undefined && first.length < 2) {
      const { value: more } = await reader.read();
      if (more === undefined) break;
      first = Uint8Array.from([...first, ...more]);
    }
    if (first === undefined) return;
    const [a = 0, b = 0] = first;
    const zlib = (a & 15) === 8 && (a * 256 + b) % 31 === 0;
    const rest = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(first),
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
    yield* decompress(rest, zlib ? "deflate" : "deflate-raw");
  })());
}
