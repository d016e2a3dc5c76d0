import assert from "node:assert/strict";
import { type DriftEvent, DriftLog } from "./drift.ts";

Deno.test("DriftLog counts each result once, and tells ever more rarely", () => {
  const log = new DriftLog(), told: DriftEvent[] = [];
  log.listen((event) => told.push(event));
  for (let i = 0; i < 120; i++) log.record("list", ["result[].price", "result[].price"]);
  log.record("list", ["result[].name"]);
  assert.deepEqual(told.map((event) => [event.output, event.count]), [
    ["result[].price", 1],
    ["result[].price", 10],
    ["result[].price", 100],
    ["result[].name", 1],
  ]);
  assert.deepEqual(log.events().map((event) => event.count), [120, 1]);
});
