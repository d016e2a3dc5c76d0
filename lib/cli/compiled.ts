/**
 * The program of a binary made by `capstan compile`: one capability, with the permissions baked into it.
 *
 * @module
 */
import type { Specification } from "../document/specification.ts";
import { unpackSpecification } from "../document/pack.ts";
import type { FirstAnswers } from "../sandbox/handover/first_answers.ts";
import { parseArgs, UsageError } from "./args.ts";
import { withBinds } from "./loaded.ts";
import { note, noteAsJson, print, printLines } from "./output.ts";
import { serveLoaded } from "./serve/serve_one.ts";
import { COMPILED_FLAGS } from "./verbs.ts";

const HELP = `Usage: PROGRAM [serve] [--stdio] [--quiet]
       PROGRAM call NAME [name=value …] [--json OBJECT] [--dry-run]
       PROGRAM --help | --version

Serves the one capability this binary was made of. Its reach is baked in: it calls, reads and listens to nothing
else, whatever it is asked. Variables come from the environment.`;

async function dispatch(
  spec: Specification,
  args: readonly string[],
  front: FirstAnswers | undefined,
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    printLines(HELP);
    return 0;
  }
  if (args[0] === "--version" || args[0] === "-v") {
    const { display, title, version } = (spec.document.info ?? {}) as Record<string, string | undefined>;
    const { VERSION } = await import("./version.ts");
    print(
      `${display ?? title ?? spec.file}${version === undefined ? "" : ` ${version}`} (capstan ${VERSION})`,
    );
    return 0;
  }
  const verb = args[0] === "call" || args[0] === "serve" ? args[0] : "serve";
  const rest = args[0] === verb ? args.slice(1) : args;
  const parsed = parseArgs(verb, rest, COMPILED_FLAGS[verb]);
  if (verb === "serve" && parsed.value("log") === "json") noteAsJson();
  const loaded = await withBinds(spec, [], parsed, (path) => Deno.readTextFileSync(path));
  if (verb === "call") {
    const { callLoaded } = await import("./call/call.ts");
    return await callLoaded(loaded, parsed, parsed.positional);
  }
  if (parsed.positional.length > 0) {
    throw new UsageError(`this binary serves one capability, and takes no ${parsed.positional[0]}`);
  }
  return await serveLoaded(loaded, parsed, { isBaked: true, front });
}

/**
 * Runs the capability of this binary and leaves the process.
 *
 * @param packed What `packSpecification` made.
 * @param front Standard input, where the first messages are answered already.
 */
export async function runCompiled(packed: string, front?: FirstAnswers): Promise<void> {
  let code: number;
  try {
    code = await dispatch(unpackSpecification(packed), Deno.args, front);
  } catch (error) {
    note(`capstan: ${error instanceof Error ? error.message : String(error)}`);
    code = error instanceof UsageError ? 2 : 1;
  }
  Deno.exit(code);
}
