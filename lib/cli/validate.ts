/**
 * `capstan validate`: checks specifications.
 *
 * @module
 */
import { compileCapability } from "../plan/compile.ts";
import { checkUnexposed } from "../plan/unexposed.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { SourceFile } from "../spec/location.ts";
import { inOrder } from "../spec/report.ts";
import { parseArgs } from "./args.ts";
import { defaultFile, loadSpecification } from "./load.ts";
import { print, printDiagnostic, printJson } from "./output.ts";
import { github, sarif } from "./reports.ts";
import { VERBS } from "./verbs.ts";

/** What is found in one specification, in order, without duplicates. */
async function check(
  file: string,
  parsed: ReturnType<typeof parseArgs>,
): Promise<{ diagnostics: Diagnostic[]; files: readonly SourceFile[] }> {
  const { spec, binds, diagnostics } = await loadSpecification(file, parsed);
  const capability = await compileCapability(spec, {
    binds,
    readText: (path) => Deno.readTextFileSync(path),
    bindsOptional: true,
  });
  const found = [...diagnostics, ...capability.diagnostics];
  return {
    diagnostics: inOrder([...found, ...checkUnexposed(capability, found)], spec.files),
    files: spec.files,
  };
}

/** Runs `capstan validate`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("validate", args, VERBS["validate"]!.flags);
  const files = parsed.positional.length > 0 ? parsed.positional : [defaultFile()];
  const format = parsed.value("format") ?? "text";
  const results: { file: string; diagnostics: Diagnostic[] }[] = [];
  for (const file of files) {
    const { diagnostics, files: sources } = await check(file, parsed);
    results.push({ file, diagnostics });
    if (format !== "text") continue;
    for (const diagnostic of diagnostics) printDiagnostic(diagnostic, sources);
    const errors = diagnostics.filter((d) => d.severity === "error").length,
      warnings = diagnostics.filter((d) => d.severity === "warning").length;
    print(
      `${file}: ${errors === 0 ? "valid" : "not valid"}${
        diagnostics.length === 0 ? "" : ` (${plural(errors, "error")}, ${plural(warnings, "warning")})`
      }`,
    );
  }
  if (format === "json") {
    printJson(results.map(({ file, diagnostics }) => ({
      file,
      valid: !diagnostics.some((d) => d.severity === "error"),
      diagnostics,
    })));
  } else if (format === "sarif") printJson(sarif(results.flatMap((r) => r.diagnostics)));
  else if (format === "github") {
    for (const { diagnostics } of results) for (const d of diagnostics) print(github(d));
  }
  return results.some((r) => r.diagnostics.some((d) => d.severity === "error")) ? 1 : 0;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
