import assert from "node:assert/strict";
import { compilePattern, costOf, patternsReady } from "./pattern.ts";

Deno.test("costOf() tells patterns that multiply from those that grow, and those from plain ones", () => {
  for (
    const [pattern, cost] of [
      ["^abc$", 0],
      ["^\\d+$", 1],
      ["^[a-z*+(]+$", 1],
      ["\\d{4}-\\d{2}", 1],
      ["^a{3,5}b?$", 0],
      ["^[^@\\s]+@[^@\\s]+$", 2],
      ["a+b", 2],
      ["^a|b+", 2],
      ["^\\s*(.*)\\s*$", 3],
      ["^(?:a|b)$", 0],
      ["^(?<year>\\d+)$", 1],
      ["^(a+)+$", Infinity],
      ["^(\\w+\\s?)*$", Infinity],
      ["^(a|a)*$", Infinity],
      ["^((ab?)c)*$", Infinity],
      ["^(a{1,20}){1,20}$", Infinity],
      ["^(a*)\\1$", Infinity],
    ] as const
  ) assert.equal(costOf(pattern), cost, pattern);
});

Deno.test("compilePattern() answers for values made to take for ever, and for honest ones", async () => {
  for (
    const [pattern, good, evil] of [
      ["^(a+)+$", "a".repeat(5000), "a".repeat(40) + "!"],
      ["^(\\w+\\s?)*$", "many words ".repeat(20), "a".repeat(60) + "!"],
      ["(x+x+)+y", "x".repeat(50) + "y", "x".repeat(60)],
      ["^\\s*(.*)\\s*(.*)\\s*$", " a b ", `${" ".repeat(50_000)}a${" ".repeat(50_000)}\nb\nc`],
      ["^[^@\\s]+@[^@\\s]+$", `${"a".repeat(100_000)}@b.example`, "a".repeat(100_000)],
      ["^\\d+$", "1".repeat(1_000_000), "1".repeat(1_000_000) + "x"],
    ] as const
  ) {
    const matches = compilePattern(pattern);
    await patternsReady();
    // The engine of patterns that only grow is loaded beside; here it is there already.
    assert.equal(matches(good), true, pattern);
    assert.equal(matches(evil), false, pattern);
    assert.equal(matches(good), true, pattern);
  }
});
