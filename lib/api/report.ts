/**
 * Findings as other programs take them: code scanners, and the workflows of GitHub.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { githubAnnotation as annotate } from "../report/github.ts";
import { sarifLog as logOf } from "../report/sarif.ts";
import { modelOf, type Specification } from "./specification.ts";

/**
 * Diagnostics as a SARIF 2.1.0 log, for code scanners.
 *
 * @param findings Each specification with what was found in it.
 * @returns The log as data: `JSON.stringify` makes a file of it.
 *
 * @example A log of one specification
 * ```ts
 * import { readSpecification, sarifLog } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("broken.yml", { text: "ikanos: [" });
 * assert.equal(sarifLog([{ spec, diagnostics: spec.diagnostics }])["version"], "2.1.0");
 * ```
 */
export function sarifLog(
  findings: readonly { readonly spec: Specification; readonly diagnostics: readonly Diagnostic[] }[],
): Record<string, unknown> {
  return logOf(
    findings.map(({ spec, diagnostics }) => ({
      files: modelOf(spec).files,
      diagnostics: diagnostics,
    })),
  );
}

/**
 * A diagnostic as a GitHub workflow command, which annotates the line in a change.
 *
 * @param diagnostic The diagnostic.
 * @returns One line, for standard output.
 *
 * @example An annotation
 * ```ts
 * import { githubAnnotation, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const { diagnostics } = readSpecification("empty.yml", { text: "" });
 * assert.match(githubAnnotation(diagnostics[0]!), /^::error file=empty\.yml,line=1,col=1,title=empty-file::/);
 * ```
 */
export function githubAnnotation(diagnostic: Diagnostic): string {
  return annotate(diagnostic);
}
