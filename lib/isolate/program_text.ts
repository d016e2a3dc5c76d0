/**
 * Where the program of the isolate is: beside this module in the sources; in a bundle one text of its own, which a
 * thread without any permission can be given.
 *
 * @module
 */

/** Whether this program runs from its sources. */
export const FROM_SOURCES: boolean = import.meta.url.endsWith(".ts");

/** Where a bundle keeps the program, beside its other modules. */
export const PROGRAM_FILE = "isolate_program.js";

/**
 * The program of a bundle. To be asked for while files can be read.
 *
 * @returns Its text; undefined from sources, where the program is a module.
 */
export function programText(): string | undefined {
  if (FROM_SOURCES) return undefined;
  // The module of a bundle that this text ends up in stands in `lib`, or its entry beside it.
  for (const path of [`./${PROGRAM_FILE}`, `./lib/${PROGRAM_FILE}`]) {
    try {
      return Deno.readTextFileSync(new URL(path, import.meta.url));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`${PROGRAM_FILE} is not beside the program; bundle it again`);
}
