/**
 * The one renderer of diagnostics: a line to click on, the author's line with a caret, and the fix.
 *
 * @module
 */
import type { Diagnostic } from "./diagnostic.ts";
import type { SourceFile } from "./location.ts";

/** How diagnostics are rendered. */
export interface RenderOptions {
  /** Use colours. */
  readonly color?: boolean;
}

const COLORS: Readonly<Record<string, string>> = { error: "31", warning: "33", info: "36" };
const WIDTH = 80;

/** The source line with a caret under the place, cut to a width that fits a terminal. */
function excerpt(line: string, column: number, length: number): string[] {
  const text = line.replace(/\t/g, " ");
  let from = 0;
  if (text.length > WIDTH) from = Math.max(0, Math.min(column - 1 - 30, text.length - WIDTH));
  const shown = text.slice(from, from + WIDTH), at = column - 1 - from;
  const carets = Math.max(1, Math.min(length, shown.length - at));
  return [
    `  ${from > 0 ? "…" : ""}${shown}`,
    `  ${" ".repeat(at + (from > 0 ? 1 : 0))}${"^".repeat(carets)}`,
  ];
}

/**
 * Renders a diagnostic for people.
 *
 * @param diagnostic The finding.
 * @param files The files of the specification, for the source line.
 * @param options Colours.
 * @returns Two to four lines.
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  files: readonly SourceFile[],
  options: RenderOptions = {},
): string {
  const { severity, code, message, location, fix, node } = diagnostic;
  const paint = (text: string, color: string) => options.color ? `\x1b[${color}m${text}\x1b[0m` : text;
  const out = [
    `${location.file}:${location.line}:${location.column}: ${paint(severity, COLORS[severity]!)} ${code} ${
      node === undefined ? "" : `${node}: `
    }${message}`,
  ];
  const file = files.find((f) => f.name === location.file), line = file?.line(location.line) ?? "";
  if (line.trim() !== "") {
    out.push(...excerpt(line, location.column, Math.min(location.end, location.start + 60) - location.start));
  }
  if (fix !== undefined) out.push(`  ${paint("fix:", "32")} ${fix}`);
  return out.join("\n");
}
