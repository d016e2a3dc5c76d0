/**
 * What the main thread and the worker say to each other. Everything crosses as text.
 *
 * @module
 */
import type { IsolateNeeds } from "../plan/needs_isolate.ts";
import type { CallOutcome } from "./calls.ts";
import type { RunningSurface, StartOptions } from "../expose/start.ts";
import type { Preview } from "../plan/flow.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { ReloadOutcome } from "../surface/surface_type.ts";
import type { LogEntry } from "../host/host.ts";
import type { DriftEvent } from "../telemetry/drift.ts";
import type { TelemetrySettings } from "../telemetry/settings.ts";
import type { WireChoice } from "../upstream/door.ts";
import type { CallErrorData } from "../upstream/error.ts";

/** What the worker is to do. */
export type Job =
  | {
    readonly do: "serve";
    readonly options: StartOptions;
    readonly telemetry?: TelemetrySettings | undefined;
  }
  /** Listens nowhere; calls are asked for by messages. */
  | { readonly do: "hold"; readonly telemetry?: TelemetrySettings | undefined }
  | {
    readonly do: "call";
    readonly name: string;
    readonly args: Record<string, unknown>;
    readonly dryRun: boolean;
    /** Tells every request as it is sent and every answer as it comes. */
    readonly verbose?: boolean | undefined;
  };

/** A document that was read again, for a worker that serves; the packed specification goes before it. */
export interface Reload {
  /** The request of the control port that is answered by it; 0 where nobody asked. */
  readonly id: number;
  readonly check: boolean;
  readonly binds: Readonly<Record<string, string>>;
  readonly strict: boolean;
  /** Why it cannot be served, found before it was compiled. */
  readonly refused?: ReloadOutcome | undefined;
}

/** The first message to the worker; the packed specification follows as a text of its own. */
export interface Start {
  readonly job: Job;
  readonly binds: Readonly<Record<string, string>>;
  readonly strict: boolean;
  /** How requests are sent. */
  readonly wire?: WireChoice | undefined;
  /** What the isolate is needed for; its port comes with the message. */
  readonly needs?: IsolateNeeds | undefined;
  /** Whether standard input is handed over later. */
  readonly isBegun?: boolean | undefined;
}

/** What the worker says. */
export type WorkerMessage =
  | {
    readonly type: "ready";
    readonly listening: readonly RunningSurface[];
    /** Surfaces that are not served, each with the reason. */
    readonly notServed: readonly string[];
    readonly diagnostics: readonly Diagnostic[];
    readonly disabled: readonly string[];
  }
  | { readonly type: "finished" }
  /** The control port asks for the document to be read again; `check` serves nothing of it. */
  | { readonly type: "read again"; readonly id: number; readonly check: boolean }
  /** Another document is served now, or could not be. */
  | {
    readonly type: "reloaded";
    /** What it answers. */
    readonly id: number;
    readonly outcome: ReloadOutcome;
    readonly check: boolean;
    readonly listening: readonly RunningSurface[];
    readonly notServed: readonly string[];
    readonly disabled: readonly string[];
  }
  /** A call of the main thread is over. */
  | { readonly type: "answered"; readonly id: number; readonly outcome: CallOutcome }
  /** Finished lines of the request log. */
  | { readonly type: "lines"; readonly lines: readonly string[] }
  /** Spans as the members of a JSON array, for the exporter. */
  | { readonly type: "spans"; readonly text: string; readonly count: number }
  /** Lines of the log as the members of a JSON array, for the exporter. */
  | { readonly type: "records"; readonly text: string; readonly count: number }
  /** Metrics as the members of a JSON array, for the exporter. */
  | { readonly type: "metrics"; readonly text: string }
  /** What one of several workers has seen, as text, for the one that is asked about all of them. */
  | { readonly type: "seen"; readonly text: string }
  /** A line for the operator. */
  | { readonly type: "log"; readonly entry: LogEntry }
  /** The one call that was asked for has begun. */
  | { readonly type: "calling" }
  /** What compiling found, before the one call that was asked for. */
  | { readonly type: "found"; readonly diagnostics: readonly Diagnostic[] }
  /** Outputs did not hold what they declare; reported now and then. */
  | { readonly type: "drift"; readonly event: DriftEvent }
  /** What a script wrote with `console`, secrets taken out. */
  | { readonly type: "script"; readonly script: string; readonly lines: readonly string[] }
  /** The capability cannot start; the diagnostics or the message say why. */
  | { readonly type: "refused"; readonly message: string; readonly diagnostics: readonly Diagnostic[] }
  | {
    readonly type: "result";
    readonly value: unknown;
    readonly base64?: string;
    readonly mediaType?: string;
    readonly drift?: readonly string[];
  }
  | { readonly type: "preview"; readonly preview: Preview }
  | { readonly type: "failed"; readonly error: CallErrorData }
  | { readonly type: "unknown"; readonly names: readonly string[] };
