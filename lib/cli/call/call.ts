/**
 * `capstan call`: runs one tool, operation or flow once.
 *
 * @module
 */
import type { WireChoice } from "../../upstream/door.ts";
import { manifestOf } from "../../sandbox/manifest.ts";
import { otelRefusal } from "../../sandbox/telemetry/otel_guard.ts";
import { giveUpPermissions, runSandboxed } from "../../sandbox/run.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { withTexts } from "../../plan/files.ts";
import type { Preview } from "../../plan/flow.ts";
import type { CallErrorData } from "../../upstream/error.ts";
import { commandArguments } from "./arguments.ts";
import { parseArgs, type Parsed, UsageError } from "../args.ts";
import { isUsable, type Loaded, loadSpecification } from "../load.ts";
import {
  driftText,
  note,
  noteDiagnostics,
  noteLines,
  noteLog,
  noteScript,
  print,
  printJson,
  printLines,
} from "../output.ts";
import { VERBS } from "../verbs.ts";

function printPreview(preview: Preview, format: string): void {
  if (format === "json") return printJson(preview);
  print(`${preview.method} ${preview.url}`);
  for (const [name, value] of preview.headers) print(`${name}: ${value}`);
  if (preview.body !== undefined && preview.body !== "") {
    printLines(`\n${preview.body.replaceAll("\r\n", "\n")}`);
  }
}

function noteError(error: CallErrorData): void {
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
  note(`  what to do: ${error.operatorHint ?? error.hint}`);
  if (error.operatorHint !== undefined) note(`  text for the caller: ${error.hint}`);
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
  noteDiagnostics(loaded.diagnostics.filter((d) => d.severity === "error"), loaded.spec.files);
  if (!isUsable(loaded, strict)) return 1;
  const refusal = otelRefusal(loaded.spec);
  if (refusal !== undefined) {
    note(`capstan: ${refusal}`);
    return 1;
  }
  const spec = withTexts(loaded.spec, SURFACE_TYPES, loaded.readText);
  const sandbox = runSandboxed({
    spec,
    binds: loaded.binds,
    // A call listens nowhere, and asks nobody who they are.
    manifest: manifestOf(spec, loaded.binds, { stdio: true }),
    job: { do: "call", name, args, dryRun: parsed.has("dry-run"), verbose: parsed.has("verbose") },
    strict,
    wire: parsed.value("wire") as WireChoice | undefined,
    onceReady: giveUpPermissions,
  });
  for await (const report of sandbox.reports) {
    switch (report.type) {
      case "result":
        if (report.base64 === undefined) printJson(report.value);
        else printJson({ mediaType: report.mediaType, base64: report.base64 });
        if (report.drift) {
          note(
            `drift: ${report.drift.join(", ")} did not hold what the specification declares, and became null`,
          );
        }
        return 0;
      case "drift":
        note(driftText(report.event));
        break;
      case "lines":
        noteLines(report.lines);
        break;
      case "log":
        noteLog(report.entry);
        break;
      case "script":
        noteScript(report);
        break;
      case "preview":
        printPreview(report.preview, format);
        return 0;
      case "failed":
        if (format === "json") printJson({ error: report.error });
        noteError(report.error);
        return 1;
      case "refused":
        noteDiagnostics(report.diagnostics, loaded.spec.files);
        note(`capstan: ${name} cannot run: ${report.message}`);
        return 1;
      case "unknown": {
        const near = nearest(name, report.names);
        note(
          `capstan: ${loaded.spec.file} has nothing called ${name}${
            near === undefined
              ? `; it has ${report.names.slice(0, 20).join(", ")}`
              : `; did you mean ${near}?`
          }`,
        );
        return 1;
      }
    }
  }
  return 1;
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
