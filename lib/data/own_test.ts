/** @module */
import assert from "node:assert/strict";
import { ownValue } from "./own.ts";

Deno.test("ownValue() gives what a value has itself", () => {
  assert.equal(ownValue({ a: 1 }, "a"), 1);
  assert.equal(ownValue(["x"], 0), "x");
  assert.equal(ownValue(JSON.parse('{ "__proto__": 2 }'), "__proto__"), 2);
  for (const inherited of ["constructor", "__proto__", "toString"]) {
    assert.equal(ownValue({}, inherited), undefined);
  }
  for (const none of [null, undefined, 1, "text"]) assert.equal(ownValue(none, "length"), undefined);
});
