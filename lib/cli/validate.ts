/**
 * `capstan validate`: checks specifications.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { githubAnnotation } from "../report/github.ts";
import { type Findings, sarifLog } from "../report/sarif.ts";
import { validateSpecification } from "../report/validate.ts";
import { parseArgs } from "./args.ts";
import { defaultFile, type Loaded, loadSpecifications } from "./load.ts";
import { print, printDiagnostic, printJson } from "./output.ts";
import { VERBS } from "./verbs.ts";

/** What is found in one specification. */
async function check(
  { spec, binds, found, readText }: Loaded,
  verbose: boolean,
): Promise<Findings & { readonly file: string }> {
  const diagnostics = await validateSpecification(spec, binds, readText, found, verbose);
  return { file: spec.file, diagnostics, files: spec.files };
}

function isValid(diagnostics: readonly Diagnostic[]): boolean {
  return !diagnostics.some((d) => d.severity === "error");
}

function printFindings({ file, diagnostics, files }: Findings & { readonly file: string }): void {
  const count = (severity: string) => diagnostics.filter((d) => d.severity === severity).length;
  for (const diagnostic of diagnostics) printDiagnostic(diagnostic, files);
  print(
    `${file}: ${isValid(diagnostics) ? "valid" : "not valid"}${
      diagnostics.length === 0
        ? ""
        : ` (${plural(count("error"), "error")}, ${plural(count("warning"), "warning")})`
    }`,
  );
}

/** Runs `capstan validate`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("validate", args, VERBS["validate"]!.flags);
  const files = parsed.positional.length > 0 ? parsed.positional : [defaultFile()];
  const format = parsed.value("format") ?? "text", results: (Findings & { readonly file: string })[] = [];
  for (const loaded of await loadSpecifications(files, parsed)) {
    const result = await check(loaded, parsed.has("verbose"));
    results.push(result);
    if (format === "text") printFindings(result);
    if (format === "github") { for (const d of result.diagnostics) print(githubAnnotation(d)); }
  }
  if (format === "json") {
    printJson(results.map(({ file, diagnostics }) => ({ file, valid: isValid(diagnostics), diagnostics })));
  } else if (format === "sarif") printJson(sarifLog(results));
  return results.every(({ diagnostics }) => isValid(diagnostics)) ? 0 : 1;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
