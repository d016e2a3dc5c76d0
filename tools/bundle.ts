/**
 * Bundling: the sources as a few small modules that run from any folder.
 *
 * A bundle is `capstan.js`, the modules it imports in `lib/`, and a `deno.json` that switches on what the
 * sandbox needs of Deno. Parts that a start does not need stay modules of their own, so that they cost nothing.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { FROM_SOURCES, PROGRAM_FILE } from "../lib/isolate/program_text.ts";
import { compileEarly } from "./compile_early.ts";
import { type JoinedPart, joinModules } from "./join_modules.ts";
import { BuildError, execute } from "./toolchain.ts";

/** Features of Deno that Capstan switches on: the narrowed worker, ports that workers share, the quiet request signal. */
export const UNSTABLE: readonly string[] = config.unstable;

/** The modules of the bundle this program runs from; of the sources, their root. */
export function programFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return FROM_SOURCES ? join(here, "..") : here;
}

/** Modules that are started on their own: the command, the worker, and the program of a one-capability binary. */
const ENTRIES = ["cli.ts", "lib/sandbox/worker.ts", "lib/cli/serve/reread_worker.ts", "lib/cli/compiled.ts"];

/** Modules that `serve` imports one after the other: to know its document, and to answer over standard input. */
const READING = ["lib/cli/serve/serve.ts", "lib/cli/load.ts"];
const ANSWERING = ["lib/sandbox/handover/front.ts", "lib/expose/mcp/lanes/early.ts"];
const START = [...READING, ...ANSWERING];

/** Where the bundler puts a module. */
const placeOf = (module: string) => module.replace(/\.ts$/, ".js");

const WORKER = placeOf("lib/sandbox/worker.ts");

/**
 * What is loaded together: for any command; by who reads a document and who runs it; to read it; to compile it; to answer over
 * MCP; to run it. The thread that reads compiles only where it answers over standard input, and the one that runs reads nothing.
 */
const PARTS: readonly JoinedPart[] = [
  { name: "command", entries: ["cli.js"] },
  { name: "shared", entries: READING.map(placeOf), needed: [WORKER] },
  { name: "start", entries: READING.map(placeOf) },
  { name: "compile", entries: [placeOf(ANSWERING[0]!)] },
  { name: "mcp", entries: [placeOf(ANSWERING[1]!)] },
  { name: "run", entries: [WORKER] },
];

/** The program of the isolate: one text that needs no other, since who runs it can read no file. */
const ISOLATE = "lib/isolate/program.ts";

/** The beginning of a one-capability binary: one module, so that nothing else is read before its first answer. */
const COMPILED = "lib/cli/compiled_start.ts";

/** The module that it becomes, below the bundle's `lib`. */
export const COMPILED_START = "compiled_start.js";

/** Every module that a bundle begins with. */
export const BUNDLED_MODULES: readonly string[] = [...ENTRIES, ISOLATE, COMPILED];

/** The file with the licences of what is bundled; `deno task notices` writes it. */
export const NOTICES = "THIRD_PARTY_NOTICES";

/**
 * Bundles the sources.
 *
 * @param folder Where the bundle goes; its `lib` is replaced.
 * @returns The path of `capstan.js`.
 * @throws {BuildError} When Deno cannot bundle.
 */
export async function bundle(folder: string): Promise<string> {
  const root = programFolder(), modules = join(folder, "lib"), file = join(folder, "capstan.js");
  await Deno.remove(modules, { recursive: true }).catch(() => {});
  await Deno.mkdir(modules, { recursive: true });
  const run = async (options: readonly string[]) => {
    const { success, text } = await execute(Deno.execPath(), [
      "bundle",
      "--quiet",
      "--minify",
      "--platform=browser",
      // What is bundled is what was tried: a lock that does not fit stops it.
      `--lock=${join(root, "deno.lock")}`,
      "--frozen",
      `--config=${join(root, "deno.json")}`,
      ...options,
    ]);
    if (!success) throw new BuildError(`deno bundle failed:\n${text}`);
  };
  const entries = [...ENTRIES, ...START].map((entry) => join(root, entry));
  const split = (sources: readonly string[], into: string, outside: readonly string[] = []) =>
    run([
      "--code-splitting",
      `--outdir=${into}`,
      ...outside.map((name) => `--external=${name}`),
      ...sources,
    ]);
  await split(entries, modules);
  await joinModules({
    folder: modules,
    parts: PARTS,
    programs: ENTRIES.map(placeOf),
    narrowed: ["lib/sandbox/worker.ts", "lib/cli/serve/reread_worker.ts"].map(placeOf),
    bundle: split,
  });
  await run([`--output=${join(modules, COMPILED_START)}`, join(root, COMPILED)]);
  const program = join(modules, PROGRAM_FILE);
  await run([`--output=${program}`, join(root, ISOLATE)]);
  // It has no place of its own where it runs, and some packages want to know one.
  const written = await Deno.readTextFile(program);
  await Deno.writeTextFile(program, written.replaceAll("import.meta.url", '"file:///isolate.js"'));
  const entry = await Deno.readTextFile(join(modules, "cli.js"));
  await Deno.writeTextFile(
    file,
    entry.replaceAll(/(from"|import"|import\("|import\(`\$\{\[\]\})\.\//g, "$1./lib/"),
  );
  await Deno.remove(join(modules, "cli.js"));
  for (const name of ["LICENSE", NOTICES]) await Deno.copyFile(join(root, name), join(modules, name));
  await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ unstable: UNSTABLE }) + "\n");
  await compileEarly(file, modules);
  return file;
}

if (import.meta.main) {
  const file = await bundle(join(programFolder(), "dist"));
  Deno.stderr.writeSync(new TextEncoder().encode(`bundled: ${file}\n`));
}
