/**
 * The exporter as the main thread sees it: a worker that may reach the collector, and nothing else.
 *
 * @module
 */
import { parseJson, writeJson } from "../../data/json.ts";
import { packSignals, type Signals } from "../crossing.ts";
import type { ExportSettings } from "./export_spans.ts";
import { startWorker } from "../start_worker.ts";

/** How long is waited for the last spans when everything else has ended, in milliseconds. */
const FINISH_MS = 2_000;

/** Where spans go. */
export interface Exporter {
  /**
   * Resolves when its program is loaded. Until then it is read with the permissions of this thread, which must not be
   * given up.
   */
  readonly ready: Promise<void>;
  /** Takes spans, or lines of the log. */
  send(signals: Signals): void;
  /** Takes metrics: the members of a JSON array, with everything that was counted since the start. */
  sendMetrics(text: string): void;
  /** Waits a moment for the last of them, and ends. */
  close(): Promise<void>;
}

/** What the main thread says to the exporter, as text, beside what it is to send. */
export type ExporterMessage =
  | { readonly type: "metrics"; readonly text: string }
  | { readonly type: "finish" };

/** What the exporter says. */
export type ExporterReport =
  | { readonly type: "ready" }
  | { readonly type: "log"; readonly message: string }
  | { readonly type: "finished" };

/** Host and port of the address of a collector. */
function collectorHost(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/**
 * Starts the exporter.
 *
 * @param settings Where to, and as whom.
 * @param tell Takes a line for the operator.
 */
export function startExporter(settings: ExportSettings, tell: (message: string) => void): Exporter {
  const worker = startWorker({ net: [collectorHost(settings.url)] });
  const finished = Promise.withResolvers<void>(), ready = Promise.withResolvers<void>();
  worker.onmessage = ({ data }: MessageEvent<string>) => {
    const report = parseJson(data) as ExporterReport;
    if (report.type === "ready") ready.resolve();
    else if (report.type === "log") tell(report.message);
    else finished.resolve();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    tell(`traces are not sent any more: ${event.message}`);
    ready.resolve();
    finished.resolve();
  };
  const post = (message: ExporterMessage) => worker.postMessage(writeJson(message));
  worker.postMessage(["export", writeJson(settings)]);
  return {
    ready: ready.promise,
    send: (signals) => worker.postMessage(packSignals(signals)),
    sendMetrics: (text) => post({ type: "metrics", text }),
    async close() {
      post({ type: "finish" });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const limit = new Promise<void>((resolve) => timer = setTimeout(resolve, FINISH_MS));
      await Promise.race([finished.promise, limit]);
      clearTimeout(timer);
      worker.terminate();
    },
  };
}
