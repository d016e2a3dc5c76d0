/**
 * Diagnostics as GitHub workflow commands, which annotate the lines of a change.
 *
 * @module
 */
import type { Diagnostic, Severity } from "../document/diagnostics/diagnostic.ts";
import { sentence } from "./sentence.ts";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/**
 * A diagnostic as one workflow command.
 *
 * @param diagnostic The diagnostic.
 */
export function githubAnnotation(diagnostic: Diagnostic): string {
  const { severity, code, location } = diagnostic;
  return `::${LEVELS[severity]} file=${
    property(location.file)
  },line=${location.line},col=${location.column},title=${property(code)}::${data(sentence(diagnostic))}`;
}
