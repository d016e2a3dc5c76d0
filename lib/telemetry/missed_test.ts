import assert from "node:assert/strict";
import { Missed } from "./missed.ts";
import { NO_TELEMETRY } from "./settings.ts";
import { Telemetry } from "./telemetry.ts";

Deno.test("Missed tells the log the 1st, 10th and 100th time, of a bounded number of names, without secrets", () => {
  const telemetry = new Telemetry((text) => text), lines: string[] = [];
  const missed = new Missed(telemetry, "rest", "api", (text) => text.replaceAll("secret", "***"));
  missed.tell("GET /before", "nobody listens");
  telemetry.configure({ ...NO_TELEMETRY, requests: "failures", keepLogs: 1000 }, {
    lines: (more) => lines.push(...more),
  });
  for (let i = 0; i < 100; i++) missed.tell("GET /secret", "there is nothing at this path");
  telemetry.flush();
  assert.deepEqual(lines.map((line) => line.slice(10)), [
    "warning: rest api: GET /***: there is nothing at this path",
    "warning: rest api: GET /***: there is nothing at this path (10 times so far)",
    "warning: rest api: GET /***: there is nothing at this path (100 times so far)",
  ]);
  const [newest] = telemetry.logs({ logger: "missed", limit: 1 })!;
  assert.deepEqual(newest!.data, { type: "rest", surface: "api", name: "GET /***", count: 100 });
  for (let i = 0; i < 10_000; i++) missed.tell(`GET /${i}${"x".repeat(10_000)}`, "no");
  telemetry.flush();
  assert.ok(lines.length < 120, `${lines.length} lines`);
  assert.ok(lines.every((line) => line.length < 400));
});
