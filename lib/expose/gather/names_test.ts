import assert from "node:assert/strict";
import { GatheredNames } from "./names.ts";
import type { Peer } from "./peer.ts";

const peer = (namespace: string): Peer => ({ namespace, send: () => Promise.reject(new Error("not asked")) });

Deno.test("GatheredNames gives no name away that another server has, whatever is offered later", () => {
  const names = new GatheredNames(), a = peer("a"), ab = peer("a_b"), long = "x".repeat(80);
  names.learn(a, ["list", long, "sp ace"]);
  names.learn(ab, ["c"]);
  assert.deepEqual(names.find("a_b_c"), { peer: ab, own: "c" });
  const before = [names.here(a, "list"), names.here(a, long), names.here(a, "sp ace")];
  // What is read again, and offers what is written like the name of another one, or like one made legal.
  names.learn(a, ["b_c", "list", "sp_ace", long]);
  assert.deepEqual(names.find("a_b_c"), { peer: ab, own: "c" });
  assert.deepEqual([names.here(a, "list"), names.here(a, long), names.here(a, "sp ace")], before);
  for (const own of ["b_c", "sp_ace"]) {
    const here = names.here(a, own);
    assert.match(here, /^a_[\w-]+_[0-9a-f]{8}$/);
    assert.deepEqual(names.find(here), { peer: a, own });
  }
  assert.equal(names.find("__proto__"), undefined);
});
