import assert from "node:assert/strict";
import { visible } from "./visible.ts";

Deno.test("visible() writes out what a terminal would obey, and leaves JSON what it is", () => {
  assert.equal(visible("a\x1b[31mb\u009bc\x7f\r"), "a\\u001b[31mb\\u009bc\\u007f\\u000d");
  assert.equal(visible("x\u202ey"), "x\\u202ey");
  assert.equal(visible("plain\tß 漢 \n"), "plain\tß 漢 \n");
  const value = { a: "\u009b\u202e\x7f" };
  assert.deepEqual(JSON.parse(visible(JSON.stringify(value))), value);
});
