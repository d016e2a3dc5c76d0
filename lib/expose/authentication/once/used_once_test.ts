import assert from "node:assert/strict";
import { makeNonces } from "./nonces.ts";
import { onceMemory, UsedOnce } from "./used_once.ts";

Deno.test("UsedOnce takes each thing once, whichever worker is asked, and forgets what has ended", async () => {
  const memory = onceMemory();
  const [one, two] = await Promise.all([UsedOnce.open(memory, "dpop"), UsedOnce.open(memory, "dpop")]);
  assert.equal(one.take("a", 160, 100), true);
  assert.equal(two.take("a", 160, 101), false);
  assert.equal(one.take("a", 160, 160), false, "it can still be used in its last second");
  assert.equal(two.take("b", 160, 101), true);
  assert.equal(two.take("a", 300, 200), true, "the first one has ended");
  const other = await UsedOnce.open(memory, "digest tools");
  assert.equal(other.take("b", 160, 101), true, "it is remembered for another purpose");
  assert.notDeepEqual(other.key, one.key);
  assert.deepEqual(two.key, one.key);
});

Deno.test("UsedOnce: when it is full, what ends as soon as what was forgotten is refused", async () => {
  const used = await UsedOnce.open(onceMemory(1), "dpop");
  for (let i = 0; i < 15; i++) assert.equal(used.take(`${i}`, 160 + i, 100), true);
  assert.equal(used.take("more", 200, 100), true, "the first makes room");
  assert.equal(used.take("0", 160, 100), false, "it was used, and is forgotten");
  assert.equal(used.take("new", 160, 100), false, "it may have been used");
  assert.equal(used.take("1", 161, 100), false, "it was used, and would be forgotten with what makes room");
  assert.equal(used.take("later", 300, 100), true);
});

Deno.test("UsedOnce holds what a busy surface takes: none of 50,000 is refused or taken twice", async () => {
  const used = await UsedOnce.open(onceMemory(), "dpop");
  for (let i = 0; i < 50_000; i++) assert.equal(used.take(`${i}`, 1060 + i / 1000, 1000), true);
  for (let i = 0; i < 50_000; i += 100) assert.equal(used.take(`${i}`, 1060 + i / 1000, 1000), false);
});

Deno.test("nonces of one worker are known to the others, a count is used once, and they end", async () => {
  let time = 1_000_000;
  const memory = onceMemory(), now = () => time;
  const [one, two, elsewhere] = await Promise.all([
    makeNonces(now, memory, "tools"),
    makeNonces(now, memory, "tools"),
    makeNonces(now, memory, "more"),
  ]);
  const nonce = one.make();
  assert.equal(two.isOurs(nonce), true);
  assert.equal(elsewhere.isOurs(nonce), false, "another surface has other nonces");
  assert.equal(two.isOurs(nonce.replace(/.$/, (last) => last === "0" ? "1" : "0")), false);
  assert.equal(one.use(nonce, 1), true);
  assert.equal(two.use(nonce, 1), false);
  assert.equal(two.use(nonce, 2), true);
  assert.equal(one.use(nonce, 4097), false, "then the client gets another");
  time += 5 * 60_000;
  assert.equal(one.isOurs(nonce), false);
});
