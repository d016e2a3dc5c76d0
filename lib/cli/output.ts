/**
 * Printing: data to stdout, everything else to stderr.
 *
 * @module
 */
import type { SandboxEvent } from "../sandbox/event.ts";
import { driftText } from "../telemetry/drift.ts";
import { writeJson } from "../data/json.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { LogEntry } from "../host/host.ts";
import type { SourceFile } from "../document/diagnostics/location.ts";
import { renderDiagnostic } from "../document/diagnostics/render.ts";
import { visible, visibleLines } from "../document/diagnostics/visible.ts";

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

/** Prints one line of data. What is in it may come from anywhere: it makes no second line, and no terminal obeys it. */
export function print(text: string): void {
  write(Deno.stdout, visible(text) + "\n");
}

/** Prints a text of several lines: data, or Capstan's own words. */
export function printLines(text: string): void {
  write(Deno.stdout, visibleLines(text) + "\n");
}

/** Whether what goes to stderr is one JSON object a line. */
let asJson = false;

/** From now on, what goes to stderr is one JSON object a line: for programs that collect logs. */
export function noteAsJson(): void {
  asJson = true;
}

/** Writes one JSON object on stderr. */
function noteRecord(record: Readonly<Record<string, unknown>>): void {
  // What is written out as an escape is one of JSON, too.
  write(Deno.stderr, `${visible(writeJson({ time: new Date().toISOString(), ...record }))}\n`);
}

/** Prints one line for the person at the terminal, as carefully. */
export function note(text: string): void {
  if (!asJson) return write(Deno.stderr, visible(text) + "\n");
  const [, word] = /^\s*(capstan|error|warning):/.exec(text) ?? [];
  const level = word === undefined ? "info" : word === "warning" ? "warning" : "error";
  noteRecord({ level, logger: "capstan", message: text.trim() });
}

/** Lines of letters that every terminal shows. */
const PLAIN_LINES = /^[\n\x20-\x7e]*$/;

/** Prints lines of the request log, as they were written. */
function noteLines(lines: readonly string[]): void {
  const text = `${lines.join("\n")}\n`;
  // Most have nothing to be shown otherwise, and there may be thousands a second.
  write(
    Deno.stderr,
    PLAIN_LINES.test(text) && !lines.some((line) => line.includes("\n"))
      ? text
      : lines.map((line) => `${visible(line)}\n`).join(""),
  );
}

/** Prints what a script wrote, each line with its step. */
function noteScript(
  { script, lines }: { readonly script: string; readonly lines: readonly string[] },
): void {
  for (const line of lines) note(`script ${script}: ${line}`);
}

/**
 * Prints what a capability tells while it runs.
 *
 * @param event What it tells.
 * @param how Whether only what an operator must know is printed; whether it runs on, so that repeats are counted.
 */
export function noteEvent(
  event: Exclude<SandboxEvent, { type: "reloaded" }>,
  { quiet = false, counts = false }: { readonly quiet?: boolean; readonly counts?: boolean } = {},
): void {
  switch (event.type) {
    case "lines":
      return noteLines(event.lines);
    case "log":
      return noteLog(event.entry);
    case "script":
      return quiet ? undefined : noteScript(event);
    case "drift": {
      const { count } = event.event, often = count === 1 ? "once" : `${count} times`;
      if (!quiet) note(`${driftText(event.event)}${counts ? ` (${often} so far)` : ""}`);
    }
  }
}

/** Prints a line of the log, with what follows of it: a fault of Capstan's own comes with its stack. */
export function noteLog({ level, message, reference, stack, data }: LogEntry): void {
  if (asJson) return noteRecord({ level, logger: "capstan", message, reference, stack, ...data });
  note(`${level}: ${message}${reference === undefined ? "" : ` (reference ${reference})`}`);
  for (const line of stack?.split("\n") ?? []) note(`  ${line.trim()}`);
}

/** Prints data as JSON. */
export function printJson(value: unknown): void {
  printLines(writeJson(value, 2));
}

/** Asked for once: when the program has given up its permissions, nobody may ask any more. */
let noColor: boolean | undefined;

function wantsColor(terminal: boolean): boolean {
  try {
    noColor ??= Boolean(Deno.env.get("NO_COLOR"));
  } catch {
    noColor = true;
  }
  return terminal && !noColor;
}

/** Prints a diagnostic as data. */
export function printDiagnostic(diagnostic: Diagnostic, files: readonly SourceFile[]): void {
  write(
    Deno.stdout,
    renderDiagnostic(diagnostic, files, { color: wantsColor(Deno.stdout.isTerminal()) }) + "\n",
  );
}

/** Prints diagnostics to stderr. */
export function noteDiagnostics(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): void {
  if (asJson) {
    for (const { severity: level, code, message, location: { file, line, column }, fix } of diagnostics) {
      noteRecord({ level, logger: "document", message, code, file, line, column, fix });
    }
    return;
  }
  const color = wantsColor(Deno.stderr.isTerminal());
  for (const diagnostic of diagnostics) {
    write(Deno.stderr, renderDiagnostic(diagnostic, files, { color }) + "\n");
  }
}
