import assert from "node:assert/strict";
import { SeenProofs } from "./dpop.ts";

Deno.test("SeenProofs takes each proof once, and forgets what could not be used again anyway", () => {
  const seen = new SeenProofs();
  assert.equal(seen.take("a", 100, 100), true);
  assert.equal(seen.take("a", 100, 101), false);
  assert.equal(seen.take("b", 200, 200), true, "a is forgotten now");
  assert.equal(seen.take("a", 200, 200), true);
});

Deno.test("SeenProofs: when there are too many, proofs as old as those forgotten are refused", () => {
  const seen = new SeenProofs(3);
  for (const [i, name] of ["a", "b", "c", "d"].entries()) assert.equal(seen.take(name, 100 + i, 105), true);
  assert.equal(seen.take("a", 100, 105), false, "it was used, and is forgotten");
  assert.equal(seen.take("e", 100, 105), false, "it may have been used");
  assert.equal(seen.take("b", 101, 105), false);
  assert.equal(seen.take("f", 104, 105), true);
});
