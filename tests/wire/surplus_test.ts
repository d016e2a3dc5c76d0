/**
 * What follows an answer that nobody asked for: it is never read as the next answer, however large the first one is and
 * wherever the buffers of the wire end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BUFFER_BYTES, STREAM_BUFFER_BYTES } from "../../lib/upstream/wire/limits.ts";
import { readByWire } from "./answers.ts";
import { bytesOf } from "./bytes.ts";

const SECOND = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"evil"';
const HEAD = "HTTP/1.1 200 OK\r\n";

/** An answer that is so many bytes long as a whole. */
function answerOf(size: number, framing: "length" | "chunked"): string {
  for (let body = size - 80; body < size; body++) {
    const text = framing === "length"
      ? `${HEAD}Content-Length: ${body}\r\n\r\n${"x".repeat(body)}`
      : `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body.toString(16)}\r\n${"x".repeat(body)}\r\n0\r\n\r\n`;
    if (text.length === size) return text;
  }
  throw new Error(`no answer has ${size} bytes`);
}

const SIZES = [200, BUFFER_BYTES, STREAM_BUFFER_BYTES, BUFFER_BYTES + STREAM_BUFFER_BYTES, 200_000].flatMap(
  (size) => [size - 1, size, size + 1],
);

for (const framing of ["length", "chunked"] as const) {
  Deno.test(`a second answer behind one of a ${framing} is refused, or its connection is closed`, async () => {
    for (const size of SIZES) {
      const text = answerOf(size, framing);
      for (const packets of [[text + SECOND], [text.slice(0, 60), text.slice(60) + SECOND]]) {
        const { outcome, closed, reason } = await readByWire("GET", packets.map(bytesOf));
        assert.ok(closed, `${size} bytes in ${packets.length}: ${outcome}`);
        if (outcome === "refused") assert.match(reason!, /more (bytes )?came/);
      }
      const alone = await readByWire("GET", [bytesOf(text)]);
      assert.equal(alone.outcome, "whole", `${size} bytes`);
    }
  });
}

Deno.test("a connection is used again after an answer of any size that ends where it says", async () => {
  for (const framing of ["length", "chunked"] as const) {
    for (const size of [200, BUFFER_BYTES - 1, BUFFER_BYTES + 1, 200_000]) {
      const { closed } = await readByWire("GET", [bytesOf(answerOf(size, framing))]);
      assert.equal(closed, false, `${framing}, ${size} bytes`);
    }
  }
});

Deno.test("an answer that must have no body and tells of one ends its connection, before the body comes", async () => {
  for (const line of ["Content-Length: 45", "Transfer-Encoding: chunked"]) {
    const { outcome, closed } = await readByWire("GET", [
      bytesOf(`HTTP/1.1 204 No Content\r\n${line}\r\n\r\n`),
    ]);
    assert.deepEqual([outcome, closed], ["whole", true], line);
  }
  const { closed } = await readByWire("GET", [
    bytesOf("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
  ]);
  assert.equal(closed, false);
});
