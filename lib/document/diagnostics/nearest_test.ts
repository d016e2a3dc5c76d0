import assert from "node:assert/strict";
import { nearest } from "./nearest.ts";

Deno.test("nearest() finds what was meant", () => {
  const known = ["inputParameters", "outputParameters", "description", "display", "baseUri", "in"];
  for (
    const [word, meant] of [
      ["desciption", "description"],
      ["input-parameters", "inputParameters"],
      ["BASEURI", "baseUri"],
      ["ouputParameters", "outputParameters"],
      ["dsiplay", "display"],
    ]
  ) assert.equal(nearest(word!, known), meant);
});

Deno.test("nearest() says nothing rather than something far off", () => {
  assert.equal(nearest("zebra", ["description", "display"]), undefined);
  assert.equal(nearest("x", ["in", "of"]), undefined);
  assert.equal(nearest("anything", []), undefined);
});

Deno.test("nearest() compares no more than the beginning of words of any length", () => {
  // Compared letter by letter, these would keep a machine busy for hours.
  const long = "a".repeat(1_000_000);
  assert.equal(nearest(long, Array.from({ length: 20 }, (_, i) => `${long.slice(i)}b`)), undefined);
});

Deno.test("U14: nearest() in a long list that is asked again and again costs a bounded sum, and still knows other spellings", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `list-order-${i}`);
  let near = 0;
  for (let i = 0; i < 20_000; i++) if (nearest(`list-ordre-${i}`, names) !== undefined) near++;
  // Compared one by one to the end this would be four hundred million comparisons.
  assert.ok(near > 0 && near < 20_000);
  assert.equal(nearest("LIST_ORDER_19999", names), "list-order-19999");
});
