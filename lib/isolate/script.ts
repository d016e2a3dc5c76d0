/**
 * Script steps: JavaScript in QuickJS compiled to WebAssembly. A script reads `context`, assigns `result`, and can
 * reach nothing else: values cross as JSON text, and no function of the host is in its world.
 *
 * @module
 */
import type { Call } from "../telemetry/call.ts";
import { loadEngine } from "./script_engine.ts";
import { cancelled, tooLate } from "./script_error.ts";
import { runInRealm } from "./script_realm.ts";

/** How much a script may use. */
export interface ScriptLimits {
  /** Milliseconds, 60000 by default; the deadline of the call holds as well. */
  readonly timeoutMs?: number;
  /**
   * How much a script may execute, 100000 by default. The engine counts jumps and calls in its own stride, so a limit
   * is rounded up to ten thousands.
   */
  readonly statementLimit?: number;
  /** Bytes the values of a script may take, 64 MiB by default. */
  readonly memoryBytes?: number;
  /** Characters the result may have as JSON, 16 Mi by default. */
  readonly resultLength?: number;
}

/** What is compiled. */
export interface ScriptSource {
  /** The step, for messages. */
  readonly name: string;
  /** The text of the script. */
  readonly source: string;
  /** Where it comes from, for positions in messages. */
  readonly file?: string;
  /** Scripts that are evaluated before it, in order. */
  readonly dependencies?: readonly { readonly file: string; readonly text: string }[];
  readonly limits?: ScriptLimits;
  /** Gets what the script wrote with `console`, line by line, when it has ended. */
  readonly onLog?: (lines: readonly string[]) => void;
}

/** Runs a script once, in a world of its own. */
export type Script = (context: Readonly<Record<string, unknown>>, call?: Call) => Promise<unknown>;

/**
 * Prepares a script. The engine is loaded when a script first runs.
 *
 * @param script The script with its dependencies and limits.
 * @returns A function that gives the `result`, or undefined where none was assigned. It throws a `CallError`: `timeout`
 * for time, `misconfigured` for other limits, syntax and results that are no data, `internal` for what the script throws.
 */
export function compileScript(script: ScriptSource): Script {
  const { limits = {} } = script;
  const plan = {
    name: script.name,
    parts: [
      ...(script.dependencies ?? []),
      { file: script.file ?? `${script.name}.js`, text: script.source },
    ],
    statementLimit: limits.statementLimit ?? 100_000,
    memoryBytes: limits.memoryBytes ?? 64 * (1 << 20),
    resultLength: limits.resultLength ?? 16 * (1 << 20),
    onLog: script.onLog,
  };
  const timeoutMs = limits.timeoutMs ?? 60_000;
  return async (context, call) => {
    const engine = await loadEngine();
    if (call?.signal?.aborted) throw cancelled(script.name);
    const now = performance.now(), own = now + timeoutMs;
    const deadline = Math.min(own, call?.deadline ?? Infinity);
    const allowed = deadline === own ? `the limit of ${timeoutMs} ms` : "the time that was left of the call";
    if (deadline <= now) throw tooLate(script.name, allowed);
    return runInRealm(engine, plan, context, { deadline, allowed });
  };
}
