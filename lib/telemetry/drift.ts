/**
 * Drift: outputs that did not hold what they declare, and what was looked for in answers and was not there, counted
 * and reported (semantics §6).
 *
 * @module
 */

import type { CallEvent } from "./call.ts";

/** An output that drifted, or something that an answer did not have, and how often. */
export interface DriftEvent {
  /** What kind it is. */
  readonly code: "drift" | "not_found_in_answer";
  /** The flow it belongs to. */
  readonly flow: string;
  /** The output, as a path into the result such as `result[].price`; or what was looked for. */
  readonly output: string;
  /** How often it has happened. */
  readonly count: number;
  /** What happened, in one sentence. */
  readonly message: string;
  /** The author's text that led to it, as `file:line:column`. */
  readonly source?: string | undefined;
}

/** What happened to an output that did not hold what it declares. */
export function driftMessage(output: string): string {
  return `${output} did not hold the type it declares, and became null`;
}

/** What drifted or was not there, as a line. */
export function driftText({ code, flow, output, message, source }: DriftEvent): string {
  return code === "drift"
    ? `drift: ${flow}: ${message}`
    : `not found: ${flow}: ${output}: ${message}${source === undefined ? "" : ` (${source})`}`;
}

/** Counts drift, and tells of it the first time and then ever more rarely: at 10, 100, 1,000 … */
export class DriftLog {
  readonly #counts = new Map<string, DriftEvent>();
  #listener: ((event: DriftEvent) => void) | undefined;

  /** Counts the outputs that drifted in one result; one that drifted in several elements counts once. */
  record(flow: string, outputs: readonly string[]): void {
    for (const output of new Set(outputs)) {
      this.#count({ code: "drift", flow, output, message: driftMessage(output) });
    }
  }

  /** Counts what was looked for in an answer and was not there. */
  recordMissing(flow: string, path: string, { message, source }: CallEvent): void {
    this.#count({ code: "not_found_in_answer", flow, output: path, message, source });
  }

  #count(said: Omit<DriftEvent, "count">): void {
    const key = `${said.code} ${said.flow} ${said.output} ${said.source ?? ""}`;
    const event = { ...said, count: (this.#counts.get(key)?.count ?? 0) + 1 };
    this.#counts.set(key, event);
    if (/^10*$/.test(String(event.count))) this.#listener?.(event);
  }

  /** What has drifted so far. */
  events(): DriftEvent[] {
    return [...this.#counts.values()];
  }

  /** Tells one listener of drift. */
  listen(listener: (event: DriftEvent) => void): void {
    this.#listener = listener;
  }
}
