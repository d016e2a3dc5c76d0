/**
 * What scripts write with `console`, passed on to whoever listens.
 *
 * @module
 */

/** Hears the lines of one run of a script. */
export type ScriptListener = (script: string, lines: readonly string[]) => void;

/** The lines of every script of a capability. */
export class ScriptLog {
  #listener: ScriptListener | undefined;

  /** Passes the lines of one run on; they are gone where nobody listens. */
  write(script: string, lines: readonly string[]): void {
    if (lines.length > 0) this.#listener?.(script, lines);
  }

  /** Tells one listener of what scripts write. */
  listen(listener: ScriptListener): void {
    this.#listener = listener;
  }
}
