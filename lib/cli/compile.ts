/**
 * `capstan compile`: one binary that is one capability, with exactly its permissions baked in.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { type NamedFile, readNamed, type ReadText, refusalOfFile } from "../document/files/files.ts";
import { bindFile, variablesOf } from "../plan/binds/binds.ts";
import { textFilesOf, withTexts } from "../plan/files.ts";
import { prepareStart } from "../sandbox/handover/prepare.ts";
import { manifestOf, permissionFlags } from "../sandbox/manifest.ts";
import { PROXY_VARIABLES } from "../sandbox/proxy.ts";
import { packSpecification } from "../document/pack.ts";
import type { Specification } from "../document/specification.ts";
import { parseArgs, UsageError } from "./args.ts";
import { buildBinary } from "../../tools/binary.ts";
import { bundle, COMPILED_START, programFolder } from "../../tools/bundle.ts";
import { FROM_SOURCES } from "../isolate/program_text.ts";
import { BuildError, denoProgram, type Target, TARGETS, thisTarget } from "../../tools/toolchain.ts";
import { defaultFile, isUsable, type Loaded, loadSpecification } from "./load.ts";
import { note, noteDiagnostics } from "./output.ts";
import { VERBS } from "./verbs.ts";

function targetOf(text: string | undefined): Target {
  if (text === undefined) return thisTarget();
  const target = TARGETS.find((known) => known === text);
  if (!target) throw new UsageError(`--target takes ${TARGETS.join(", ")}; not ${text}`);
  return target;
}

/** Files that the bind values come from: read when the binary starts, before the capability runs. */
function bindFiles({ spec, readText }: Loaded): string[] {
  const files = [...variablesOf(spec).values()].flatMap(({ bind }) => bind && bindFile(spec, bind) || []);
  return [...new Set(files.filter((file) => isReadable(file, readText)).map(({ path }) => path))];
}

/** Whether the binary may be given a file: what is refused here is no grant there; what is missing may come. */
function isReadable(file: NamedFile, readText: ReadText): boolean {
  try {
    readNamed(readText, file);
    return true;
  } catch (error) {
    return !refusalOfFile(error, file).refused;
  }
}

/**
 * A specification with its scripts and schemas: on another machine somebody else could have a file at their path.
 *
 * @throws {Error} When one of them cannot be read.
 */
function withAllTexts({ spec, readText }: Loaded): Specification {
  const out = withTexts(spec, SURFACE_TYPES, readText);
  for (const file of textFilesOf(spec, SURFACE_TYPES)) {
    try {
      readNamed(readText, file);
    } catch (error) {
      const { said, fix } = refusalOfFile(error, file);
      throw new Error(`the file ${file.path} ${said}, and the binary has to hold it; ${fix}`);
    }
  }
  return out;
}

/** A text as a program has it: in letters of one byte each, which the engine reads in half the time. */
function literal(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (letter) => "\\u" + letter.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/**
 * Writes the program of a binary.
 *
 * @param loaded The specification, with the files it names.
 * @param folder Where the bundle's `lib` stands.
 * @returns Its first module, and what goes with it.
 */
export async function writeProgram(
  { spec, readText }: Pick<Loaded, "spec" | "readText">,
  folder: string,
): Promise<{ readonly entry: string; readonly packed: string }> {
  const entry = join(folder, "capability.js"), packed = join(folder, "packed.js");
  const start = await prepareStart(spec, readText) ?? null;
  // Deno would look through whatever an import names by a fixed text.
  await Deno.writeTextFile(
    entry,
    `import { startCompiled } from "./lib/${COMPILED_START}";\n` +
      `await startCompiled({\n  start: JSON.parse(${literal(JSON.stringify(start))}),\n` +
      "  packed: () => import(`${[]}./packed.js`),\n" +
      "  program: () => import(`${[]}./lib/lib/cli/compiled.js`),\n});\n",
  );
  // Where it runs, paths lead to other places than here.
  const { served: _, ...elsewhere } = spec;
  await Deno.writeTextFile(packed, `export default ${literal(packSpecification(elsewhere))};\n`);
  return { entry, packed };
}

/** Copies the modules of a bundle; out of a binary as well, where only reading is possible. */
async function copyModules(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const source = join(from, entry.name), copy = join(to, entry.name);
    if (entry.isDirectory) await copyModules(source, copy);
    else await Deno.writeTextFile(copy, await Deno.readTextFile(source));
  }
}

/** Runs `capstan compile`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("compile", args, VERBS["compile"]!.flags);
  if (parsed.positional.length > 1) throw new UsageError("capstan compile takes one specification");
  const output = parsed.value("output");
  if (output === undefined) throw new UsageError("say where the binary goes: capstan compile SPEC -o FILE");
  const target = targetOf(parsed.value("target"));
  const file = parsed.positional[0] ?? defaultFile();
  const read = await loadSpecification(file === "-" ? file : resolve(file), parsed);
  const loaded = { ...read, spec: withAllTexts(read) };
  noteDiagnostics(loaded.diagnostics.filter((d) => d.severity === "error"), loaded.spec.files);
  if (!isUsable(loaded, parsed.has("strict"))) return 1;
  const manifest = manifestOf(loaded.spec, loaded.binds);
  const variables = [...variablesOf(loaded.spec).values()].map((v) => v.source);
  const permissions = permissionFlags({ ...manifest, read: [...manifest.read, ...bindFiles(loaded)] }, [
    // Asked for before anything runs: the runtime's own telemetry would write credentials in addresses.
    ...new Set([...variables, ...PROXY_VARIABLES, "NO_COLOR", "OTEL_DENO"]),
  ], false);
  const temporary = await Deno.makeTempDir({ prefix: "capstan-" });
  try {
    denoProgram();
    const modules = join(temporary, "lib");
    if (FROM_SOURCES) await bundle(temporary);
    else await copyModules(programFolder(), modules);
    const { entry, packed } = await writeProgram(loaded, temporary);
    await buildBinary({ entry, include: [modules, packed], output: resolve(output), target, permissions });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    note(`capstan: ${error.message}`);
    return 1;
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
  note(`compiled: ${output}`);
  return 0;
}
