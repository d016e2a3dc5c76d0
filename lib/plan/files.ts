/**
 * The files a capability reads while it runs: scripts, schemas of formats, static content.
 *
 * @module
 */
import type { Runnable, Step } from "../../schemas/mod.ts";
import { controlOf } from "../document/control.ts";
import type { Specification } from "../document/specification.ts";
import type { Section } from "./callable.ts";
import { normalise } from "../document/paths.ts";
import { resolvePath } from "./paths.ts";

/** The default folder of script files: the control surface may name one. */
export function scriptFolder(spec: Specification): string | undefined {
  const control = controlOf(spec.document);
  const management = control?.["management"] as { scripting?: { defaultLocation?: unknown } } | undefined;
  const location = management?.scripting?.defaultLocation;
  return typeof location === "string" ? resolvePath(spec, control!, location) : undefined;
}

/** The files of a script step, as paths. */
export interface ScriptFiles {
  readonly file: string;
  readonly dependencies: readonly string[];
  /** The first name that climbs out of the location, where one does: none of the files is read then. */
  readonly outside: string | undefined;
}

/** The script file of a step, and the files it depends on. */
export function scriptFiles(spec: Specification, step: Step): ScriptFiles | undefined {
  if (!step.file) return undefined;
  const folder = step.location === undefined ? scriptFolder(spec) : resolvePath(spec, step, step.location);
  const at = (name: string) =>
    folder === undefined ? resolvePath(spec, step, name) : normalise(`${folder}/${name}`);
  const names = [step.file, ...(step.dependencies ?? [])], [file, ...dependencies] = names.map(at);
  const outside = folder === undefined ? undefined : names.find((name) => climbs(name));
  return { file: file!, dependencies, outside };
}

/** Whether a name leads out of the folder it is looked for in. */
function climbs(name: string): boolean {
  const path = normalise(name.replace(/^[\\/]+/, ""));
  return path === ".." || path.startsWith("../");
}

/** The path of an operation's schema file, where its format takes one from a file. */
export function outputSchemaFile(
  spec: Specification,
  operation: { outputRawFormat?: string | undefined; outputSchema?: string | undefined },
): string | undefined {
  const format = operation.outputRawFormat?.toLowerCase();
  if (operation.outputSchema === undefined || (format !== "avro" && format !== "protobuf")) return undefined;
  return resolvePath(spec, operation, operation.outputSchema);
}

/**
 * The texts a capability is compiled from beside its document: scripts, what they depend on, and schemas of formats.
 *
 * @param spec The specification as read.
 * @param sections What each type of section declares.
 * @returns Paths, without duplicates. Whether they exist is for the reader to find out.
 */
export function textsOf(spec: Specification, sections: readonly Section[]): string[] {
  const files = new Set<string>();
  const runnable = (node: Runnable) => {
    for (const step of node.steps ?? []) {
      if (step.type !== "script") continue;
      const script = scriptFiles(spec, step);
      if (!script || script.outside !== undefined) continue;
      for (const file of [script.file, ...script.dependencies]) files.add(file);
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
      if (file !== undefined) files.add(file);
    }
  }
  for (const aggregate of document.aggregates ?? []) aggregate.flows?.forEach(runnable);
  for (const exposes of document.exposes ?? []) {
    const section = sections.find(({ type }) => type === exposes.type);
    for (const { runs } of section?.callables(exposes) ?? []) if (runs) runnable(runs.node);
  }
  return [...files];
}
