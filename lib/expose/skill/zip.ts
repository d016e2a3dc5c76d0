/**
 * ZIP archives of a few files, for downloads.
 *
 * @module
 */

/** One file of an archive. */
export interface ZipEntry {
  /** Its path, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Little-endian numbers one after another: pairs of a size in bytes and a value. */
function numbers(...pairs: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pairs.reduce((sum, [size]) => sum + size, 0)), view = new DataView(out.buffer);
  let at = 0;
  for (const [size, value] of pairs) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return out;
}

/** 1 January 1980, the first day there is: the same files give the same archive. */
const DATE = 0x21;
/** Names are UTF-8. */
const UTF8 = 0x800;

/** Packs files into an archive. */
export async function zip(entries: readonly ZipEntry[]): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [], directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  const put = (part: Uint8Array<ArrayBuffer>) => {
    parts.push(part);
    offset += part.length;
  };
  for (const { path, bytes } of entries) {
    const name = new TextEncoder().encode(path), deflated = await deflate(bytes);
    const [method, packed] = deflated.length < bytes.length ? [8, deflated] as const : [0, bytes] as const;
    const shared = [
      [2, 20],
      [2, UTF8],
      [2, method],
      [2, 0],
      [2, DATE],
      [4, crc32(bytes)],
      [4, packed.length],
      [4, bytes.length],
      [2, name.length],
      [2, 0],
    ] as const;
    directory.push(
      numbers([4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      name,
    );
    put(numbers([4, 0x04034b50], ...shared));
    put(name);
    put(packed);
  }
  const start = offset;
  for (const part of directory) put(part);
  const count = entries.length;
  put(
    numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, offset - start], [4, start], [2, 0]),
  );
  const out = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
