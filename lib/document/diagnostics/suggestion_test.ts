import assert from "node:assert/strict";
import { suggestion } from "./suggestion.ts";

Deno.test("suggestion() names the nearest, else what there is, else what to do", () => {
  const those = (list: string) => `there are ${list}`;
  assert.equal(suggestion("list-itme", ["list-item", "drop"], those, "add one"), "did you mean list-item?");
  assert.equal(suggestion("zebra", ["list-item", "drop"], those, "add one"), "there are list-item, drop");
  assert.equal(suggestion("zebra", [], those, "add one"), "add one");
  const many = Array.from({ length: 20 }, (_, i) => `operation-${i}`);
  assert.match(suggestion("zebra", many, those), /^there are operation-0, .*operation-7 and 12 more$/);
});
