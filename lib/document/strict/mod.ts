/**
 * Strict checking: a file against the official schema of the version it declares, offline.
 *
 * @module
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { compose } from "../yaml/compose.ts";
import { Origins, SourceFile } from "../diagnostics/location.ts";
import { check } from "./check.ts";
import type { Departure } from "./shape.ts";

/** A composed document, with where its nodes stand. */
export interface StrictInput {
  /** The document as its author wrote it, before any upgrade. */
  readonly value: unknown;
  readonly origins: Origins;
  readonly file: SourceFile;
}

/** Where a problem stands: its own place, or that of the nearest node around it that has one. */
function locate(problem: Departure, { value, origins, file }: StrictInput) {
  let node: unknown = value,
    found = origins.get(value as object) ? origins.locate(value as object) : undefined;
  for (const [i, entry] of problem.path.entries()) {
    if (typeof node !== "object" || node === null) break;
    const part = i === problem.path.length - 1 ? problem.part : "value";
    if (origins.get(node)?.entries?.has(entry)) found = origins.locate(node, entry, part);
    node = (node as Record<string | number, unknown>)[entry];
  }
  return found ?? file.locate(0);
}

/** The path of a problem as people write it: `capability.exposes[0].tools`. */
function written(path: readonly (string | number)[]): string {
  return path.map((entry, i) => typeof entry === "number" ? `[${entry}]` : i === 0 ? entry : `.${entry}`)
    .join("");
}

/** What is wrong, with the name of what it is about: `tags is text`, where a shape says `This is text`. */
function named({ message, path }: Departure): string {
  const last = path.at(-1);
  const what = typeof last === "number" ? `entry ${last + 1} of this list` : last ?? "the document";
  return message.replace(/^This (?:text )?(?=is |has )/, `${what} `);
}

/** A text of a shape in the voice of all findings: no capital, no full stop, no marks around words. */
function plain(text: string): string {
  const bare = text.replace(/`/g, "").replace(/\.$/, "");
  return /^[A-Z][a-z]|^A /.test(text) ? bare[0]!.toLowerCase() + bare.slice(1) : bare;
}

/** The problems without keys that are missing because they stand there misspelt: that is one slip. */
function withoutConsequences(problems: readonly Departure[]): readonly Departure[] {
  const meant = new Set<string>();
  for (const { code, path, fix } of problems) {
    const key = code === "strict-unknown-key" ? /^Did you mean `(.+)`/.exec(fix ?? "")?.[1] : undefined;
    if (key !== undefined) meant.add(JSON.stringify([...path.slice(0, -1), key]));
  }
  return meant.size === 0 ? problems : problems.filter(({ code, path, message }) => {
    const keys = code === "strict-missing-key"
      ? Array.from(message.matchAll(/`([^`]+)`/g), (m) => m[1]!)
      : [];
    return !keys.some((key) => meant.has(JSON.stringify([...path, key])));
  });
}

/**
 * The departures of a composed document from the official schema of the version it declares.
 *
 * @param input The value before any upgrade, with where its nodes stand.
 * @returns One error for each departure, in the order of the text; none when the official schema accepts it.
 */
function strictDiagnostics(input: StrictInput): Diagnostic[] {
  const found = withoutConsequences(check(input.value)).map((problem) => {
    const node = problem.path.length === 0 ? undefined : written(problem.path);
    const fix = problem.fix === undefined ? undefined : plain(problem.fix);
    return diagnostic("error", problem.code, plain(named(problem)), locate(problem, input), fix, node);
  });
  return found.sort((a, b) => a.location.start - b.location.start);
}

/**
 * The departures of a file from the official schema of the version it declares.
 *
 * @param file The file's name, for the diagnostics.
 * @param text Its text.
 * @returns One error for each departure, or the errors of the YAML when it cannot be composed.
 *
 * @example
 * ```ts
 * import { strictCheck } from "./mod.ts";
 * const [first] = strictCheck("api.yml", 'ikanos: "1.0.0-beta5"\nconsume: []\n');
 * console.assert(first?.location.line === 1);
 * ```
 */
export function strictCheck(file: string, text: string): Diagnostic[] {
  const source = new SourceFile(file, text), origins = new Origins();
  const composed = compose(source, origins);
  const faults = composed.diagnostics.filter((each) => each.severity === "error");
  return faults.length > 0 ? faults : strictDiagnostics({ value: composed.value, origins, file: source });
}
