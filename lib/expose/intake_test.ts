import assert from "node:assert/strict";
import { Intake, IntakeError } from "./intake.ts";
import { listen, readText } from "./http.ts";

/** A body that gives bytes and does not end until it is told to. */
function unfinished(bytes: number) {
  let finish = () => {}, cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes));
      finish = () => controller.close();
    },
    cancel() {
      cancelled = true;
    },
  });
  return { body, finish: () => finish(), wasCancelled: () => cancelled };
}

Deno.test("Intake.read() bounds what bodies hold together, and frees what is read", async () => {
  const intake = new Intake(1000, 60_000), first = unfinished(600), second = unfinished(600);
  const reading = intake.read(first.body, 1000);
  await assert.rejects(intake.read(second.body, 1000), { name: "IntakeError", status: 503 });
  assert.ok(second.wasCancelled());
  first.finish();
  assert.equal((await reading)!.length, 600);
  const third = unfinished(600);
  third.finish();
  assert.equal((await intake.read(third.body, 1000))!.length, 600);
});

Deno.test("Intake.read() gives a body a time to arrive in, and stops at its limit", async () => {
  const intake = new Intake(1000, 1);
  await assert.rejects(intake.read(unfinished(10).body, 100), { name: "IntakeError", status: 408 });
  assert.equal(await new Intake(1000, 60_000).read(unfinished(101).body, 100), undefined);
});

Deno.test("U11: a listener answers what it cannot take in", async () => {
  const answers = [new IntakeError(503, "Too many."), new IntakeError(408, "Too late.")];
  const listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    handler: () => Promise.reject(answers.shift()!),
  });
  for (const status of [503, 408]) {
    const response = await fetch(listener.url);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("retry-after"), status === 503 ? "1" : null);
    await response.body?.cancel();
  }
  await listener.close();
});

Deno.test("U11: a body of 100 KB is read like a small one", async () => {
  const text = "é".repeat(50_000);
  const headers = { "content-length": "100000" };
  assert.equal(
    await readText(new Request("http://a", { method: "POST", body: text, headers }), 1 << 20),
    text,
  );
  assert.equal(
    await readText(new Request("http://a", { method: "POST", body: text, headers }), 99_999),
    undefined,
  );
  const bytes = new Uint8Array(100_000).fill(255);
  assert.equal(
    await readText(new Request("http://a", { method: "POST", body: bytes, headers }), 1 << 20),
    null,
  );
});
