/**
 * One run of a script: a runtime of its own with its limits, thrown away afterwards.
 *
 * @module
 */
import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { CallError } from "../upstream/error.ts";
import { discardEngine, type Engine } from "./script_engine.ts";
import {
  broken,
  scriptFailure,
  tooLate,
  tooManyStatements,
  tooMuchMemory,
  unusable,
} from "./script_error.ts";
import { PRELUDE } from "./script_prelude.ts";
import type { Answer, ScriptPlan, ScriptTask } from "./task.ts";

/** The engine asks whether to go on once in so many jumps and calls. */
const STRIDE = 10_000;
const STACK_BYTES = 256 << 10;

/**
 * Runs a script.
 *
 * @param engine The engine.
 * @param plan The script.
 * @param task What it is given.
 * @param deadline Until when, in milliseconds of `performance.now()`.
 * @returns Its result as JSON, or why there is none; what it wrote beside either.
 */
export function runInRealm(engine: Engine, plan: ScriptPlan, task: ScriptTask, deadline: number): Answer {
  let lines: readonly string[] | undefined;
  try {
    const runtime = engine.newRuntime();
    try {
      runtime.setMemoryLimit(plan.memoryBytes);
      runtime.setMaxStackSize(STACK_BYTES);
      let left = Math.max(1, Math.ceil(plan.statementLimit / STRIDE)), stopped: CallError | undefined;
      runtime.setInterruptHandler(() => {
        if (performance.now() > deadline) stopped ??= tooLate(plan.name, task.allowed);
        else if (left-- <= 0) stopped ??= tooManyStatements(plan.name, plan.statementLimit);
        return stopped !== undefined;
      });
      const realm = runtime.newContext();
      try {
        const run = new Run(realm, plan, () => stopped);
        const text = run.result(task, (written) => lines = written);
        return { kind: "result", text, ...(lines && { lines }) };
      } finally {
        release(realm);
      }
    } finally {
      release(runtime);
    }
  } catch (cause) {
    let error = cause;
    if (!(error instanceof CallError)) {
      // The engine asserts, or traps: its memory is in doubt.
      discardEngine();
      error = broken(plan.name, cause);
    }
    return { kind: "failed", error: (error as CallError).data, ...(lines && { lines }) };
  }
}

/** Gives memory back. An engine that cannot is not used again, but what the script did still counts. */
function release(used: { dispose(): void }): void {
  try {
    used.dispose();
  } catch {
    discardEngine();
  }
}

/** What goes on between the host and one realm. */
class Run {
  readonly #realm: QuickJSContext;
  readonly #plan: ScriptPlan;
  readonly #stopped: () => CallError | undefined;

  constructor(realm: QuickJSContext, plan: ScriptPlan, stopped: () => CallError | undefined) {
    this.#realm = realm;
    this.#plan = plan;
    this.#stopped = stopped;
  }

  /** Evaluates every part and gives the result as JSON; undefined where there is none. */
  result(task: ScriptTask, onLines: (lines: readonly string[]) => void): string | undefined {
    const realm = this.#realm;
    using prelude = this.#evaluate(PRELUDE, "prelude");
    using start = realm.getProp(prelude, "start");
    using stringify = realm.getProp(prelude, "stringify");
    using drain = realm.getProp(prelude, "drain");
    using text = realm.newString(task.input);
    using mark = realm.newString(task.mark);
    this.#call(start, text, mark, task.marked ? realm.true : realm.false).dispose();
    try {
      for (const part of this.#plan.parts) {
        this.#evaluate(part.text, part.file).dispose();
        this.#settle();
      }
      using assigned = this.#evaluate("result", "result");
      using value = this.#awaited(assigned);
      return this.#data(stringify, value);
    } finally {
      this.#drain(drain, onLines);
    }
  }

  #data(stringify: QuickJSHandle, value: QuickJSHandle): string | undefined {
    using answer = this.#call(stringify, value);
    if (this.#realm.typeof(answer) === "undefined") return undefined;
    const text = this.#realm.getString(answer);
    if (text.startsWith("!")) throw unusable(this.#plan.name, text.slice(1));
    if (text.length > this.#plan.resultLength) {
      throw unusable(
        this.#plan.name,
        `it has ${text.length} characters, and ${this.#plan.resultLength} are allowed`,
      );
    }
    return text;
  }

  /** The value of a promise; any other value as it is. */
  #awaited(value: QuickJSHandle): QuickJSHandle {
    if (this.#realm.typeof(value) !== "object") return value.dup();
    const state = this.#realm.getPromiseState(value);
    if (state.type === "fulfilled") return state.notAPromise ? value.dup() : state.value;
    if (state.type === "rejected") throw this.#failure(state.error);
    throw unusable(this.#plan.name, "it is a promise that nothing resolves");
  }

  /** Runs what was put off, such as the code after an `await`. */
  #settle(): void {
    const done = this.#realm.runtime.executePendingJobs();
    if (done.error) throw this.#failure(done.error);
    done.dispose();
    // An asynchronous function swallows the interruption of its own body.
    const stopped = this.#stopped();
    if (stopped) throw stopped;
  }

  #evaluate(text: string, file: string): QuickJSHandle {
    return this.#unwrap(this.#realm.evalCode(text, file, { type: "global" }));
  }

  #call(fn: QuickJSHandle, ...given: QuickJSHandle[]): QuickJSHandle {
    return this.#unwrap(this.#realm.callFunction(fn, this.#realm.undefined, ...given));
  }

  #unwrap(outcome: ReturnType<QuickJSContext["evalCode"]>): QuickJSHandle {
    if (outcome.error) throw this.#failure(outcome.error);
    return outcome.value;
  }

  #failure(error: QuickJSHandle): CallError {
    using handle = error;
    const described = this.#stopped() ? undefined : this.#describe(handle);
    // The getters of an error are the script's as well.
    const stopped = this.#stopped();
    if (stopped) return stopped;
    // Where not even an error fits any more, the engine throws null.
    if (described === null) return tooMuchMemory(this.#plan.name);
    return scriptFailure(this.#plan.name, described, this.#plan.parts.map((part) => part.file));
  }

  /** Name, message and stack, without running a getter of the script more than once or trusting what it gives. */
  #describe(error: QuickJSHandle): unknown {
    const realm = this.#realm;
    if (realm.eq(error, realm.null)) return null;
    if (realm.typeof(error) !== "object") {
      return realm.typeof(error) === "symbol" ? "a symbol" : realm.dump(error);
    }
    const settings: Record<string, unknown> = {};
    for (const key of ["name", "message", "stack"]) {
      try {
        using value = realm.getProp(error, key);
        if (realm.typeof(value) === "string") settings[key] = realm.getString(value);
      } catch {
        // A getter that throws tells nothing.
      }
    }
    return settings;
  }

  #drain(drain: QuickJSHandle, onLines: (lines: readonly string[]) => void): void {
    if (!this.#plan.logs || this.#stopped()) return;
    const lines = this.#realm.callFunction(drain, this.#realm.undefined);
    if (lines.error) lines.error.dispose();
    else {
      using text = lines.value;
      onLines(logLines(this.#realm.getString(text)));
    }
  }
}

/** The lines as they should be: a script can change how its world writes JSON. */
function logLines(text: string): string[] {
  try {
    const lines: unknown = JSON.parse(text);
    return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
  } catch {
    return [];
  }
}
