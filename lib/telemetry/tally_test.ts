import assert from "node:assert/strict";
import { isWorthTelling, Tally } from "./tally.ts";

Deno.test("isWorthTelling() is true at 1, 10, 100 and so on", () => {
  const told = Array.from({ length: 1200 }, (_, i) => i + 1).filter(isWorthTelling);
  assert.deepEqual(told, [1, 10, 100, 1000]);
});

Deno.test("Tally counts by key, and holds a bounded number of keys", () => {
  const tally = new Tally();
  assert.deepEqual([tally.add("a"), tally.add("b"), tally.add("a")], [1, 1, 2]);
  for (let i = 0; i < 5000; i++) tally.add(`key ${i}`);
  assert.ok(tally.counts().size <= 1001);
  assert.equal(tally.add("a"), 3);
  assert.ok(tally.add("one more") > 1, "what came too late is counted together");
});
