/**
 * The worker that sends telemetry to a collector, and does nothing else.
 *
 * @module
 */
import { parseJson, writeJson } from "../../data/json.ts";
import { type MessageScope, readSignals } from "../crossing.ts";

import type { ExportSettings } from "./export_spans.ts";
import type { ExporterMessage, ExporterReport } from "./exporter.ts";

/**
 * Sends to a collector what it is given.
 *
 * @param scope Where its orders come from, and where it says what came of them.
 * @param settings Where to, and as whom: `ExportSettings` as text.
 */
export function exportFor(scope: MessageScope, settings: string): void {
  // What comes before the program is loaded waits for it.
  const early: string[] = [];
  scope.onmessage = ({ data }) => early.push(data as string);
  void send(scope, parseJson(settings) as ExportSettings, early);
}

async function send(scope: MessageScope, settings: ExportSettings, early: readonly string[]): Promise<void> {
  const { SpanExporter } = await import("./export_spans.ts");
  const report = (said: ExporterReport) => scope.postMessage(writeJson(said));
  const exporter = new SpanExporter(settings, (message) => report({ type: "log", message }));
  const hear = (text: string) => {
    const signals = readSignals(text);
    if (signals) return exporter.add(signals);
    const message = parseJson(text) as ExporterMessage;
    if (message.type === "metrics") exporter.addMetrics(message.text);
    else void exporter.finish().then(() => report({ type: "finished" }));
  };
  report({ type: "ready" });
  for (const text of early) hear(text);
  scope.onmessage = ({ data }) => hear(data as string);
}
