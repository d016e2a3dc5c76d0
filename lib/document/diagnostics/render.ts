/**
 * The one renderer of diagnostics: a line to click on, the author's line with a caret, and the fix.
 *
 * @module
 */
import type { Diagnostic } from "./diagnostic.ts";
import type { SourceFile } from "./location.ts";
import { blanked, visible } from "./visible.ts";

/** How diagnostics are rendered. */
export interface RenderOptions {
  /** Use colours. */
  readonly color?: boolean;
}

const COLORS: Readonly<Record<string, string>> = { error: "31", warning: "33", info: "36" };
const WIDTH = 80;
/** Letters that take two columns of a terminal: those of East Asia, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Signs that take none: they join or mark the letter before them. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns of a terminal a text takes. */
function columns(text: string): number {
  let width = 0;
  for (const letter of text) width += NARROW.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return width;
}

/** A place to cut a text that is not inside a letter. */
function between(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at;
}

/** The source line with a caret under the place, cut to a width that fits a terminal. */
function excerpt(line: string, column: number, length: number): string[] {
  const text = blanked(line), start = Math.min(column - 1, text.length);
  let from = 0;
  if (text.length > WIDTH) from = between(text, Math.max(0, Math.min(start - 30, text.length - WIDTH)));
  const to = between(text, Math.min(text.length, from + WIDTH)), end = Math.min(start + length, to);
  const indent = columns(text.slice(from, start)) + (from > 0 ? 1 : 0);
  return [
    `  ${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`,
    `  ${" ".repeat(indent)}${"^".repeat(Math.max(1, columns(text.slice(start, end))))}`,
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
  const { severity, code, location } = diagnostic;
  const [name, message, fix, node] = [location.file, diagnostic.message, diagnostic.fix, diagnostic.node].map(
    (
      text,
    ) => text === undefined ? undefined : visible(text),
  );
  const paint = (text: string, color: string) => options.color ? `\x1b[${color}m${text}\x1b[0m` : text;
  const out = [
    `${name}:${location.line}:${location.column}: ${paint(severity, COLORS[severity]!)} ${code} ${
      node === undefined ? "" : `${node}: `
    }${message}`,
  ];
  const file = files.find((f) => f.name === location.file && f.isSpecification);
  const line = file?.line(location.line) ?? "";
  if (line.trim() !== "") {
    out.push(...excerpt(line, location.column, Math.min(location.end, location.start + 60) - location.start));
  }
  if (fix !== undefined) out.push(`  ${paint("fix:", "32")} ${fix}`);
  return out.join("\n");
}
