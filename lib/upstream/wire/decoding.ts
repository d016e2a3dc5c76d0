/**
 * Content encodings of bodies that are there as a whole: gzip, deflate and br.
 *
 * @module
 */
import {
  brotliDecompress,
  brotliDecompressSync,
  constants,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
} from "node:zlib";
import { encodingsOf, unreadable } from "../response/content_encoding.ts";
import { CallError } from "../error.ts";
import { tooLarge } from "../response/response.ts";

/** A body up to this size is decoded at once, in bytes; a larger one beside the other calls. */
const AT_ONCE_BYTES = 32 * 1024;

/** What is decoded at once becomes no more than this; what becomes more is decoded beside, from its beginning. */
const MADE_AT_ONCE_BYTES = 2 * (1 << 20);

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
  if (name === "br") return BROTLI;
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
      body = ownBytes(decodeSmall(decoder, body, maxBytes) ?? await decodeBeside(decoder, body, options));
    } catch (error) {
      if (error instanceof CallError) throw error;
      if (isTooLarge(error)) throw tooLarge(maxBytes);
      throw unreadable(
        `it is not in the encoding ${encoding.trim().slice(0, 40)} that its header names`,
        error,
      );
    }
  }
  return body;
}

/** A small body, decoded at once; undefined where it is large, or becomes large. */
function decodeSmall(decoder: Decoder, body: Uint8Array, maxBytes: number): Uint8Array | undefined {
  if (body.length > AT_ONCE_BYTES) return undefined;
  try {
    return decoder.atOnce(body, { maxOutputLength: Math.max(1, Math.min(maxBytes, MADE_AT_ONCE_BYTES)) });
  } catch (error) {
    if (!isTooLarge(error) || maxBytes <= MADE_AT_ONCE_BYTES) throw error;
    return undefined;
  }
}

function decodeBeside(decoder: Decoder, body: Uint8Array, options: Options): Promise<Uint8Array> {
  return new Promise((resolve, reject) =>
    decoder.beside(body, options, (error, result) => error ? reject(error) : resolve(result))
  );
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ERR_BUFFER_TOO_LARGE";
}

/** What the decoder of brotli gives that is asked how far it came. */
interface Informed {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/**
 * A body without brotli. A few bytes of it stand for any number, and the runtime's stream would make all of them at once: the
 * decoder that is given a limit does not. It takes a body that is cut off for a whole one, so a byte is put behind the body:
 * it stays untouched where the body has an end.
 */
const BROTLI: Decoder = {
  atOnce: (bytes, options) =>
    wholeOf(brotliDecompressSync(withEnd(bytes), { ...options, info: true }), bytes),
  beside(bytes, options, done) {
    brotliDecompress(withEnd(bytes), { ...options, info: true }, (error, result) => {
      if (error) return done(error, bytes);
      try {
        done(null, wholeOf(result, bytes));
      } catch (cut) {
        done(cut as Error, bytes);
      }
    });
  },
};

function withEnd(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 1);
  out.set(bytes);
  return out;
}

function wholeOf(result: unknown, { length }: Uint8Array): Uint8Array {
  const { buffer, engine } = result as Informed;
  if (engine.bytesWritten !== length) throw new TypeError("the body is cut off");
  return buffer;
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
