/**
 * `capstan serve`: runs everything a specification exposes.
 *
 * @module
 */
import { type HeadStart, headStart } from "../../sandbox/head_start.ts";
import { dropProxyVariables } from "../../sandbox/proxy.ts";
import { parseArgs, type Parsed, UsageError } from "../args.ts";
import { noteAsJson } from "../output.ts";
import { overrideOf, serveLoaded } from "./serve_one.ts";
import { VERBS } from "../verbs.ts";

/** Starts the worker while the document is still to be read, where that can be. */
function startEarly(file: string | undefined, parsed: Parsed): HeadStart | undefined {
  const override = overrideOf(parsed);
  if (file === undefined || override.stdio || parsed.has("strict") || parsed.has("base-uri")) {
    return undefined;
  }
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch {
    return undefined;
  }
  dropProxyVariables();
  return headStart(text, override);
}

/** Whether a word of the command line is a folder. */
function isFolder(path: string | undefined): boolean {
  try {
    return path !== undefined && Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Runs `capstan serve`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("serve", args, VERBS["serve"]!.flags);
  if (parsed.value("log") === "json") noteAsJson();
  if (parsed.positional.length > 1 || isFolder(parsed.positional[0]) || parsed.has("gather")) {
    const { expandFolders, serveSeveral } = await import("./serve_several.ts");
    const { defaultFile } = await import("../load.ts");
    const paths = parsed.positional.length > 0 ? parsed.positional : [defaultFile()];
    return await serveSeveral(expandFolders(paths), parsed);
  }
  for (const flag of ["port", "host", "cors"]) {
    if (parsed.has("stdio") && parsed.has(flag)) {
      throw new UsageError(`with --stdio nothing listens: leave out --${flag}, or --stdio`);
    }
  }
  if (parsed.has("stdio") && parsed.positional[0] === "-") {
    throw new UsageError("with --stdio, standard input is the client's: name a file instead of -");
  }
  // One after the other, each would wait for the files of the one before.
  if (parsed.has("stdio")) void import("../../sandbox/handover/front.ts");
  const early = startEarly(parsed.positional[0], parsed);
  const { defaultFile, loadSpecification } = await import("../load.ts");
  const file = parsed.positional[0] ?? defaultFile();
  const again = file === "-" ? undefined : [...parsed.flags, "--", file];
  return await serveLoaded(await loadSpecification(file, parsed), parsed, { early, args: again });
}
