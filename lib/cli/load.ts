/**
 * Loading a specification the way every verb does: find it, read it, resolve its variables.
 *
 * @module
 */
import { fileReader, FileRefusal, type ReadText } from "../host/files.ts";
import { replaceBaseUri } from "../document/base_uris.ts";
import { readSpecification } from "../document/read.ts";
import type { Specification } from "../document/specification.ts";
import { withUnserved } from "../sandbox/served.ts";
import { type Parsed, UsageError } from "./args.ts";
import { type Loaded, withBinds } from "./loaded.ts";

export { isUsable, type Loaded, withBinds } from "./loaded.ts";

const DEFAULT_FILES = ["capstan", "ikanos", "naftiko", "capability"].flatMap((
  name,
) => [`${name}.yml`, `${name}.yaml`]);

/** The one capability file of the current folder. */
export function defaultFile(): string {
  const found = DEFAULT_FILES.filter((name) => {
    try {
      return Deno.statSync(name).isFile;
    } catch {
      return false;
    }
  });
  if (found.length === 1) return found[0]!;
  throw new UsageError(
    found.length === 0
      ? `name a specification; this folder has none of ${DEFAULT_FILES.join(", ")}`
      : `this folder has ${found.join(" and ")}; say which`,
  );
}

/**
 * Replaces base URIs by those of `--base-uri`, in each of the specifications that consumes the namespace.
 *
 * @throws {UsageError} For what no specification consumes, unless one could not be read: that is reported first.
 */
function overrideBaseUris(specs: readonly Specification[], overrides: readonly string[]): void {
  const unread = specs.some(({ document, diagnostics }) =>
    document.consumes === undefined && diagnostics.some((d) => d.severity === "error")
  );
  for (const override of overrides) {
    const equals = override.indexOf("=");
    if (equals < 1) throw new UsageError(`--base-uri takes NAMESPACE=URL, not ${override}`);
    const namespace = override.slice(0, equals), uri = override.slice(equals + 1);
    const refused = specs.map((spec) => replaceBaseUri(spec, namespace, uri));
    if (!unread && refused.every((why) => why !== undefined)) {
      throw new UsageError(`--base-uri: ${refused[0]}`);
    }
  }
}

/** Reads what a specification names: its own folder, and what `--allow-read` adds. */
function readerOf(parsed: Parsed): ReadText {
  try {
    return fileReader(parsed.values("allow-read"));
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    throw new UsageError("--allow-read takes a folder that exists");
  }
}

/** What a specification from standard input is called; what it names is relative to the current folder. */
const STDIN = "stdin";

async function readOne(file: string, readText: ReadText): Promise<Specification> {
  if (file === "") {
    throw new UsageError("the name of the specification is empty; is a variable of the shell not set?");
  }
  return file === "-"
    ? readSpecification(STDIN, { readText }, { text: await new Response(Deno.stdin.readable).text() })
    : readSpecification(file, { readText });
}

/**
 * Loads specifications that one command line names.
 *
 * @param files The files; `-` is standard input.
 * @param parsed The flags.
 * @returns Each specification, with every finding; errors are for the caller to judge.
 */
export async function loadSpecifications(files: readonly string[], parsed: Parsed): Promise<Loaded[]> {
  const specs: Specification[] = [];
  const readText = readerOf(parsed);
  const allowed = parsed.values("allow-read");
  for (const file of files) specs.push(withUnserved(await readOne(file, readText), allowed));
  overrideBaseUris(specs, parsed.values("base-uri"));
  if (!parsed.has("strict")) {
    return await Promise.all(specs.map((spec) => withBinds(spec, [], parsed, readText)));
  }
  const { strictCheck } = await import("../document/strict/mod.ts");
  return await Promise.all(specs.map((spec) => {
    const { name, text } = spec.files[0]!;
    return withBinds(spec, strictCheck(name, text), parsed, readText);
  }));
}

/** Loads one specification, as `loadSpecifications` does. */
export async function loadSpecification(file: string, parsed: Parsed): Promise<Loaded> {
  return (await loadSpecifications([file], parsed))[0]!;
}
