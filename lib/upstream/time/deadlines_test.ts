import assert from "node:assert/strict";
import { forget, type Timed, watch } from "./deadlines.ts";

/** Waits until something is so. The timer of the deadlines keeps no program alive, this one does. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("each that is watched ticks once when its time has come, and none that was forgotten", async () => {
  const ticked: number[] = [], all: Timed[] = [], now = performance.now();
  for (let n = 0; n < 300; n++) {
    const timed: Timed = {
      due: now + n % 7,
      tick: () => {
        ticked.push(n);
        // Ends another, as a call ends what it runs: one that is due as well, or one that was forgotten already.
        if (n % 10 === 3) forget(all[n + 1]!);
      },
    };
    all.push(timed);
    watch(timed);
    watch(timed);
  }
  for (let n = 0; n < 300; n += 5) forget(all[n]!);
  forget(all[0]!);
  const last: Timed = { due: now + 20, tick: () => void ticked.push(-1) };
  watch(last);
  await until(() => ticked.includes(-1));
  assert.equal(new Set(ticked).size, ticked.length, "one ticked twice");
  for (let n = 0; n < 300; n++) {
    if (n % 5 === 0) assert.ok(!ticked.includes(n), `${n} was forgotten`);
    else if (n % 10 !== 4) assert.ok(ticked.includes(n), `${n} did not tick`);
  }
});

Deno.test("what sets its time ahead when it ticks is waited for again", async () => {
  let ticks = 0;
  const timed: Timed = {
    due: performance.now(),
    tick(now) {
      if (++ticks < 3) timed.due = now + 2;
    },
  };
  watch(timed);
  await until(() => ticks === 3);
  assert.equal(timed.place, undefined);
});
