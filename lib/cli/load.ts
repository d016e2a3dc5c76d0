/**
 * Loading a specification the way every verb does: find it, read it, resolve its variables.
 *
 * @module
 */
import { type BindValues, resolveBinds } from "../plan/binds.ts";
import { parseDotenv } from "../plan/dotenv.ts";
import { replaceBaseUri } from "../spec/base_uris.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { readSpecification } from "../spec/read.ts";
import type { Specification } from "../spec/specification.ts";
import { type Parsed, UsageError } from "./args.ts";

/** A specification with what surrounds it. */
export interface Loaded {
  readonly spec: Specification;
  readonly binds: BindValues;
  /** Findings of reading and of resolving variables. */
  readonly diagnostics: readonly Diagnostic[];
}

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

/** Replaces base URIs by those of `--base-uri`. */
function overrideBaseUris(spec: Specification, overrides: readonly string[]): void {
  for (const override of overrides) {
    const equals = override.indexOf("=");
    if (equals < 1) throw new UsageError(`--base-uri takes NAMESPACE=URL, not ${override}`);
    const why = replaceBaseUri(spec, override.slice(0, equals), override.slice(equals + 1));
    if (why !== undefined) throw new UsageError(`--base-uri: ${why}`);
  }
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

/**
 * Loads a specification.
 *
 * @param file The file.
 * @param parsed The flags.
 * @returns The specification, with every finding; errors are for the caller to judge.
 */
export async function loadSpecification(file: string, parsed: Parsed): Promise<Loaded> {
  const io = { readText: (path: string) => Deno.readTextFileSync(path) };
  const spec = readSpecification(file, io);
  let diagnostics: readonly Diagnostic[] = spec.diagnostics;
  if (parsed.has("strict")) {
    const { strictCheck } = await import("../spec/strict/mod.ts");
    const source = spec.files[0]!;
    diagnostics = [...diagnostics, ...strictCheck(source.name, source.text)];
  }
  return withBinds(spec, diagnostics, parsed);
}

/** Completes a specification that has been read with the values of its variables. */
export function withBinds(
  spec: Specification,
  diagnostics: readonly Diagnostic[],
  parsed: Parsed,
): Loaded {
  overrideBaseUris(spec, parsed.values("base-uri"));
  const files = envFiles(parsed.values("env-file"));
  const binds = resolveBinds(spec, {
    env: (name) => files[name] ?? env(name),
    readText: (path) => Deno.readTextFileSync(path),
  });
  return { spec, binds: binds.values, diagnostics: [...diagnostics, ...binds.diagnostics] };
}

/** Whether a loaded specification can be worked with at all: it could be read, and strictness is satisfied. */
export function isUsable(loaded: Loaded, strict: boolean): boolean {
  const errors = loaded.diagnostics.filter((d) => d.severity === "error");
  if (strict && errors.length > 0) return false;
  const { consumes, exposes, aggregates } = loaded.spec.document;
  return consumes !== undefined || exposes !== undefined || aggregates !== undefined || errors.length === 0;
}
