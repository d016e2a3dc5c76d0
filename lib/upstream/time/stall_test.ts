import assert from "node:assert/strict";
import { Stall } from "./stall.ts";

Deno.test("Stall ends a stream that stands still, and lets one that moves go on", async () => {
  const still = new Stall(undefined, 20);
  const never = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
  const reading = still.watched(never).getReader().read();
  await new Promise<void>((resolve) => still.signal.addEventListener("abort", () => resolve()));
  assert.ok(still.signal.aborted);
  void reading;
  const moving = new Stall(undefined, 60_000);
  let left = 3;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => left-- > 0 ? controller.enqueue(new Uint8Array([1])) : controller.close(),
  });
  assert.equal((await new Response(moving.watched(body, true)).bytes()).length, 3);
  assert.ok(moving.signal.aborted, "the exchange is over with its answer");
});

Deno.test("Stall ends when the caller goes away, or had gone before", async () => {
  const caller = new AbortController(), stall = new Stall(caller.signal);
  assert.equal(stall.signal.aborted, false);
  caller.abort();
  assert.ok(stall.signal.aborted);
  assert.ok(new Stall(caller.signal).signal.aborted);
  const reader = new Stall(undefined), stream = reader.watched(new ReadableStream());
  await stream.cancel();
  assert.ok(reader.signal.aborted, "whoever reads no more ends it");
});
