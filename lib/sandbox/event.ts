/**
 * What a capability in its sandbox tells while it runs, and how it is called meanwhile.
 *
 * @module
 */
import type { LogEntry } from "../host/host.ts";
import type { ReloadOutcome } from "../surface/surface_type.ts";
import type { Caller } from "../telemetry/call.ts";
import type { DriftEvent } from "../telemetry/drift.ts";
import type { WorkerMessage } from "./messages.ts";

/** Something that a capability in its sandbox tells while it runs. Nothing of it is secret. */
export type SandboxEvent =
  /** A line for the operator. */
  | { readonly type: "log"; readonly entry: LogEntry }
  /** Lines of the request log, one of each call. */
  | { readonly type: "lines"; readonly lines: readonly string[] }
  /** Outputs did not hold what they declare; reported now and then. */
  | { readonly type: "drift"; readonly event: DriftEvent }
  /** What a script wrote with `console`. */
  | { readonly type: "script"; readonly script: string; readonly lines: readonly string[] }
  /** Another document was checked, or is served now, or cannot be. */
  | {
    readonly type: "reloaded";
    readonly outcome: ReloadOutcome;
    /** It was only checked. */
    readonly check: boolean;
  };

/** What is passed on to whoever listens, as it came. */
const PASSED_ON: ReadonlySet<string> = new Set(["log", "lines", "drift", "script"]);

/** Whether a message is one for whoever listens. */
export function isEvent(
  message: WorkerMessage,
): message is Extract<WorkerMessage, { readonly type: "log" | "lines" | "drift" | "script" }> {
  return PASSED_ON.has(message.type);
}

/** How one call into the sandbox is made. */
export interface SandboxCallOptions {
  /** Cancels the call, and the request that is on its way. */
  readonly signal?: AbortSignal;
  /** How long the call may take, in milliseconds, its steps and retries included; 30 seconds when left out. */
  readonly timeout?: number;
  /** Who calls, where the program knows it. */
  readonly caller?: Caller;
}
