/**
 * `capstan call`: runs one tool, operation or flow once.
 *
 * @module
 */
import type { WireChoice } from "../../upstream/door.ts";
import { manifestOf } from "../../sandbox/manifest.ts";
import { otelRefusal } from "../../sandbox/telemetry/otel_guard.ts";
import { callOnce, type OneCallOutcome } from "../../sandbox/one_call.ts";
import { giveUpPermissions } from "../../sandbox/run.ts";
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import { withoutEchoes } from "../../document/diagnostics/report.ts";
import type { Specification } from "../../document/specification.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { withTexts } from "../../plan/files.ts";
import type { Preview } from "../../plan/flow.ts";
import type { CallErrorData } from "../../upstream/error.ts";
import { commandArguments } from "./arguments.ts";
import { parseArgs, type Parsed, UsageError } from "../args.ts";
import { isUsable, type Loaded, loadSpecification } from "../load.ts";
import { note, noteDiagnostics, noteEvent, print, printJson, printLines } from "../output.ts";
import { VERBS } from "../verbs.ts";

function printPreview(preview: Preview, format: string): void {
  if (format === "json") return printJson(preview);
  print(`${preview.method} ${preview.url}`);
  for (const [name, value] of preview.headers) print(`${name}: ${value}`);
  if (preview.body !== undefined && preview.body !== "") {
    printLines(`\n${preview.body.replaceAll("\r\n", "\n")}`);
  }
}

/** The arguments that are given more than once, with how often. */
function repeated(given: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of given) {
    const name = word.slice(0, Math.max(0, word.indexOf("=")));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, count]) => count > 1));
}

function noteError(error: CallErrorData, given: readonly string[]): void {
  note(`capstan: ${error.code}: ${error.message}`);
  if (error.step !== undefined) note(`  step: ${error.step}`);
  if (error.upstream) {
    note(
      `  request: ${error.upstream.method} ${error.upstream.url}${
        error.upstream.status === undefined ? "" : ` → ${error.upstream.status}`
      }`,
    );
  }
  if (error.upstream?.body) note(`  answer: ${error.upstream.body}`);
  if (error.source !== undefined) note(`  at: ${error.source}`);
  if (error.fields?.some(({ expected }) => /\barray\b/.test(expected))) {
    note('  a list: give the name several times (labels=a labels=b), or JSON (labels=\'["a","b"]\')');
  }
  const twice = repeated(given);
  for (const { name, expected, got } of error.fields ?? []) {
    const count = twice.get(name);
    if (count === undefined || got !== "array" || /\barray\b/.test(expected)) continue;
    note(`  ${name} is given ${count} times, and takes one value`);
  }
  note(`  what to do: ${error.operatorHint ?? error.hint}`);
  if (error.operatorHint !== undefined) note(`  text for the caller: ${error.hint}`);
}

/** How many warnings are printed before a call; `validate` shows all. */
const MAX_WARNINGS = 10;

/** Prints what was found, errors first: a call may come out otherwise than its author thinks because of a warning. */
function noteFindings(found: readonly Diagnostic[], spec: Specification): void {
  const errors = found.filter((d) => d.severity === "error"),
    warnings = found.filter((d) => d.severity === "warning");
  noteDiagnostics([...errors, ...warnings.slice(0, MAX_WARNINGS)], spec.files);
  const more = warnings.length - MAX_WARNINGS;
  if (more > 0) note(`and ${more} more warnings: capstan validate ${spec.file} shows all`);
}

/** Prints what came of a call. @returns The exit code. */
function printOutcome(
  outcome: OneCallOutcome,
  { name, format, spec, given }: {
    readonly name: string;
    readonly format: string;
    readonly spec: Specification;
    /** The arguments as they are written on the command line. */
    readonly given: readonly string[];
  },
): number {
  switch (outcome.type) {
    case "result":
      if (outcome.base64 === undefined) printJson(outcome.value);
      else printJson({ mediaType: outcome.mediaType, base64: outcome.base64 });
      if (outcome.drift) {
        note(
          `drift: ${outcome.drift.join(", ")} did not hold what the specification declares, and became null`,
        );
      }
      return 0;
    case "preview":
      printPreview(outcome.preview, format);
      return 0;
    case "failed":
      if (format === "json") printJson({ error: outcome.error });
      noteError(outcome.error, given);
      return 1;
    case "refused":
      note(`capstan: ${name} cannot run: ${outcome.message}`);
      return 1;
    case "unknown": {
      const near = nearest(name, outcome.names);
      note(
        `capstan: ${spec.file} has nothing called ${name}${
          near === undefined ? `; it has ${outcome.names.slice(0, 20).join(", ")}` : `; did you mean ${near}?`
        }`,
      );
      return 1;
    }
  }
}

/**
 * Calls something of a loaded specification once.
 *
 * @param loaded The specification.
 * @param parsed The flags.
 * @param words The name of what is called, and its arguments.
 * @returns The exit code.
 */
export async function callLoaded(loaded: Loaded, parsed: Parsed, words: readonly string[]): Promise<number> {
  const [name, ...given] = words;
  if (name === undefined) throw new UsageError("say what to call: call NAME [name=value …]");
  const format = parsed.value("format") ?? "text", strict = parsed.has("strict");
  const args = await commandArguments(given, parsed.value("json"));
  noteFindings(loaded.diagnostics, loaded.spec);
  if (!isUsable(loaded, strict)) return 1;
  const refusal = otelRefusal(loaded.spec);
  if (refusal !== undefined) {
    note(`capstan: ${refusal}`);
    return 1;
  }
  const spec = withTexts(loaded.spec, SURFACE_TYPES, loaded.readText);
  const noted = [...loaded.diagnostics];
  const noteNew = (found: readonly Diagnostic[]) => {
    const fresh = withoutEchoes([...noted, ...found]).slice(noted.length);
    noted.push(...fresh);
    noteFindings(fresh, spec);
  };
  const outcome = await callOnce({
    spec,
    binds: loaded.binds,
    // A call listens nowhere, and asks nobody who they are.
    manifest: manifestOf(spec, loaded.binds, { stdio: true }),
    job: { do: "call", name, args, dryRun: parsed.has("dry-run"), verbose: parsed.has("verbose") },
    strict,
    wire: parsed.value("wire") as WireChoice | undefined,
    onceReady: giveUpPermissions,
    // A variable that the call needs is reported with its refusal; others are not asked for.
    onFound: (found) => noteNew(found.filter(({ code }) => code !== "missing-variable")),
    onEvent: (event) => event.type === "reloaded" ? undefined : noteEvent(event),
  });
  if (outcome.type === "refused") noteNew(outcome.diagnostics);
  return printOutcome(outcome, { name, format, spec, given });
}

/** Runs `capstan call`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("call", args, VERBS["call"]!.flags);
  const [file, ...words] = parsed.positional;
  if (file === undefined) throw new UsageError("say what to call: capstan call SPEC NAME [name=value …]");
  const loaded = await loadSpecification(file, parsed);
  if (words.length > 0 && !parsed.has("help")) return await callLoaded(loaded, parsed, words);
  noteDiagnostics(loaded.diagnostics.filter((d) => d.severity === "error"), loaded.spec.files);
  if (!isUsable(loaded, parsed.has("strict"))) return 1;
  const { explainCallable, listCallables } = await import("./callable_help.ts");
  if (words.length > 0) return await explainCallable(loaded, words[0]!);
  await listCallables(loaded);
  return 0;
}
