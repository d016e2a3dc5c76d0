/**
 * Encoding: specifications are UTF-8, and what is not says so instead of turning into odd characters.
 *
 * @module
 */
import { SourceFile } from "../diagnostics/location.ts";
import type { Report } from "../diagnostics/report.ts";

/** A file of a specification; a byte order mark is no part of its text. */
export function sourceFileOf(name: string, text: string): SourceFile {
  return new SourceFile(name, text.startsWith("\ufeff") ? text.slice(1) : text);
}

/**
 * Tells of a file that is not UTF-8.
 *
 * @returns Whether it can be read all the same.
 */
export function checkEncoding(file: SourceFile, report: Report): boolean {
  const { text } = file, lost = text.indexOf("\ufffd");
  if (lost < 0) return true;
  // UTF-16 and bytes that are no text at all have zero bytes; Latin-1 loses a letter here and there.
  const readable = !text.includes("\0");
  report.add(
    readable ? "warning" : "error",
    "not-utf-8",
    readable ? "a character here is not UTF-8, and is lost" : "the file is not UTF-8 text",
    file.locate(lost, lost + 1),
    "save the file as UTF-8",
  );
  return readable;
}
