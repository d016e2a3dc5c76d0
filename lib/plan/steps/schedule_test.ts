import assert from "node:assert/strict";
import { CallError } from "../../upstream/error.ts";
import { type PlannedStep, scheduleSteps } from "./schedule.ts";

/** Steps that tell when they start and when they end; each ends when it is let go. */
function steps(...plan: [name: string, safe: boolean, uses: string[]][]) {
  const told: string[] = [], release = new Map<string, () => void>();
  const planned = plan.map(([name, safe, uses]): PlannedStep => ({
    name,
    safe,
    kind: "call",
    uses: new Set(uses),
    run() {
      told.push(`+${name}`);
      return new Promise((resolve) =>
        release.set(name, () => {
          told.push(`-${name}`);
          resolve(name);
        })
      );
    },
  }));
  return { planned, told, release };
}

const context = { deadline: Infinity };
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("scheduleSteps() starts independent reads in the order of the document, in the same turn", async () => {
  const { planned, told, release } = steps(["a", true, []], ["b", true, []], ["c", true, ["a"]], [
    "d",
    true,
    [],
  ]);
  const outputs = scheduleSteps(planned)({}, context);
  assert.deepEqual(told, ["+a", "+b", "+d"]);
  for (const name of ["d", "b", "a"]) release.get(name)!();
  await turn();
  assert.deepEqual(told, ["+a", "+b", "+d", "-d", "-b", "-a", "+c"]);
  release.get("c")!();
  assert.deepEqual({ ...await outputs }, { a: "a", b: "b", c: "c", d: "d" });
});

Deno.test("scheduleSteps() lets a write wait for everything before it, and everything after it wait for it", async () => {
  const { planned, told, release } = steps(["a", true, []], ["b", true, []], ["w", false, []], [
    "c",
    true,
    [],
  ]);
  const outputs = scheduleSteps(planned)({}, context);
  release.get("a")!();
  await turn();
  assert.deepEqual(told, ["+a", "+b", "-a"]);
  for (const name of ["b", "w", "c"]) {
    release.get(name)!();
    await turn();
  }
  assert.deepEqual(told, ["+a", "+b", "-a", "-b", "+w", "-w", "+c", "-c"]);
  await outputs;
});

Deno.test("scheduleSteps() fails as the first step of the document that fails, whichever failed first", async () => {
  const fail = (name: string, ms: number): PlannedStep => ({
    name,
    safe: true,
    kind: "call",
    uses: new Set(),
    run: () => new Promise((_, reject) => setTimeout(() => reject(new Error(name)), ms)),
  });
  await assert.rejects(
    scheduleSteps([fail("slow", 20), fail("quick", 0)])({}, context),
    (error: { data: { step?: string } }) => error.data.step === "slow",
  );
});

Deno.test("scheduleSteps() begins no step once the time of the call is over, though no timer could say so", async () => {
  const begun: string[] = [], clock = performance.now;
  const planned = ["a", "b", "c"].map((name, i): PlannedStep => ({
    name,
    safe: false,
    kind: "lookup",
    uses: new Set(),
    run() {
      begun.push(name);
      // It keeps the thread until the time is over.
      if (i === 1) performance.now = () => clock.call(performance) + 60_001;
      return Promise.resolve(name);
    },
  }));
  try {
    await assert.rejects(
      scheduleSteps(planned)({}, { deadline: performance.now() + 60_000 }),
      (error) => error instanceof CallError && error.data.code === "timeout" && error.data.step === "c",
    );
  } finally {
    performance.now = clock;
  }
  assert.deepEqual(begun, ["a", "b"]);
});
