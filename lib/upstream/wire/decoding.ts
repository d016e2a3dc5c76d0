/**
 * Content encodings of bodies that are there as a whole: gzip, deflate and br.
 *
 * @module
 */
import {
  brotliDecompressSync,
  constants,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
} from "node:zlib";
import { BodyBuffer } from "./body_buffer.ts";
import { encodingsOf, unreadable } from "../response/content_encoding.ts";
import { CallError } from "../error.ts";
import { tooLarge } from "../response/response.ts";

/** A body up to this size is decoded at once, in bytes; a larger one beside the other calls. */
const AT_ONCE_BYTES = 32 * 1024;

type Options = { maxOutputLength: number; finishFlush?: number };
type Callback = (error: Error | null, result: Uint8Array) => void;

/** The ways to undo one encoding. */
interface Decoder {
  readonly atOnce: (bytes: Uint8Array, options: Options) => Uint8Array;
  readonly beside: (bytes: Uint8Array, options: Options, done: Callback) => void;
}

const GZIP: Decoder = { atOnce: gunzipSync, beside: gunzip };
const ZLIB: Decoder = { atOnce: inflateSync, beside: inflate };
const RAW: Decoder = { atOnce: inflateRawSync, beside: inflateRaw };
/** `deflate` means zlib, but some servers leave its two bytes of header out. */
function decoderOf(name: string, bytes: Uint8Array): Decoder {
  if (name !== "deflate") return GZIP;
  const [a = 0, b = 0] = bytes;
  return (a & 15) === 8 && (a * 256 + b) % 31 === 0 ? ZLIB : RAW;
}

/**
 * Undoes the encodings of a body.
 *
 * @param bytes The body as it came.
 * @param encoding Its Content-Encoding.
 * @param maxBytes The most it may hold when it is decoded.
 * @throws {CallError} `response_too_large`, or `bad_response` where it is not in the encoding it claims.
 */
export async function decodeBody(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let body = bytes;
  for (const name of encodingsOf(encoding)) {
    const decoder = decoderOf(name, body), options = { maxOutputLength: Math.max(1, maxBytes) };
    try {
      if (name === "br") {
        body = await unbrotli(body, maxBytes);
        continue;
      }
      body = ownBytes(
        body.length <= AT_ONCE_BYTES
          ? decoder.atOnce(body, options)
          : await new Promise<Uint8Array>((resolve, reject) =>
            decoder.beside(body, options, (error, result) => error ? reject(error) : resolve(result))
          ),
      );
    } catch (error) {
      if (error instanceof CallError) throw error;
      if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
      throw unreadable(`it is not in the encoding ${encoding.trim().slice(0, 40)} that it claims`, error);
    }
  }
  return body;
}

/** By the runtime's stream: the decoder beside zlib takes a body that is cut off for a whole one. */
async function unbrotli(bytes: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const into = new BodyBuffer(maxBytes);
  const decoding = new DecompressionStream("brotli" as CompressionFormat) as ReadableWritablePair<
    Uint8Array,
    Uint8Array
  >;
  for await (const chunk of new Blob([bytes]).stream().pipeThrough(decoding)) {
    into.add(chunk, 0, chunk.length);
  }
  return into.take();
}

/** What can be read of the beginning of an encoded body; nothing where nothing can. */
export function decodeBeginning(bytes: Uint8Array, encoding: string, enough: number): Uint8Array {
  let body = bytes;
  try {
    for (const name of encodingsOf(encoding)) {
      const maxOutputLength = Math.max(enough, 1 << 20);
      body = name === "br"
        ? brotliDecompressSync(body, { maxOutputLength })
        : decoderOf(name, body).atOnce(body, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
    }
    return body;
  } catch {
    return new Uint8Array(0);
  }
}

/** A result of the decoder as bytes like all others; its memory may be shared. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  return byteOffset === 0 && length === buffer.byteLength && buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}
