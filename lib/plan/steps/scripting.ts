/**
 * Scripting of a capability while it runs: what is allowed now, and how the scripts have fared.
 *
 * @module
 */
import type { ScriptLimits } from "../../isolate/script.ts";
import { CallError } from "../../upstream/error.ts";

/** The settings of scripts. */
export interface ScriptSettings {
  readonly enabled: boolean;
  readonly defaultLanguage: string | undefined;
  /** Undefined where every language is allowed. */
  readonly allowedLanguages: readonly string[] | undefined;
  readonly limits: ScriptLimits;
}

/** What can be changed while a capability runs. */
export interface ScriptingChange {
  readonly enabled?: boolean;
  readonly timeout?: number;
  readonly statementLimit?: number;
  readonly allowedLanguages?: readonly string[];
}

/** How the scripts have fared. */
export interface ScriptingStats {
  readonly totalExecutions: number;
  readonly totalErrors: number;
  readonly averageDurationMs: number;
  /** ISO 8601; undefined before the first. */
  readonly lastExecutionAt?: string;
}

/** The scripting of one capability. */
export class Scripting {
  #settings: ScriptSettings;
  #executions = 0;
  #errors = 0;
  #milliseconds = 0;
  #last: number | undefined;
  /** Grows with every change: a script that was compiled before is compiled again. */
  version = 0;

  /** @param settings What the document says. */
  constructor(settings: ScriptSettings) {
    this.#settings = settings;
  }

  /** What holds now. */
  get settings(): ScriptSettings {
    return this.#settings;
  }

  /** The limits that hold now. */
  get limits(): ScriptLimits {
    return this.#settings.limits;
  }

  /** Changes what holds, from the next run on. */
  change({ enabled, timeout, statementLimit, allowedLanguages }: ScriptingChange): void {
    const { limits } = this.#settings;
    this.#settings = {
      ...this.#settings,
      ...(enabled === undefined ? {} : { enabled }),
      ...(allowedLanguages === undefined ? {} : { allowedLanguages }),
      limits: {
        ...limits,
        ...(timeout === undefined ? {} : { timeoutMs: timeout }),
        ...(statementLimit === undefined ? {} : { statementLimit }),
      },
    };
    this.version++;
  }

  /** Whether scripts may run now. */
  get allowed(): boolean {
    const { enabled, allowedLanguages } = this.#settings;
    return enabled &&
      (!allowedLanguages || allowedLanguages.includes("javascript") || allowedLanguages.includes("js"));
  }

  /**
   * Runs a script, and counts it.
   *
   * @throws {CallError} `forbidden`, while scripts are switched off.
   */
  async run<T>(name: string, script: () => Promise<T>): Promise<T> {
    if (!this.allowed) {
      throw new CallError({
        code: "forbidden",
        message: `the script ${name} did not run: scripts are switched off`,
        retryable: false,
        hint: "Continue without this tool, or ask the person who runs this server to switch scripts on.",
      });
    }
    const started = performance.now();
    this.#executions++;
    this.#last = Date.now();
    try {
      return await script();
    } catch (error) {
      this.#errors++;
      throw error;
    } finally {
      this.#milliseconds += performance.now() - started;
    }
  }

  /** How the scripts have fared so far. */
  stats(): ScriptingStats {
    const average = this.#executions === 0 ? 0 : this.#milliseconds / this.#executions;
    return {
      totalExecutions: this.#executions,
      totalErrors: this.#errors,
      averageDurationMs: Math.round(average * 100) / 100,
      ...(this.#last === undefined ? {} : { lastExecutionAt: new Date(this.#last).toISOString() }),
    };
  }
}
