/**
 * Undoing compression piece by piece: what one piece becomes has a bound.
 *
 * @module
 */

/**
 * How many packed bytes are given to the decompressor at once. It gives everything that they become in one chunk: of gzip
 * and deflate at most a thousand times as much.
 */
const PIECE_BYTES = 1024;

/**
 * A stream without its compression. Nobody has to take more than a megabyte of it at once, so that whoever counts what comes
 * can stop a bomb in time, one inside another included.
 *
 * @param packed The stream as it came.
 * @param format What it is packed with; not brotli, of which a few bytes may stand for any number.
 */
export function decompress(
  packed: ReadableStream<Uint8Array>,
  format: "gzip" | "deflate" | "deflate-raw",
): ReadableStream<Uint8Array> {
  const inPieces = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        controller.enqueue(chunk.slice(at, at + PIECE_BYTES));
      }
    },
  });
  return packed.pipeThrough(inPieces).pipeThrough(new DecompressionStream(format));
}
