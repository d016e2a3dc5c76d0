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

Deno.test("nearest() answers at once for words and lists of any length", () => {
  const started = performance.now();
  nearest("a".repeat(100_000), Array.from({ length: 2000 }, (_, i) => `candidate-${i}-${"a".repeat(60)}`));
  assert.ok(performance.now() - started < 1000);
});
