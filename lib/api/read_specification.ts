/**
 * Reading a specification.
 *
 * @module
 */
import { OptionError } from "../data/capstan_error.ts";
import { replaceBaseUri } from "../document/base_uris.ts";
import { readSpecification as readDocument } from "../document/read.ts";
import { withUnserved } from "../sandbox/served.ts";
import type { Specification } from "./specification.ts";
import { sourcesOf } from "./surroundings.ts";

/** How a specification is read. */
export interface ReadOptions {
  /** Reads this text instead of the file. */
  readonly text?: string;
  /** The text of an imported file; read from the file system when left out. */
  readonly readText?: (path: string) => string;
  /** Folders whose files any document may import, beside those of its own folder. */
  readonly allowRead?: readonly string[];
  /** Addresses to call instead of those the document says, by consumed namespace: a test server, a regional host. */
  readonly baseUris?: Readonly<Record<string, string>>;
}

/**
 * Reads a specification. Never throws for a bad one: its diagnostics say what is wrong.
 *
 * @param file The file, as messages name it.
 * @param options What to read instead, and what to call instead.
 * @returns The model, with every finding.
 * @throws {OptionError} When `baseUris` names a namespace that is not there, or something that is no address.
 * @throws {FileRefusal} When a folder of `allowRead` cannot be read.
 * @see docs/semantics.md §1 (reading), §11 (shapes of real files).
 *
 * @example Finding what is wrong with a file
 * ```ts
 * import { readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const { diagnostics } = readSpecification("broken.yml", { text: "ikanos: [" });
 * assert.equal(diagnostics[0]?.severity, "error");
 * ```
 */
export function readSpecification(file: string, options: ReadOptions = {}): Specification {
  const { readText, allowRead } = options;
  const io = sourcesOf({ ...readText && { readText }, ...allowRead && { allowRead } });
  const spec = readDocument(file, io, options.text === undefined ? {} : { text: options.text });
  for (const [namespace, uri] of Object.entries(options.baseUris ?? {})) {
    const why = replaceBaseUri(spec, namespace, uri);
    if (why !== undefined) throw new OptionError(why);
  }
  return readText ? spec : withUnserved(spec, allowRead);
}
