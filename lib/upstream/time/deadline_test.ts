import assert from "node:assert/strict";
import { Deadline } from "./deadline.ts";
import { context } from "../testing.ts";

Deno.test("within() gives what comes in time, and does not wait for the rest", async () => {
  const clock = new Deadline(context(5000));
  assert.equal(await clock.within(Promise.resolve(7)), 7);
  await assert.rejects(clock.within(Promise.reject(new Error("mine"))), /mine/);
  clock.stop();
  const controller = new AbortController(), never = new Promise<never>(() => {});
  const other = new Deadline(context(5000, controller.signal));
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(other.within(never), { name: "AbortError" });
  assert.ok(other.over && other.cancelled);
  await assert.rejects(other.within(never), { name: "AbortError" }, "it is over already");
  other.stop();
});

Deno.test("sleep() ends with the deadline", async () => {
  const clock = new Deadline(context(30));
  assert.equal(await clock.sleep(3_600_000), false);
  assert.equal(await clock.sleep(1), false);
  clock.stop();
});
