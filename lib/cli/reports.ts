/**
 * Diagnostics for other programs: SARIF, and GitHub workflow annotations.
 *
 * @module
 */
import { CODES } from "../spec/codes.ts";
import type { Diagnostic, Severity } from "../spec/diagnostic.ts";
import { VERSION } from "./version.ts";

const SARIF_LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };
const GITHUB_LEVELS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

/** Diagnostics as a SARIF 2.1.0 log. */
export function sarif(diagnostics: readonly Diagnostic[]): unknown {
  const rules = [...new Set(diagnostics.map((d) => d.code))];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      columnKind: "utf16CodeUnits",
      tool: {
        driver: {
          name: "capstan",
          version: VERSION,
          rules: rules.map((id) => ({ id, shortDescription: { text: CODES[id] } })),
        },
      },
      results: diagnostics.map((d) => ({
        ruleId: d.code,
        level: SARIF_LEVELS[d.severity],
        message: { text: d.fix === undefined ? d.message : `${d.message}. Fix: ${d.fix}` },
        locations: [{
          physicalLocation: {
            artifactLocation: { uri: d.location.file.replaceAll("\\", "/") },
            region: { startLine: d.location.line, startColumn: d.location.column },
          },
        }],
      })),
    }],
  };
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A diagnostic as a GitHub workflow annotation. */
export function github(d: Diagnostic): string {
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const text = d.fix === undefined ? d.message : `${d.message}. Fix: ${d.fix}`;
  return `::${GITHUB_LEVELS[d.severity]} file=${
    property(d.location.file)
  },line=${d.location.line},col=${d.location.column},title=${property(d.code)}::${data(text)}`;
}
