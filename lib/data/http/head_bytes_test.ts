import assert from "node:assert/strict";
import { connectionOptions, contentLength, fieldValue, latin1 } from "./head_bytes.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

Deno.test("latin1() gives one character for each byte, however many there are", () => {
  const text = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(i % 256)).join("");
  assert.equal(latin1(bytesOf(text), 0, text.length), text);
  assert.equal(latin1(bytesOf(text), 65, 68), "ABC");
});

Deno.test("fieldValue() joins what comes several times, cookies by semicolons, and takes names in any letters", () => {
  const bytes = bytesOf("A1bB2a3cookiexCookiey"), fields = [0, 1, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7];
  const cookies = [7, 13, 13, 14, 14, 20, 20, 21];
  assert.equal(fieldValue(bytes, fields, "a"), "1, 3");
  assert.equal(fieldValue(bytes, fields, "B"), "2");
  assert.equal(fieldValue(bytes, fields, "c"), null);
  assert.equal(fieldValue(bytes, cookies, "Cookie"), "x; y");
});

Deno.test("contentLength() reads digits alone, up to what a number holds exactly", () => {
  const read = (text: string) => contentLength(bytesOf(text), 0, text.length);
  assert.equal(read("0"), 0);
  assert.equal(read("00120"), 120);
  assert.equal(read("9007199254740991"), Number.MAX_SAFE_INTEGER);
  for (const text of ["", "+1", "-1", " 1", "1 ", "1,1", "0x1", "9007199254740993", "1".repeat(400)]) {
    assert.equal(read(text), undefined, text);
  }
});

Deno.test("connectionOptions() finds close and keep-alive among other words, in any letters", () => {
  assert.deepEqual(connectionOptions("Upgrade, CLOSE"), { close: true, keepAlive: false });
  assert.deepEqual(connectionOptions(" keep-alive ,x"), { close: false, keepAlive: true });
  assert.deepEqual(connectionOptions("closed"), { close: false, keepAlive: false });
});
