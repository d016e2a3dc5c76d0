/**
 * The files a capability reads while it runs: scripts, schemas of formats, static content.
 *
 * @module
 */
import type { Runnable, Step } from "../../schemas/mod.ts";
import { controlOf } from "../document/control.ts";
import {
  FileRefusal,
  type NamedFile,
  readNamed,
  type ReadText,
  refusalOfFile,
} from "../document/files/files.ts";
import { normalise } from "../document/files/paths.ts";
import type { Specification, Unread } from "../document/specification.ts";
import type { Section } from "./callable.ts";
import { folderOfNode, namedFile, resolvePath } from "./paths.ts";

/** Where scripts are looked for, and the folder that the naming document may read. */
interface ScriptFolder {
  readonly path: string;
  readonly held: string;
}

/** The default folder of script files: the control surface may name one. */
function scriptFolder(spec: Specification): ScriptFolder | undefined {
  const control = controlOf(spec.document);
  const management = control?.["management"] as { scripting?: { defaultLocation?: unknown } } | undefined;
  const location = management?.scripting?.defaultLocation;
  return control && typeof location === "string"
    ? { path: resolvePath(spec, control, location), held: folderOfNode(spec, control) }
    : undefined;
}

/** The files of a script step. */
export interface ScriptFiles {
  readonly file: NamedFile;
  readonly dependencies: readonly NamedFile[];
  /** The first name that climbs out of the location, where one does: none of the files is read then. */
  readonly outside: string | undefined;
}

/** The script file of a step, and the files it depends on. */
export function scriptFiles(spec: Specification, step: Step): ScriptFiles | undefined {
  if (!step.file) return undefined;
  const folder = step.location === undefined
    ? scriptFolder(spec)
    : { path: resolvePath(spec, step, step.location), held: folderOfNode(spec, step) };
  const at = (name: string): NamedFile =>
    folder === undefined
      ? namedFile(spec, step, name, "script")
      : { path: normalise(`${folder.path}/${name}`), folder: folder.held, kind: "script" };
  const names = [step.file, ...(step.dependencies ?? [])], [file, ...dependencies] = names.map(at);
  const outside = folder === undefined ? undefined : names.find((name) => climbs(name));
  return { file: file!, dependencies, outside };
}

/** Whether a name leads out of the folder it is looked for in. */
function climbs(name: string): boolean {
  const path = normalise(name.replace(/^[\\/]+/, ""));
  return path === ".." || path.startsWith("../");
}

/** The schema file of an operation, where its format takes one from a file. */
export function outputSchemaFile(
  spec: Specification,
  operation: { outputRawFormat?: string | undefined; outputSchema?: string | undefined },
): NamedFile | undefined {
  const format = operation.outputRawFormat?.toLowerCase();
  if (operation.outputSchema === undefined || (format !== "avro" && format !== "protobuf")) return undefined;
  return namedFile(spec, operation, operation.outputSchema, format);
}

/** What a file is known by: what one document may read, another may not. */
function keyOf({ path, folder }: NamedFile): string {
  return `${folder}\n${path}`;
}

/**
 * The texts a capability is compiled from beside its document: scripts, what they depend on, and schemas of formats.
 *
 * @param spec The specification as read.
 * @param sections What each type of section declares.
 * @returns The files, without duplicates. Whether they exist is for the reader to find out.
 */
export function textFilesOf(spec: Specification, sections: readonly Section[]): NamedFile[] {
  const files = new Map<string, NamedFile>();
  const runnable = (node: Runnable) => {
    for (const step of node.steps ?? []) {
      if (step.type !== "script") continue;
      const script = scriptFiles(spec, step);
      if (!script || script.outside !== undefined) continue;
      for (const file of [script.file, ...script.dependencies]) files.set(keyOf(file), file);
    }
  };
  const { document } = spec;
  for (const consumes of document.consumes ?? []) {
    const operations = [
      ...(consumes.operations ?? []),
      ...(consumes.resources ?? []).flatMap((r) => r.operations ?? []),
    ];
    for (const operation of operations) {
      const file = outputSchemaFile(spec, operation);
      if (file !== undefined) files.set(keyOf(file), file);
    }
  }
  for (const aggregate of document.aggregates ?? []) aggregate.flows?.forEach(runnable);
  for (const exposes of document.exposes ?? []) {
    const section = sections.find(({ type }) => type === exposes.type);
    for (const { runs } of section?.callables(exposes, document.exposes ?? []) ?? []) {
      if (runs) runnable(runs.node);
    }
  }
  return [...files.values()];
}

/**
 * A specification with the texts of its scripts and schemas: whoever compiles it reads no file. Why one was not read
 * is kept as well, and reported where it is needed.
 *
 * @param spec The specification as read.
 * @param sections What each type of section declares.
 * @param readText Reads files.
 */
export function withTexts(
  spec: Specification,
  sections: readonly Section[],
  readText: ReadText,
): Specification {
  const texts: Record<string, string> = Object.create(null),
    unread: Record<string, Unread> = Object.create(null);
  const read = readerOf(spec, readText);
  for (const file of textFilesOf(spec, sections)) {
    try {
      texts[keyOf(file)] = read(file);
    } catch (error) {
      const { reason, folder } = error as FileRefusal;
      unread[keyOf(file)] = { reason, folder };
    }
  }
  return { ...spec, texts, unread };
}

/**
 * A specification that knows which of its scripts and schemas are refused: nobody is to be granted them.
 *
 * @param spec The specification as read.
 * @param sections What each type of section declares.
 * @param readText Reads files.
 */
export function withRefused(
  spec: Specification,
  sections: readonly Section[],
  readText: ReadText,
): Specification {
  const unread: Record<string, Unread> = Object.create(null), read = readerOf(spec, readText);
  for (const file of textFilesOf(spec, sections)) {
    try {
      read(file);
    } catch (error) {
      const { reason, folder } = error as FileRefusal;
      if (refusalOfFile(error, file).refused) unread[keyOf(file)] = { reason, folder };
    }
  }
  return Object.keys(unread).length === 0 ? spec : { ...spec, unread: { ...spec.unread, ...unread } };
}

/**
 * What reads the files a specification names: those that came with it, else the files themselves.
 *
 * @param spec The specification.
 * @param readText Reads files.
 * @returns A reader; it throws a `FileRefusal` for what is not read.
 */
export function readerOf(spec: Specification, readText: ReadText): (file: NamedFile) => string {
  const { texts = {}, unread = {} } = spec;
  return (file) => {
    const key = keyOf(file);
    if (Object.hasOwn(texts, key)) return texts[key]!;
    const why = Object.hasOwn(unread, key) ? unread[key] : undefined;
    if (why) throw new FileRefusal(why.reason, file.path, why.folder);
    return readNamed(readText, file);
  };
}

/** Whether a file came with the specification, read or refused: it is read no more. */
export function isPacked({ texts = {}, unread = {} }: Specification, file: NamedFile): boolean {
  const key = keyOf(file);
  return Object.hasOwn(texts, key) || Object.hasOwn(unread, key);
}
