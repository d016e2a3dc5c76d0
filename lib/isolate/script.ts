/**
 * Script steps: JavaScript in QuickJS compiled to WebAssembly, inside the isolate. A script reads `context`, assigns
 * `result`, and can reach nothing else: values cross as JSON text, and no function of the host is in its world.
 *
 * @module
 */
import type { Call } from "../telemetry/call.ts";
import { integerOf, writeJson } from "../data/json.ts";
import { Deadline } from "../upstream/time/deadline.ts";
import { CallError } from "../upstream/error.ts";
import { faultError } from "./fault.ts";
import type { Isolate } from "./isolate.ts";
import { broken, cancelled, tooLate } from "./script_error.ts";
import type { Answer, ScriptPlan, ScriptTask } from "./task.ts";

/** How long a script is given to stop by itself, so that it can say where, in milliseconds. */
const GRACE_MS = 50;

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

let numbers = 0;

/**
 * Prepares a script.
 *
 * @param script The script with its dependencies and limits.
 * @param isolate Where it runs.
 * @returns A function that gives the `result`, or undefined where none was assigned. It throws a `CallError`: `timeout`
 * for time, `misconfigured` for other limits, syntax and results that are no data, `internal` for what the script throws.
 */
export function compileScript(script: ScriptSource, isolate: Isolate): Script {
  const { limits = {}, name, onLog } = script;
  const plan: ScriptPlan = {
    name,
    parts: [
      ...(script.dependencies ?? []),
      { file: script.file ?? `${name}.js`, text: script.source },
    ],
    statementLimit: limits.statementLimit ?? 100_000,
    memoryBytes: limits.memoryBytes ?? 64 * (1 << 20),
    resultLength: limits.resultLength ?? 16 * (1 << 20),
    logs: onLog !== undefined,
  };
  const id = ++numbers, timeoutMs = limits.timeoutMs ?? 60_000;
  return async (context, call) => {
    if (call?.signal?.aborted) throw cancelled(name);
    const now = performance.now(), left = (call?.deadline ?? Infinity) - now;
    const milliseconds = Math.min(timeoutMs, left);
    const allowed = left < timeoutMs ? "the time that was left of the call" : `the limit of ${timeoutMs} ms`;
    if (milliseconds <= 0) throw tooLate(name, allowed);
    const task: ScriptTask = { kind: "script", id, plan, ...inputOf(name, context), milliseconds, allowed };
    const deadline = new Deadline({
      deadline: Math.min(call?.deadline ?? Infinity, now + timeoutMs + GRACE_MS),
      get signal() {
        return call?.signal;
      },
    });
    let answer: Answer;
    try {
      answer = await isolate.run(task, deadline);
    } catch (error) {
      if (!deadline.over) throw error;
      throw deadline.cancelled ? cancelled(name) : tooLate(name, allowed);
    } finally {
      deadline.stop();
    }
    return resultOf(answer, task, onLog);
  };
}

/** What comes back as data of this side. */
function resultOf(answer: Answer, { mark }: ScriptTask, onLog: ScriptSource["onLog"]): unknown {
  if ("lines" in answer && answer.lines && answer.lines.length > 0) onLog?.(answer.lines);
  if (answer.kind === "failed") throw new CallError(answer.error);
  if (answer.kind === "fault") throw faultError(answer);
  if (answer.kind !== "result" || answer.text === undefined) return undefined;
  const { text } = answer;
  if (!text.includes(mark)) return JSON.parse(text);
  return JSON.parse(text, (_key, value) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const digits = value.slice(mark.length);
    return integerOf(digits) ?? BigInt(digits);
  });
}

/** A context on its way in: QuickJS reads JSON without keeping the digits of large integers, so they are marked. */
function inputOf(
  name: string,
  context: Readonly<Record<string, unknown>>,
): Pick<ScriptTask, "input" | "mark" | "marked"> {
  const mark = `integer ${crypto.randomUUID()} `;
  try {
    const input = writeJson(context);
    if (!/[[:,]-?\d{16}/.test(input)) return { input, mark, marked: false };
    return {
      input: JSON.stringify(context, (_key, value) => typeof value === "bigint" ? mark + value : value),
      mark,
      marked: true,
    };
  } catch (cause) {
    throw broken(name, cause);
  }
}
