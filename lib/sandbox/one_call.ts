/**
 * One call in a sandbox of its own, which ends with it.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { StartError } from "../expose/start_error.ts";
import type { Job, WorkerMessage } from "./messages.ts";
import { runSandboxed, type SandboxOptions } from "./run.ts";
import { isEvent, type SandboxEvent } from "./event.ts";

/** What came of the call: a value, the request it would send, or why there is neither. */
export type OneCallOutcome = Extract<
  WorkerMessage,
  { readonly type: "result" | "preview" | "failed" | "refused" | "unknown" }
>;

/** What is called, and who hears what the capability tells meanwhile. */
export interface OneCallOptions extends SandboxOptions {
  readonly job: Job & { readonly do: "call" };
  readonly onEvent: (event: SandboxEvent) => void;
  /** Hears what compiling found, before the call. */
  readonly onFound?: (diagnostics: readonly Diagnostic[]) => void;
}

/**
 * Calls something once.
 *
 * @param options The capability, what is called of it, and who hears.
 * @returns What came of it.
 * @throws {StartError} When the sandbox ended without a word.
 */
export async function callOnce(options: OneCallOptions): Promise<OneCallOutcome> {
  for await (const report of runSandboxed(options).reports) {
    switch (report.type) {
      case "result":
      case "preview":
      case "failed":
      case "refused":
      case "unknown":
        return report;
    }
    if (report.type === "found") options.onFound?.(report.diagnostics);
    else if (isEvent(report)) options.onEvent(report);
  }
  throw new StartError("the capability ended before it answered", [], options.spec);
}
