/**
 * Collecting diagnostics while a document is read; repeated ones are counted, not repeated.
 *
 * @module
 */
import type { DiagnosticCode } from "./codes.ts";
import { type Diagnostic, diagnostic, type Severity } from "./diagnostic.ts";
import type { Location, Origins, SourceFile } from "./location.ts";

/** Collects what is found while a document is read. */
export class Report {
  readonly origins: Origins;
  /** Whether collections keyed by name are maps in the version that the document declares. */
  writesMaps = false;
  readonly #main: SourceFile;
  readonly #found: Diagnostic[] = [];
  readonly #repeated = new Map<string, { index: number; count: number }>();
  readonly #lenient = new Map<string, { readonly found: Diagnostic; count: number }>();

  /**
   * @param main The document, for findings without a place of their own.
   * @param origins Where nodes come from.
   */
  constructor(main: SourceFile, origins: Origins) {
    this.#main = main;
    this.origins = origins;
  }

  /** The location of a node or of one of its entries; the beginning of the document where it has none. */
  locate(node: object | undefined, entry?: string | number, part: "key" | "value" = "value"): Location {
    return (node && this.origins.locate(node, entry, part)) ?? this.#main.locate(0);
  }

  /** Adds a finding. */
  add(
    severity: Severity,
    code: DiagnosticCode,
    message: string,
    location: Location,
    fix?: string,
  ): Diagnostic {
    const found = diagnostic(severity, code, message, location, fix);
    this.#found.push(found);
    return found;
  }

  /** Adds a finding that may occur many times: the first is reported, with how often it occurs. */
  once(
    group: string,
    severity: Severity,
    code: DiagnosticCode,
    message: string,
    location: Location,
    fix?: string,
  ): void {
    const key = `${code} ${group}`, known = this.#repeated.get(key);
    if (known) known.count++;
    else {
      this.#repeated.set(key, { index: this.#found.length, count: 1 });
      this.add(severity, code, message, location, fix);
    }
  }

  /**
   * Notes a harmless freedom that was read as what it means. Only who asks hears of it.
   *
   * @param code The code.
   * @param group What is the same freedom: the first is noted, with how often it is taken.
   * @param message What was read as what.
   * @param at The node and its entry.
   * @param fix How it is written officially.
   */
  lenient(
    code: DiagnosticCode,
    group: string,
    message: string,
    at: readonly [object, string | number],
    fix: string,
  ): void {
    const key = `${code} ${group}`, known = this.#lenient.get(key);
    if (known) known.count++;
    else {
      const location = this.locate(at[0], at[1], "key");
      this.#lenient.set(key, { found: diagnostic("info", code, message, location, fix), count: 1 });
    }
  }

  /** The freedoms that were taken, in order. */
  leniencies(files: readonly SourceFile[]): Diagnostic[] {
    const all = [...this.#lenient.values()].map(({ found, count }) =>
      count === 1 ? found : { ...found, message: `${found.message} (${count} times)` }
    );
    return inOrder(all, files);
  }

  /** Takes over findings made elsewhere. */
  include(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics);
  }

  /** Everything found, by file in the order given and by position. */
  finish(files: readonly SourceFile[]): Diagnostic[] {
    const out = [...this.#found];
    for (const { index, count } of this.#repeated.values()) {
      if (count > 1) out[index] = { ...out[index]!, message: `${out[index]!.message} (${count} times)` };
    }
    return inOrder(out, files);
  }
}

/** Findings by file, in the order files were read, and by position in each. */
export function inOrder(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): Diagnostic[] {
  const order = new Map(files.map((file, i) => [file.name, i]));
  return diagnostics.toSorted((a, b) =>
    (order.get(a.location.file) ?? 0) - (order.get(b.location.file) ?? 0) ||
    a.location.start - b.location.start
  );
}

/** Findings of lenient reading that strict checking tells as well, in the words of the official schema. */
const LENIENT: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "unknown-key",
  "wrong-type",
  "coerced",
  "missing-name",
  "invalid-port",
  "unknown-format",
  "unknown-method",
  "unknown-type",
  "empty-value",
]);

/**
 * The findings without what is reported twice: by two readers of one text, and by reading where strict checking tells
 * the same place.
 */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const place = ({ location }: Diagnostic) => `${location.file} ${location.start}`;
  const strict = new Set(diagnostics.filter((d) => d.code.startsWith("strict-")).map(place));
  const seen = new Set<string>();
  return diagnostics.filter((d) => {
    if (LENIENT.has(d.code) && strict.has(place(d))) return false;
    const all = `${place(d)} ${d.code} ${d.message} ${d.node ?? ""}`;
    return seen.has(all) ? false : seen.add(all);
  });
}
