/**
 * Telemetry inside of a worker: what leaves it leaves as text.
 *
 * @module
 */
import config from "../../../deno.json" with { type: "json" };
import { writeJson } from "../../data/json.ts";
import type { Share } from "../../surface/sharing.ts";
import type { TelemetrySettings } from "../../telemetry/settings.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import type { WorkerMessage } from "../messages.ts";
import { LeavingMetrics } from "./leaving_metrics.ts";

/**
 * Switches telemetry on.
 *
 * @param telemetry That of the capability.
 * @param settings What is wanted.
 * @param share Which of several workers this is.
 * @param say Tells the main thread.
 * @returns What sends metrics to a collector, where that is wanted.
 */
export function switchOn(
  telemetry: Telemetry,
  settings: TelemetrySettings,
  share: Share | undefined,
  say: (message: WorkerMessage) => void,
): LeavingMetrics | undefined {
  telemetry.configure(settings, {
    lines: (lines) => say({ type: "lines", lines }),
    spans: (text, count) => say({ type: "spans", text, count }),
    records: (text, count) => say({ type: "records", text, count }),
    // The first of several workers is asked for all of them.
    ...(share === "more" && (settings.metrics || settings.keepLogs > 0 || settings.traces?.keep)
      ? { elsewhere: (seen) => say({ type: "seen", text: writeJson(seen) }) }
      : {}),
    figures() {
      const { rss, heapUsed } = Deno.memoryUsage();
      return { residentBytes: rss, heapBytes: heapUsed };
    },
    version: config.version,
  });
  const { metrics } = telemetry, { sendMetricsMs } = settings;
  return !metrics || sendMetricsMs === undefined || share === "more"
    ? undefined
    : new LeavingMetrics(metrics, sendMetricsMs, (text) => say({ type: "metrics", text }));
}
