/**
 * What Capstan has to say about a document: one type, one list of codes.
 *
 * @module
 */
import type { DiagnosticCode } from "./codes.ts";
import type { Location } from "./location.ts";

/** How bad a diagnostic is. An error disables its node, or the document; a warning runs all the same. */
export type Severity = "error" | "warning" | "info";

/** One finding about a document. */
export interface Diagnostic {
  /** A code of docs/diagnostics.md. */
  readonly code: DiagnosticCode;
  /** How bad it is. */
  readonly severity: Severity;
  /** What was found and what was expected, in one sentence. */
  readonly message: string;
  /** Where, in the author's text. */
  readonly location: Location;
  /** What to do about it, in one sentence. */
  readonly fix?: string;
  /** The node it disables or concerns, such as `tool list-orders`. */
  readonly node?: string;
}

/**
 * Makes a diagnostic. There is no other way to make one.
 *
 * @param severity How bad it is.
 * @param code A code of docs/diagnostics.md.
 * @param message What was found and what was expected.
 * @param location Where, in the author's text.
 * @param fix What to do about it.
 * @param node The node it disables or concerns.
 */
export function diagnostic(
  severity: Severity,
  code: DiagnosticCode,
  message: string,
  location: Location,
  fix?: string,
  node?: string,
): Diagnostic {
  return {
    code,
    severity,
    message,
    location,
    ...(fix === undefined ? {} : { fix }),
    ...(node === undefined ? {} : { node }),
  };
}

/** The same finding where it stops nothing. */
export function asWarning(found: Diagnostic): Diagnostic {
  return { ...found, severity: "warning" };
}
