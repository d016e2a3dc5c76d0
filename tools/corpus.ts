/**
 * `deno task corpus`: fetches the official schemas and examples of the format from its public repository, and reads every
 * document of them. What is fetched stands in `corpus/`, which git ignores.
 *
 * @module
 */
import { join } from "node:path";
import { readSpecification } from "../lib/document/read.ts";
import { programFolder } from "./bundle.ts";
import { BuildError, execute } from "./toolchain.ts";

/** Where the format is developed. `--from URL` names another place, such as a mirror. */
const REPOSITORY = "https://github.com/naftiko/ikanos";

/** How long fetching may take, in milliseconds. */
const FETCH_LIMIT_MS = 5 * 60_000;

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text + "\n"));
}

/** Fetches the newest state of a repository into a folder. */
async function fetchInto(folder: string, from: string): Promise<void> {
  const fresh = `${folder}.new`, args = ["clone", "--quiet", "--depth=1", "--", from, fresh];
  await Deno.remove(fresh, { recursive: true }).catch(() => {});
  const env = { GIT_TERMINAL_PROMPT: "0" };
  const { success, text, tooLate } = await execute("git", args, { env, limit: FETCH_LIMIT_MS });
  if (success) {
    // What was fetched before stays until there is something to put in its place.
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    return await Deno.rename(fresh, folder);
  }
  throw new BuildError(
    `the corpus cannot be fetched from ${from}: ${tooLate ? "it took too long" : text.split("\n").at(-1)}\n` +
      "this task needs git and the internet; no other task needs it. --from URL takes a mirror or a local clone",
  );
}

/** The files of a folder whose names end in a certain way. */
function* filesOf(folder: string, ending: RegExp): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && entry.name !== ".git") yield* filesOf(path, ending);
    else if (entry.isFile && ending.test(entry.name)) yield path;
  }
}

/** What reading all of them showed. */
interface Read {
  documents: number;
  withErrors: number;
  schemas: number;
}

/**
 * Reads every document and schema of a folder.
 *
 * @param folder Where they stand.
 * @returns How many there were.
 * @throws {Error} When reading one throws: no document may do that.
 */
export function readAll(folder: string): Read {
  const out: Read = { documents: 0, withErrors: 0, schemas: 0 };
  const io = { readText: (path: string) => Deno.readTextFileSync(path) };
  for (const path of filesOf(folder, /\.ya?ml$/)) {
    if (!/^(?:ikanos|naftiko):/m.test(Deno.readTextFileSync(path))) continue;
    out.documents++;
    if (readSpecification(path, io).diagnostics.some((d) => d.severity === "error")) out.withErrors++;
  }
  for (const path of filesOf(folder, /schema[^/\\]*\.json$/)) {
    const { $schema } = JSON.parse(Deno.readTextFileSync(path)) as { $schema?: string };
    if ($schema !== undefined) out.schemas++;
  }
  return out;
}

async function main(args: readonly string[]): Promise<void> {
  const at = args.indexOf("--from"), from = at < 0 ? REPOSITORY : args[at + 1] ?? REPOSITORY;
  const folder = join(programFolder(), "corpus", "ikanos");
  await fetchInto(folder, from);
  const { documents, withErrors, schemas } = readAll(folder);
  say(`corpus/ikanos: ${documents} documents read, ${withErrors} of them with errors; ${schemas} schemas`);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    say(`corpus: ${error.message}`);
    Deno.exit(1);
  }
}
