import assert from "node:assert/strict";
import {
  connectionOptions,
  contentLength,
  fieldValue,
  isText,
  isWord,
  latin1,
  repeatedText,
} from "./head_bytes.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

Deno.test("latin1() gives one character for each byte, however many there are", () => {
  const text = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(i % 256)).join("");
  assert.equal(latin1(bytesOf(text), 0, text.length), text);
  assert.equal(latin1(bytesOf(text), 65, 68), "ABC");
});

Deno.test("fieldValue() joins what comes several times, cookies by semicolons, and takes names in any letters", () => {
  const bytes = bytesOf("..A1bB2a3cookiexCookiey"), fields = [0, 1, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7];
  const cookies = [7, 13, 13, 14, 14, 20, 20, 21];
  assert.equal(fieldValue(bytes, 2, fields, "a"), "1, 3");
  assert.equal(fieldValue(bytes, 2, fields, "B"), "2");
  assert.equal(fieldValue(bytes, 2, fields, "c"), null);
  assert.equal(fieldValue(bytes, 2, cookies, "Cookie"), "x; y");
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

Deno.test("bytes become the text of their characters, however it is asked for", () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  for (const text of ["", "a", "application/json", all, all.repeat(40)]) {
    const bytes = bytesOf(`<${text}>`);
    for (const read of [latin1, repeatedText]) assert.equal(read(bytes, 1, 1 + text.length), text);
  }
});

Deno.test("a text that was read before is not given for another of the same length and ends", () => {
  const texts = ["text/plain", "text/plaim", "texx/plain", "tyxt/plxin", "text/plain"];
  for (let round = 0; round < 3; round++) {
    for (const text of texts) assert.equal(repeatedText(bytesOf(text), 0, text.length), text);
  }
  // Every two letters and a middle: places are shared by many.
  for (let n = 0; n < 5000; n++) {
    const text = n.toString(36).padStart(4, "0");
    assert.equal(repeatedText(bytesOf(text), 0, 4), text);
  }
});

Deno.test("a word is found in capital letters too, a text only as it is", () => {
  const bytes = bytesOf("Content-Length");
  assert.equal(isWord(bytes, 0, 14, "content-length"), true);
  assert.equal(isWord(bytes, 0, 13, "content-length"), false);
  assert.equal(isWord(bytesOf("content_length"), 0, 14, "content-length"), false);
  assert.equal(isText(bytes, 0, 14, "content-length"), false);
  assert.equal(isText(bytes, 0, 14, "Content-Length"), true);
  assert.equal(isText(bytes, 0, 7, "Content-Length"), false);
});
