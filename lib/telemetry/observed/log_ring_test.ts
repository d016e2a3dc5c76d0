import assert from "node:assert/strict";
import type { CallTarget, Observation } from "./observation.ts";
import { LogRing } from "./log_ring.ts";
import { callRecord } from "./request_log.ts";

const TARGET: CallTarget = {
  type: "mcp",
  surface: "tools",
  kind: "tool",
  name: "list",
  title: "tools/call list",
  attributes: {},
};

Deno.test("LogRing keeps the newest lines, and of calls what their lines are made from", () => {
  const ring = new LogRing(3), all: unknown[] = [];
  for (let i = 0; i < 8; i++) {
    if (i % 3 === 0) {
      const record = { time: i, level: "error", logger: "capstan", message: `line ${i}` } as const;
      ring.add(record);
      all.unshift(record);
    } else {
      const call = {
        target: TARGET,
        ended: 1000 + i,
        milliseconds: i + 0.5,
        requests: i,
        retries: i % 2,
        outcome: "ok",
        trace: i % 2 === 0 ? { traceId: `trace ${i}`, spanId: `span ${i}`, sampled: true } : undefined,
        caller: i > 4 ? { id: `caller ${i}`, scheme: "basic" } : undefined,
      } as Observation;
      ring.addCall(call);
      all.unshift(callRecord(call, undefined, String));
    }
    assert.equal(ring.size, Math.min(i + 1, 3));
    assert.deepEqual([...ring.newest()], all.slice(0, 3));
  }
});
