/**
 * A specification that was read, with the values of its variables.
 *
 * @module
 */
import { type BindSources, type BindValues, type ReadBindFile, resolveWith } from "../plan/binds/resolve.ts";
import { parseDotenv } from "../plan/binds/dotenv.ts";
import type { ReadText } from "../host/files.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { withoutEchoes } from "../document/diagnostics/report.ts";
import type { Specification } from "../document/specification.ts";
import { type Parsed, UsageError } from "./args.ts";

/** A specification with what surrounds it. */
export interface Loaded {
  readonly spec: Specification;
  readonly binds: BindValues;
  /** Reads the files it names. */
  readonly readText: ReadText;
  /** Findings of reading and of all that was found beside it. */
  readonly diagnostics: readonly Diagnostic[];
  /** Findings beside those of reading: of strict checking and of resolving variables. */
  readonly found: readonly Diagnostic[];
}

/** Variables of the files given with `--env-file`. */
function envFiles(files: readonly string[]): Record<string, string> {
  const out: Record<string, string> = Object.create(null);
  for (const file of files) {
    let text: string;
    try {
      text = Deno.readTextFileSync(file);
    } catch {
      throw new UsageError(`--env-file: ${file} cannot be read`);
    }
    Object.assign(out, parseDotenv(text));
  }
  return out;
}

/** A variable of the environment; none where this program may not read it. */
function env(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}

/** The file of a bind is to be read: what reads one is loaded then. */
class FileAhead extends Error {}

const noFiles: ReadBindFile = () => {
  throw new FileAhead();
};

async function bindsOf(spec: Specification, sources: BindSources): Promise<ReturnType<typeof resolveWith>> {
  try {
    return resolveWith(spec, sources, noFiles);
  } catch (error) {
    if (!(error instanceof FileAhead)) throw error;
    const { readBindFile } = await import("../plan/binds/bind_file.ts");
    return resolveWith(spec, sources, readBindFile);
  }
}

/**
 * Completes a specification that has been read with the values of its variables.
 *
 * @param found What was found beside what reading found.
 * @param parsed The flags.
 * @param readText Reads the files it names.
 */
export async function withBinds(
  spec: Specification,
  found: readonly Diagnostic[],
  parsed: Parsed,
  readText: ReadText,
): Promise<Loaded> {
  const files = envFiles(parsed.values("env-file"));
  const binds = await bindsOf(spec, { env: (name) => files[name] ?? env(name), readText });
  const all = [...found, ...binds.diagnostics];
  return {
    spec,
    binds: binds.values,
    readText,
    found: all,
    diagnostics: withoutEchoes([...spec.diagnostics, ...all]),
  };
}

/** Whether a loaded specification can be worked with at all: it could be read, and strictness is satisfied. */
export function isUsable(loaded: Loaded, strict: boolean): boolean {
  const errors = loaded.diagnostics.filter((d) => d.severity === "error");
  if (strict && errors.length > 0) return false;
  const { consumes, exposes, aggregates } = loaded.spec.document;
  return consumes !== undefined || exposes !== undefined || aggregates !== undefined || errors.length === 0;
}
