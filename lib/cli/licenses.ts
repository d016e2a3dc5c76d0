/**
 * `capstan --licenses`: the licence of Capstan, and those of the packages that are bundled with it.
 *
 * @module
 */
import { join } from "node:path";
import { NOTICES, programFolder } from "../../tools/bundle.ts";

/**
 * Reads them from beside the program: its sources, its bundle, or the files inside its binary.
 *
 * @returns The whole text.
 * @throws {Error} When the files are not there.
 */
export async function licenses(): Promise<string> {
  const texts: string[] = [];
  for (const name of ["LICENSE", NOTICES]) {
    try {
      texts.push((await Deno.readTextFile(join(programFolder(), name))).trim());
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(`${name} is not beside the program; build it again with deno task bundle`);
    }
  }
  return texts.join(`\n\n${"=".repeat(80)}\n\n`);
}
