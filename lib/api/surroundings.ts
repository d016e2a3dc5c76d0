/**
 * Where variables and files come from.
 *
 * @module
 */
import { heldToFolders } from "../document/files/files.ts";
import { defaultHost } from "../host/default.ts";
import { fileReader, type ReadText } from "../host/files.ts";

/** Where a specification's surroundings come from. */
export interface Surroundings {
  /** The value of a variable; the process environment when left out. */
  readonly env?: (name: string) => string | undefined;
  /** The text of a file; read from the file system when left out. */
  readonly readText?: (path: string) => string;
  /** Folders whose files any document may name, beside those of its own folder. */
  readonly allowRead?: readonly string[];
}

/** What the rooms take instead: a source for each, whatever was left out. */
export interface Sources {
  readonly env: (name: string) => string | undefined;
  readonly readText: ReadText;
}

/** Fills in what was left out. */
export function sourcesOf({ env, readText, allowRead = [] }: Surroundings): Sources {
  return {
    env: env ?? ((name) => defaultHost(() => {}).env(name)),
    readText: readText ? heldToFolders(readText, allowRead) : fileReader(allowRead),
  };
}
