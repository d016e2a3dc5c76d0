/**
 * What the patterns with letters say of ASCII, they say with and without the sets of letters.
 *
 * @module
 */
import assert from "node:assert/strict";
import { letterTest } from "./letters.ts";

Deno.test("a text of ASCII never makes the pattern with all letters, another one makes it once", () => {
  let made = 0;
  const isWord = letterTest(/^[A-Za-z0-9_]+$/, () => {
    made++;
    return /^[\p{L}\p{N}_]+$/u;
  });
  for (let code = 0; code < 128; code++) {
    const letter = String.fromCharCode(code);
    assert.equal(isWord(letter), /^[\p{L}\p{N}_]+$/u.test(letter), letter);
  }
  assert.equal(made, 0);
  assert.equal(isWord("prénom"), true);
  assert.equal(isWord("prénom d"), false);
  assert.equal(isWord("\ud83d\ude00"), false);
  assert.equal(isWord("\ud800"), false);
  assert.equal(made, 1);
});
