/**
 * Packed bodies over the wire: small and large ones, whole and cut off, of answers and of errors.
 *
 * @module
 */
import assert from "node:assert/strict";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { callOperation } from "../../lib/upstream/call.ts";
import { readsBrotli } from "../../lib/upstream/response/content_encoding.ts";
import { context, failureOf, operation, serveRaw } from "../../lib/upstream/testing.ts";
import { bytesOf, textOf } from "./bytes.ts";

const brotli = (bytes: Uint8Array) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } });

const PACKERS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  "deflate ": deflateRawSync,
  ...(readsBrotli() ? { br: brotli, "gzip, br": (bytes: Uint8Array) => brotli(gzipSync(bytes)) } : {}),
};
const LARGE = JSON.stringify(
  Array.from({ length: 40_000 }, (_, i) => ({ i, text: Math.sin(i).toString(36) })),
);

function answering(status: string, encoding: string, body: Uint8Array, chunked: boolean) {
  return serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    const framing = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`;
    const head =
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Encoding: ${encoding}\r\n${framing}\r\n\r\n`;
    const sent = chunked
      ? [`${body.length.toString(16)}\r\n${textOf(body)}\r\n0\r\n\r\n`].map(bytesOf)
      : [body];
    for (const bytes of [bytesOf(head), ...sent]) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    }
    await connection.read(new Uint8Array(1)).catch(() => null);
  });
}

for (const [encoding, pack] of Object.entries(PACKERS)) {
  Deno.test(`a body in ${encoding} is unpacked, small or large, with or without a length`, async () => {
    for (const text of ['{"a":"é"}', LARGE]) {
      for (const chunked of [false, true]) {
        await using server = answering("200 OK", encoding, pack(new TextEncoder().encode(text)), chunked);
        const { value } = await callOperation(
          operation(server.origin, { response: { maxBytes: 8 << 20 } }),
          { args: {} },
          context(20_000),
        );
        assert.deepEqual(value, JSON.parse(text));
      }
    }
  });

  Deno.test(`a body in ${encoding} that is cut off, or too large unpacked, is an error`, async () => {
    const packed = pack(new TextEncoder().encode(LARGE));
    await using cut = answering("200 OK", encoding, packed.subarray(0, packed.length - 20), false);
    const bad = await failureOf(callOperation(
      operation(cut.origin, { response: { maxBytes: 8 << 20 } }),
      { args: {} },
      context(20_000),
    ));
    assert.equal(bad.code, "bad_response", bad.message);
    const bomb = pack(new Uint8Array(8 << 20).fill(32));
    await using large = answering("200 OK", encoding, bomb, false);
    const refused = await failureOf(callOperation(operation(large.origin), { args: {} }, context(20_000)));
    assert.equal(refused.code, "response_too_large", refused.message);
  });

  Deno.test(`the words of an error in ${encoding} are shown`, async () => {
    const body = pack(new TextEncoder().encode('{"error":"the shelf is empty"}'));
    await using server = answering("422 No", encoding, body, false);
    const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
    assert.match(data.upstream!.body!, /the shelf is empty/);
  });
}

/** Brotli of zeros: the part in the middle stands for 128 MiB each time it is repeated. */
const BROTLI_BOMB = (() => {
  const begin = "cfffff7f002400e2b14072effff9ffff0f800440",
    block =
      "1c1680eefd3fffffff01900088c302d0bdffe7ffff3f001200715800baf7fffcffff074002200e0b40f7fe9fffffff00" +
      "4800c46101e8defff3ffff1f000980382c00ddfb7ffeffff032001108705a07bff",
    middle = `${block}cfffff7f002400e2b00074effff9ffff0f800440`;
  return Uint8Array.fromHex(`${begin}${middle.repeat(15)}${block}3f`);
})();

Deno.test("two kilobytes that stand for two gigabytes are given up before they are made", async () => {
  const twice = gzipSync(gzipSync(new Uint8Array(300 << 20)));
  const cases: Record<string, Uint8Array> = {
    "gzip, gzip": twice,
    ...(readsBrotli() ? { br: BROTLI_BOMB, "br, gzip": gzipSync(BROTLI_BOMB) } : {}),
  };
  for (const [encoding, packed] of Object.entries(cases)) {
    assert.ok(packed.length < 3000, encoding);
    await using server = answering("200 OK", encoding, packed, false);
    const before = Deno.memoryUsage().rss;
    const error = await failureOf(
      callOperation(
        operation(server.origin, { response: { maxBytes: 64 << 20 } }),
        { args: {} },
        context(20_000),
      ),
    );
    assert.equal(error.code, "response_too_large", encoding);
    const grown = (Deno.memoryUsage().rss - before) / (1 << 20);
    assert.ok(grown < 700, `${encoding} took ${Math.round(grown)} MiB`);
  }
});
