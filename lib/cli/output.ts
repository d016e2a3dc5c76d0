/**
 * Printing: data to stdout, everything else to stderr.
 *
 * @module
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { SourceFile } from "../spec/location.ts";
import { renderDiagnostic } from "../spec/render.ts";

const encoder = new TextEncoder();

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    // A reader that went away, such as head, wants no more.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Prints a line of data. */
export function print(text: string): void {
  write(Deno.stdout, text + "\n");
}

/** Prints a line for the person at the terminal. */
export function note(text: string): void {
  write(Deno.stderr, text + "\n");
}

/** Prints data as JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

function wantsColor(terminal: boolean): boolean {
  try {
    return terminal && !Deno.env.get("NO_COLOR");
  } catch {
    return false;
  }
}

/** Whether stderr takes colours. */
export function colorOnStderr(): boolean {
  return wantsColor(Deno.stderr.isTerminal());
}

/** Whether stdout takes colours. */
export function colorOnStdout(): boolean {
  return wantsColor(Deno.stdout.isTerminal());
}

/** Prints diagnostics to stderr. */
export function noteDiagnostics(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): void {
  const color = colorOnStderr();
  for (const diagnostic of diagnostics) note(renderDiagnostic(diagnostic, files, { color }));
}
