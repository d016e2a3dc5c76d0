/**
 * Diagnostics as a SARIF 2.1.0 log, the form code scanners exchange.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { CODES } from "../document/diagnostics/codes.ts";
import type { Diagnostic, Severity } from "../document/diagnostics/diagnostic.ts";
import type { SourceFile } from "../document/diagnostics/location.ts";
import { sentence } from "./sentence.ts";

/** What was found in one specification. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  /** The files it was found in. */
  readonly files: readonly SourceFile[];
}

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** A path as a relative reference, or as a `file:` URI where it is absolute. */
function uriOf(path: string): string {
  const plain = path.replaceAll("\\", "/");
  const encoded = plain.split("/").map((part) => encodeURIComponent(part).replaceAll("%3A", ":")).join("/");
  if (plain.startsWith("/")) return `file://${encoded}`;
  if (/^[A-Za-z]:\//.test(plain)) return `file:///${encoded}`;
  // A first segment with a colon would be read as a scheme.
  return /^[^/]*:/.test(encoded) ? `./${encoded}` : encoded;
}

function regionOf({ location }: Diagnostic, files: readonly SourceFile[]): Record<string, number> {
  const { line, column, start, end, file } = location;
  const last = end > start ? files.find((f) => f.name === file)?.locate(end) : undefined;
  return {
    startLine: line,
    startColumn: column,
    ...(last ? { endLine: last.line, endColumn: last.column } : {}),
  };
}

/**
 * Diagnostics as a SARIF log.
 *
 * @param findings What was found, by specification.
 */
export function sarifLog(findings: readonly Findings[]): Record<string, unknown> {
  const ids = [...new Set(findings.flatMap(({ diagnostics }) => diagnostics.map((d) => d.code)))];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      columnKind: "utf16CodeUnits",
      tool: {
        driver: {
          name: "capstan",
          version: config.version,
          semanticVersion: config.version,
          rules: ids.map((id) => ({
            id,
            shortDescription: { text: CODES[id] },
            fullDescription: { text: CODES[id] },
            help: { text: `docs/diagnostics.md explains ${id}, with a bad and a good example.` },
          })),
        },
      },
      results: findings.flatMap(({ diagnostics, files }) =>
        diagnostics.map((d) => ({
          ruleId: d.code,
          ruleIndex: ids.indexOf(d.code),
          level: LEVELS[d.severity],
          message: { text: sentence(d) },
          locations: [{
            physicalLocation: {
              artifactLocation: { uri: uriOf(d.location.file) },
              region: regionOf(d, files),
            },
          }],
        }))
      ),
    }],
  };
}
