/**
 * How what a worker says crosses to the main thread: as text. What is already text, and much of it, crosses as it is:
 * written as JSON it would be escaped on one side and read on the other, at more cost than making it.
 *
 * @module
 */
import { parseJson, writeJson } from "../data/json.ts";
import type { WorkerMessage } from "./messages.ts";

/** Where messages come from and go to. */
export interface MessageScope {
  onmessage: ((event: Pick<MessageEvent<unknown>, "data" | "ports">) => void) | null;
  postMessage(message: string): void;
}

/** What telemetry sends to a collector: members of a JSON array, how many they are, and what they are. */
export interface Signals {
  readonly type: "spans" | "records";
  readonly text: string;
  readonly count: number;
}

/** JSON begins with a brace: these cannot be taken for it. */
const LINES = "lines ", SIGNALS = /^(spans|records) (\d+) /;

/** Spans, or lines of the log for a collector, ready to cross. */
export function packSignals({ type, text, count }: Signals): string {
  return `${type} ${count} ${text}`;
}

/** Spans, or lines of the log for a collector; undefined for anything else. */
export function readSignals(data: string): Signals | undefined {
  if (data.startsWith("{")) return undefined;
  const [head, type, count] = SIGNALS.exec(data) ?? [];
  if (head === undefined) return undefined;
  return { type: type as Signals["type"], count: Number(count), text: data.slice(head.length) };
}

/** What a worker says, ready to cross. */
export function packReport(report: WorkerMessage): string {
  if (report.type === "spans" || report.type === "records") return packSignals(report);
  if (report.type === "lines" && !report.lines.some((line) => line.includes("\n"))) {
    return LINES + report.lines.join("\n");
  }
  return writeJson(report);
}

/** What a worker has said. */
export function readReport(data: string): WorkerMessage {
  if (data.startsWith(LINES)) return { type: "lines", lines: data.slice(LINES.length).split("\n") };
  return readSignals(data) ?? parseJson(data) as WorkerMessage;
}
