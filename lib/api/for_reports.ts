/**
 * Reporting findings: for people, for code scanners (SARIF), for the workflows of GitHub.
 *
 * @module
 */
export { CODES, type DiagnosticCode } from "../document/diagnostics/codes.ts";
export type { Diagnostic, Severity } from "../document/diagnostics/diagnostic.ts";
export type { Location } from "../document/diagnostics/location.ts";
export { renderDiagnostic } from "./render_diagnostic.ts";
export { githubAnnotation, sarifLog } from "./report.ts";
export type { Specification } from "./specification.ts";
