/**
 * Writing bodies in chunks (RFC 9112, 7.1).
 *
 * @module
 */

const LAST_CHUNK = new TextEncoder().encode("0\r\n\r\n");

/** What ends a body in chunks. */
export function lastChunk(): Uint8Array<ArrayBuffer> {
  return LAST_CHUNK;
}

/** A part of a body as a chunk. */
export function chunkOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = bytes.length.toString(16), out = new Uint8Array(size.length + bytes.length + 4);
  for (let i = 0; i < size.length; i++) out[i] = size.charCodeAt(i);
  out[size.length] = 13;
  out[size.length + 1] = 10;
  out.set(bytes, size.length + 2);
  out[out.length - 2] = 13;
  out[out.length - 1] = 10;
  return out;
}
