/**
 * Answers that break the rules of HTTP: each is refused with the reason, and its connection is closed. Those that hide a
 * second answer (smuggling, splitting) never give it to another call.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callOperation } from "../../lib/upstream/call.ts";
import { context, failureOf, operation, serveRaw } from "../../lib/upstream/testing.ts";
import { readByWire } from "./answers.ts";
import { bytesOf } from "./bytes.ts";

const SECOND = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"evil"';
const head = (lines: string) => `HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`;

/** What a server sends, and what is said of it. */
const ODD: readonly (readonly [answer: string, reason: RegExp])[] = [
  [head("Content-Length: 2\r\nContent-Length: 2") + "42", /two Content-Length/],
  [head("Content-Length: 2\r\nContent-Length: 40") + "42" + SECOND, /two Content-Length/],
  [head("Content-Length: 2, 2") + "42", /Content-Length is "2, 2"/],
  [head("Content-Length: -2") + "42", /Content-Length is "-2"/],
  [head("Content-Length: +2") + "42", /Content-Length is "\+2"/],
  [head("Content-Length: 0x2") + "42", /Content-Length is "0x2"/],
  [head("Content-Length: 2 2") + "42", /Content-Length is "2 2"/],
  [head("Content-Length:") + "42", /Content-Length is empty/],
  [head("Content-Length: 99999999999999999999") + "42", /Content-Length is "9+"/],
  [
    head("Content-Length: 2\r\nTransfer-Encoding: chunked") + "2\r\n42\r\n0\r\n\r\n",
    /both a Content-Length and/,
  ],
  [
    head("Transfer-Encoding: chunked\r\nContent-Length: 2") + "2\r\n42\r\n0\r\n\r\n",
    /both a Content-Length and/,
  ],
  [head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") + "0\r\n\r\n", /two Transfer-Encoding/],
  [head("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n", /Transfer-Encoding is "gzip, chunked"/],
  [head("Transfer-Encoding: chunked, identity") + "0\r\n\r\n", /Transfer-Encoding is/],
  [head("Transfer-Encoding: xchunked") + "0\r\n\r\n", /Transfer-Encoding is "xchunked"/],
  [head("Transfer-Encoding: \x0bchunked") + "0\r\n\r\n", /control character/],
  [head("Transfer-Encoding : chunked") + "0\r\n\r\n", /a space in or after its name/],
  [head("Content-Length : 2") + "42", /a space in or after its name/],
  [head(" Content-Length: 2") + "42", /continues on the next line/],
  [head("X: a\r\n b") + "42", /continues on the next line/],
  [head("X: a\r\n\tContent-Length: 40") + "42" + SECOND, /continues on the next line/],
  [head("X: a\nContent-Length: 2") + "42", /without a carriage return/],
  [head("X: a\rContent-Length: 2") + "42", /carriage return inside a line/],
  ["HTTP/1.1 200 OK\nContent-Length: 2\n\n42", /without a carriage return/],
  [head("X: a\x00b\r\nContent-Length: 2") + "42", /control character/],
  [head("X\x00: a\r\nContent-Length: 2") + "42", /a character that is not allowed/],
  [head("nothing") + "42", /without a colon/],
  [head(": a") + "42", /no name/],
  [head("X(Y): a") + "42", /a character that is not allowed/],
  [head("Content-Length: 2") + "4242", /2 bytes more came/],
  [head("Content-Length: 2") + "42" + SECOND, /bytes more came/],
  [head("Content-Length: 0") + SECOND, /bytes more came/],
  [head("Transfer-Encoding: chunked") + "2\r\n42\r\n0\r\n\r\n" + SECOND, /bytes more came/],
  [head("Transfer-Encoding: chunked") + "2\r\n4242\r\n0\r\n\r\n", /not as long as it says/],
  [head("Transfer-Encoding: chunked") + "2\n42\n0\n\n", /without a carriage return/],
  [head("Transfer-Encoding: chunked") + "2 \r\n42\r\n0\r\n\r\n", /not a hexadecimal number/],
  [head("Transfer-Encoding: chunked") + "0x2\r\n42\r\n0\r\n\r\n", /not a hexadecimal number/],
  [head("Transfer-Encoding: chunked") + "-2\r\n42\r\n0\r\n\r\n", /has no size/],
  [head("Transfer-Encoding: chunked") + "\r\n42\r\n0\r\n\r\n", /has no size/],
  [head("Transfer-Encoding: chunked") + "10000000000000002\r\n42\r\n0\r\n\r\n", /too many digits/],
  [head("Transfer-Encoding: chunked") + "2;\n\r\n42\r\n0\r\n\r\n", /not an extension/],
  [head("Transfer-Encoding: chunked") + `2;a="\r\n42\r\n0\r\n\r\n`, /not an extension/],
  [
    head("Transfer-Encoding: chunked") + "2\r\n42\r\n0\r\nContent-Length: 40\r\n\r\n",
    /follows its body/,
  ],
  [head("Transfer-Encoding: chunked") + "2\r\n42\r\n0\r\nX y: 1\r\n\r\n", /name of a trailer/],
  [head("Transfer-Encoding: chunked") + "2\r\n42\r\n0\r\nX: 1\n\r\n", /control character/],
  ["HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n42\r\n0\r\n\r\n", /HTTP\/1\.0/],
  ["HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\n42", /its version is "HTTP\/2\.0 "/],
  ["HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\n42", /its version is/],
  ["HTTP/01.1 200 OK\r\nContent-Length: 2\r\n\r\n42", /its version is/],
  ["http/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42", /not with HTTP/],
  ["ICY 200 OK\r\nContent-Length: 2\r\n\r\n42", /not with HTTP/],
  ["\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42", /empty line/],
  ["HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n42", /status line/],
  ["HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n42", /status line/],
  ["HTTP/1.1 -20 OK\r\nContent-Length: 2\r\n\r\n42", /status line/],
  ["HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\n42", /status line/],
  ["HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\n42", /status line/],
  ["HTTP/1.1 200 O\x00K\r\nContent-Length: 2\r\n\r\n42", /status line/],
  ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", /another protocol/],
  [`${"HTTP/1.1 103 Early\r\n\r\n".repeat(17)}${head("Content-Length: 2")}42`, /interim answers/],
  [head(`X: ${"a".repeat(70_000)}`), /larger than 64 KiB/],
  [head(Array.from({ length: 201 }, (_, i) => `X-${i}: a`).join("\r\n")), /more than 200 headers/],
  ["\x16\x03\x01\x00\xa5\x01\x00", /it is TLS/],
  ["\x15\x03\x01\x00\x02\x02F", /it is TLS/],
  ["\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0d", /it is HTTP\/2 without TLS/],
  ["SSH-2.0-OpenSSH_9.6\r\n", /it begins with "SSH-2.0-OpenSSH_9.6/],
  ["220 mail.test ESMTP\r\n", /it begins with "220 mail.test ESMTP/],
  ["J\0\0\0\n8.0.36", /it begins with "J\?{4}8.0.36"/],
];

Deno.test("an odd answer is refused with its reason, its connection closed, and no other call gets any of it", async () => {
  for (const [answer, reason] of ODD) {
    let connections = 0, closed: Promise<unknown> | undefined;
    await using server = serveRaw(async (connection) => {
      const buffer = new Uint8Array(4096);
      await connection.read(buffer);
      if (++connections > 1) {
        await connection.write(bytesOf(head("Content-Length: 2") + "42"));
        return;
      }
      await connection.write(bytesOf(answer));
      closed = connection.read(buffer).catch(() => null);
      await closed;
    });
    const what = JSON.stringify(answer.slice(0, 200));
    const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
    assert.equal(data.code, "bad_response", `${what}: ${data.message}`);
    assert.match(data.message, reason, what);
    assert.equal(data.retryable, false);
    assert.equal(data.upstream?.method, "GET");
    assert.equal(await closed, null, `${what}: the connection is still open`);
    assert.equal((await callOperation(operation(server.origin), { args: {} }, context())).value, 42, what);
    assert.equal(connections, 2, what);
  }
});

Deno.test("an answer that never has a body is taken, and what follows it is nobody's", async () => {
  for (
    const [method, answer] of [
      ["HEAD", head("Content-Length: 60") + SECOND],
      ["DELETE", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"],
      ["DELETE", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
      ["GET", `HTTP/1.1 304 Not Modified\r\nContent-Length: 60\r\n\r\n${SECOND}`],
    ] as const
  ) {
    let connections = 0;
    await using server = serveRaw(async (connection) => {
      connections++;
      const buffer = new Uint8Array(4096);
      while (await connection.read(buffer).catch(() => null) !== null) {
        await connection.write(bytesOf(answer));
      }
    });
    for (let i = 0; i < 2; i++) {
      const { value } = await callOperation(operation(server.origin, { method }), { args: {} }, context());
      assert.equal(value, undefined, answer);
    }
    assert.equal(connections, 2, answer);
  }
});

Deno.test("what is no HTTP is said to be at the wrong scheme or port", async () => {
  for (
    const [bytes, hint] of [
      ["\x15\x03\x01\x00\x02\x02F", /https instead of http/],
      ["\0\0\0\x04\0\0\0\0\0", /where it speaks HTTP\/1\.1/],
      ["SSH-2.0-OpenSSH_9.6\r\n", /the scheme and the port in baseUri/],
      ["HTTP/1.1 200 OK\nX: y\n\n", /--wire=fetch/],
    ] as const
  ) {
    const { hints } = await readByWire("GET", [bytesOf(bytes)]);
    assert.match(hints!, hint);
  }
});
