import assert from "node:assert/strict";
import fc from "fast-check";
import { Agenda } from "./later.ts";

/** Alarms that ring when the test says so. */
function clock() {
  const set: { readonly at: number; readonly wake: () => void }[] = [];
  let now = 0;
  return {
    now: () => now,
    alarm: (milliseconds: number, wake: () => void) => void set.push({ at: now + milliseconds, wake }),
    /** Lets time pass, and every alarm ring that is due. */
    pass(milliseconds: number) {
      const until = now + milliseconds;
      for (;;) {
        set.sort((a, b) => a.at - b.at);
        if (set.length === 0 || set[0]!.at > until) break;
        const { at, wake } = set.shift()!;
        now = Math.max(now, at);
        wake();
      }
      now = until;
    },
  };
}

Deno.test("an agenda does everything once, when its time has come, and nothing that was taken back", () => {
  const step = fc.tuple(fc.nat(100), fc.nat(30), fc.boolean());
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const { now, alarm, pass } = clock(), agenda = new Agenda(alarm, now), done: [number, number][] = [];
    const taken = new Set<number>();
    let most = 0;
    const cancels = steps.map(([after, wait, isTaken], i) => {
      const cancel = agenda.add(after, () => done.push([i, now()]));
      const due = now() + after;
      pass(wait);
      if (isTaken && !done.some(([j]) => j === i)) {
        cancel();
        taken.add(i);
      }
      most = Math.max(most, agenda.alarms);
      return due;
    });
    pass(1000);
    assert.deepEqual(
      done.map(([i]) => i).sort((a, b) => a - b),
      steps.map((_, i) => i).filter((i) => !taken.has(i)),
    );
    for (const [i, at] of done) assert.equal(at, cancels[i]);
    assert.equal(agenda.alarms, 0);
    // An alarm is set for what comes before every other one: no more than there are things to do.
    assert.ok(most <= steps.length);
  }));
});

Deno.test("one alarm serves what is put off again and again, and what fails stops nothing else", () => {
  const { now, alarm, pass } = clock(), agenda = new Agenda(alarm, now);
  let ticks = 0;
  const tick = () => {
    ticks++;
    if (ticks < 1000) agenda.add(10, tick);
  };
  agenda.add(500, () => {});
  agenda.add(10, tick);
  for (let i = 0; i < 2000; i++) {
    agenda.add(40, () => assert.fail("it was taken back"))();
    pass(10);
    assert.ok(agenda.alarms <= 2, `${agenda.alarms}`);
  }
  assert.equal(ticks, 1000);
  let isDone = false;
  agenda.add(1, () => {
    throw new Error("it fails");
  });
  agenda.add(1, () => isDone = true);
  assert.throws(() => pass(1), /it fails/);
  pass(1);
  assert.equal(isDone, true);
});
