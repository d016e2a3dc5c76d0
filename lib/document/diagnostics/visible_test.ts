import assert from "node:assert/strict";
import { visible, visibleLines } from "./visible.ts";

Deno.test("visible() keeps a text in its line, and writes out what a terminal would obey", () => {
  assert.equal(visible("a\x1b[31mb\u009bc\x7f"), "a\\u001b[31mb\\u009bc\\u007f");
  assert.equal(
    visible("one\ntwo\r\nthree\tfour\u2028five\u2029"),
    "one\\ntwo\\r\\nthree\\tfour\\u2028five\\u2029",
  );
  assert.equal(visible("x\u202ey\u200bz\ufeff\u2066"), "x\\u202ey\\u200bz\\ufeff\\u2066");
  assert.equal(visible("a\u{e0041}b"), "a\\udb40\\udc41b");
  // Selectors in which a whole hidden text can stand, and fillers that look like nothing.
  assert.equal(visible("a\u{e0142}b\u3164c\u115fd\u034f"), "a\\udb40\\udd42b\\u3164c\\u115fd\\u034f");
  assert.equal(visible("plain ß 漢 🎉 ✔\ufe0f"), "plain ß 漢 🎉 ✔\ufe0f");
});

Deno.test("visibleLines() keeps lines, and leaves JSON what it is", () => {
  assert.equal(visibleLines("a\n\tb\r\n\x1b"), "a\n\tb\\r\n\\u001b");
  const value = { a: "\u009b\u202e\x7f\u{e0041}\u2028\r\n" };
  assert.deepEqual(JSON.parse(visibleLines(JSON.stringify(value, undefined, 2))), value);
});
