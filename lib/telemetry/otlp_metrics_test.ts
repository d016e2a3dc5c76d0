import assert from "node:assert/strict";
import { Metrics } from "./metrics.ts";
import { otlpMetrics, otlpMetricsRequest } from "./otlp_metrics.ts";

Deno.test("otlpMetrics() writes counts, durations and what is known of the process, of every worker", () => {
  const make = () => new Metrics("1", () => ({ residentBytes: 5000, heapBytes: 1 }));
  const metrics = make(), other = make(), target = { type: "mcp", surface: "shop", name: "list" };
  metrics.series(target).add("ok", 7);
  metrics.series(target).add("timeout", 30_000);
  metrics.running("shop", 1);
  metrics.request("shop.list", "200", 6);
  metrics.retried("shop.list");
  metrics.count("retried");
  other.series({ ...target }).add("ok", 7);
  metrics.counted(2, other.figures());
  const text = otlpMetrics(metrics.all(), metrics.process(), { since: 1000.5, now: 2000 });
  const { resourceMetrics: [{ scopeMetrics: [{ scope, metrics: sent }] }] } = JSON.parse(
    otlpMetricsRequest({ "service.name": "s" }, "1", text),
  );
  assert.deepEqual(scope, { name: "capstan", version: "1" });
  // deno-lint-ignore no-explicit-any -- the report is looked into, key by key
  const by = Object.fromEntries(sent.map((metric: any) => [metric.name, metric]));
  assert.deepEqual(Object.keys(by), [
    "capstan.calls",
    "capstan.call.duration",
    "capstan.calls.in_flight",
    "capstan.upstream.requests",
    "capstan.upstream.request.duration",
    "capstan.upstream.retries",
    "capstan.call.events",
    "process.memory.usage",
  ]);
  const { sum } = by["capstan.calls"];
  assert.deepEqual([sum.aggregationTemporality, sum.isMonotonic], [2, true]);
  assert.deepEqual(
    sum.dataPoints,
    [["ok", "2"], ["timeout", "1"]].map(([outcome, asInt]) => ({
      attributes: Object.entries({ ...target, outcome }).map(([key, stringValue]) => ({
        key,
        value: { stringValue },
      })),
      startTimeUnixNano: "1000000000",
      timeUnixNano: "2000000000",
      asInt,
    })),
  );
  const [point] = by["capstan.call.duration"].histogram.dataPoints;
  assert.equal(point.bucketCounts.length, point.explicitBounds.length + 1);
  assert.deepEqual([point.count, point.bucketCounts[1], point.bucketCounts.at(-1)], ["3", "2", "1"]);
  assert.ok(Math.abs(point.sum - 30.014) < 1e-9);
  assert.equal(by["capstan.calls.in_flight"].sum.isMonotonic, false);
  assert.equal(by["process.memory.usage"].sum.dataPoints[0].asInt, "5000");
});
