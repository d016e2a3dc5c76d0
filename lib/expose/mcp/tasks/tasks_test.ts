import assert from "node:assert/strict";
import { runPatiently } from "./task_methods.ts";
import { ownerOf, Task, Tasks } from "./tasks.ts";

const ADA = ownerOf({ id: "ada", scheme: "basic" }), BO = ownerOf({ id: "bo", scheme: "basic" });

/** A call that ends when it is let, or when it is aborted. */
function call() {
  const { promise, resolve } = Promise.withResolvers<string>();
  const run = (signal: AbortSignal) => {
    signal.addEventListener("abort", () => resolve("aborted"));
    return promise;
  };
  return { run, resolve };
}

Deno.test("a task is its owner's alone, and goes over to the server that takes the place", async () => {
  const tasks = new Tasks(), heir = new Tasks(), { promise, resolve } = Promise.withResolvers<string>();
  const task = tasks.begin(ADA, new AbortController(), promise);
  assert.equal(tasks.get(task.id, ADA), task);
  for (const other of [BO, ownerOf(undefined)]) assert.equal(tasks.get(task.id, other), undefined);
  heir.takeOver(tasks);
  assert.equal(tasks.get(task.id, ADA), undefined);
  resolve("{}");
  await promise;
  assert.equal(heir.get(task.id, ADA)!.result, "{}");
  heir.leave();
});

Deno.test("no more tasks run than there is room for, and a service that stops ends them", () => {
  const tasks = new Tasks(), controllers: AbortController[] = [];
  while (tasks.hasRoom) {
    const controller = new AbortController();
    controllers.push(controller);
    tasks.begin(ADA, controller, new Promise(() => {}));
  }
  assert.equal(controllers.length, 100);
  tasks.leave();
  assert.ok(controllers.every(({ signal }) => signal.aborted));
});

Deno.test("what runs and what is kept counts on after another server has taken the place", async () => {
  const tasks = new Tasks(), heir = new Tasks(), before = Promise.withResolvers<string>();
  tasks.begin(ADA, new AbortController(), before.promise);
  heir.takeOver(tasks);
  // A call that began before becomes a task only now.
  const after = Promise.withResolvers<string>(),
    late = tasks.begin(ADA, new AbortController(), after.promise);
  assert.equal(heir.get(late.id, ADA), late);
  let more = 0;
  for (; heir.hasRoom; more++) heir.begin(BO, new AbortController(), new Promise(() => {}));
  assert.equal(more, 98);
  const large = "x".repeat(64 * (1 << 20));
  before.resolve(large);
  after.resolve("{}");
  await Promise.all([before.promise, after.promise]);
  await Promise.resolve();
  assert.equal(heir.hasRoom, false, "what is kept has reached its bound");
  heir.leave();
});

Deno.test("a caller that leaves ends its call, but not its task", async () => {
  // The timer of those who wait does not keep a program alive.
  const alive = setInterval(() => {}, 1000);
  const tasks = new Tasks(), early = new AbortController(), first = call();
  const leaving = runPatiently(tasks, ADA, early.signal, first.run);
  early.abort();
  assert.equal(await leaving, "aborted");

  const late = new AbortController(), second = call();
  const task = await runPatiently(tasks, ADA, late.signal, second.run);
  assert.ok(task instanceof Task);
  late.abort();
  assert.equal(task.status, "working");
  second.resolve("done");
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual([task.status, task.result], ["completed", "done"]);
  clearInterval(alive);
  tasks.leave();
});
