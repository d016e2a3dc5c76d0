/**
 * Running the command: finding the verb, running it, and leaving with its exit code.
 *
 * @module
 */
import { nearest } from "../document/diagnostics/nearest.ts";
import { parseArgs, UsageError } from "./args.ts";
import { note, print, printLines } from "./output.ts";
import { VERBS } from "./verbs.ts";

/** The program of a verb: its exit code, when it has one of its own. */
export type Program = (args: readonly string[]) => Promise<number> | number;

/** The programs. Each is imported when its verb is used. */
const PROGRAMS: Readonly<Record<string, () => Promise<{ run: Program }>>> = {
  serve: () => import("./serve/serve.ts"),
  call: () => import("./call/call.ts"),
  inspect: () => import("./inspect.ts"),
  permissions: () => import("./permissions.ts"),
  validate: () => import("./validate.ts"),
  compile: () => import("./compile.ts"),
  export: () => import("./export.ts"),
  ...Object.fromEntries(
    ["health", "status", "metrics", "traces", "logs", "reload", "scripting"].map((verb) => [
      verb,
      () => import("./control.ts").then(({ controlVerb }) => ({ run: controlVerb(verb) })),
    ]),
  ),
  schema: () => import("./schema.ts"),
  completions: () => import("./completions.ts"),
  help: () => import("./help.ts"),
};

/** Finds and runs a verb. */
async function dispatch(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === "--version" || verb === "-V" || verb === "-v" || verb === "version") {
    const { VERSION } = await import("./version.ts");
    print(`capstan ${VERSION}`);
    return 0;
  }
  if (verb === "--licenses") {
    const { licenses } = await import("./licenses.ts");
    printLines(await licenses());
    return 0;
  }
  if (verb === undefined || verb === "--help" || verb === "-h") {
    const { run } = await PROGRAMS["help"]!();
    return await run([]);
  }
  if (!Object.hasOwn(PROGRAMS, verb)) {
    const near = nearest(verb, Object.keys(VERBS));
    throw new UsageError(
      verb.startsWith("-")
        ? `the command comes first: capstan COMMAND ${verb}; see capstan help`
        : `there is no command ${verb === "" ? "without a name" : verb}${
          near === undefined ? "; see capstan help" : `; did you mean ${near}?`
        }`,
    );
  }
  if (parseQuietly(verb, rest) && !isAboutCallable(verb, rest)) {
    const { run } = await PROGRAMS["help"]!();
    return await run([verb]);
  }
  const { run } = await PROGRAMS[verb]!();
  return await run(rest);
}

/** Whether help is asked for something that a specification offers: `call SPEC NAME --help`. */
function isAboutCallable(verb: string, args: readonly string[]): boolean {
  return verb === "call" && parseArgs(verb, args, VERBS[verb]!.flags).positional.length > 1;
}

/** Whether the help of a verb is asked for. */
function parseQuietly(verb: string, args: readonly string[]): boolean {
  return args.some((arg) => arg === "--help" || arg === "-h") &&
    parseArgs(verb, args, VERBS[verb]!.flags).has("help");
}

/** Goes to the folder the user is in, where a task was started from another one. */
function goToFolder(): void {
  let folder: string | undefined;
  try {
    folder = Deno.env.get("CAPSTAN_FOLDER");
  } catch {
    // It may not be read: then nobody has set it.
  }
  if (folder) Deno.chdir(folder);
}

/**
 * Runs the command and leaves the process.
 *
 * @param args What follows the command's name.
 */
export async function main(args: readonly string[]): Promise<void> {
  let code: number;
  try {
    goToFolder();
    code = await dispatch(args);
  } catch (error) {
    if (error instanceof UsageError) {
      note(`capstan: ${error.message}`);
      code = 2;
    } else {
      note(`capstan: ${error instanceof Error ? error.message : String(error)}`);
      code = 1;
    }
  }
  Deno.exit(code);
}
