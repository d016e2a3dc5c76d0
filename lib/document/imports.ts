/**
 * Imports: entries of another file, by namespace, with their own places kept.
 *
 * @module
 */
import { compose } from "./compose.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { checkEncoding, sourceOf } from "./encoding.ts";
import type { Origins, SourceFile } from "./location.ts";
import { folderOf, normalise, rooted } from "./paths.ts";
import { isMapping, type Raw, renamed } from "./raw.ts";
import type { Report } from "./report.ts";
import { type Sections, sectionsOf } from "./sections.ts";
import { suggestion } from "./suggestion.ts";

/** What reads the files of imports. */
export interface ImportIo {
  /** The text of a file; throws when there is none. */
  readText(path: string): string;
}

/** The sections in which imports are followed. */
const SECTIONS = ["binds", "consumes", "aggregates", "exposes"] as const;
type SectionName = typeof SECTIONS[number];

const ELSEWHERE = "correct the path; it is relative to the file that names it";

/** What is said of a file that cannot be imported, and the fix. */
const FAILURES: Readonly<Record<Failure, readonly [said: string, fix: string]>> = {
  "not found": ["was not found", ELSEWHERE],
  unreadable: ["cannot be read", ELSEWHERE],
  "not YAML": ["is not valid YAML", "mend it where its own error says"],
  "no specification": [
    "holds no specification",
    "name a file with consumes, exposes, aggregates or binds",
  ],
};

/** Why a file gives no sections. */
type Failure = "not found" | "unreadable" | "not YAML" | "no specification";

/** How deep imports nest before following them is given up. */
const DEPTH_LIMIT = 32;
/** How many entries imports may bring in; files that import each other's copies double at every level. */
const ENTRY_LIMIT = 10_000;

function isImport(entry: unknown): entry is Raw {
  return isMapping(entry) && (entry["import"] !== undefined || entry["from"] !== undefined) &&
    entry["baseUri"] === undefined &&
    typeof (entry["from"] ?? entry["location"]) !== "object";
}

function resolve(from: string, location: string): string {
  const path = location.replace(/^file:(\/\/)?(?=\/\.{0,2}[^/]|[^/])/i, "").replace(/^\/(?=\.\.?\/)/, "");
  return rooted(path) ?? normalise(`${folderOf(from)}/${path}`);
}

/** Follows the imports of a document and of what it imports. */
export class Importer {
  readonly files: SourceFile[];
  /** What could not be imported, as `section.namespace`, and why. */
  readonly lost: Record<string, Diagnostic> = Object.create(null);
  readonly #report: Report;
  readonly #origins: Origins;
  readonly #io: ImportIo;
  #count = 0;
  readonly #read = new Map<string, Sections | Failure>();
  readonly #followed = new Map<string, Sections>();

  /**
   * @param main The document.
   * @param report Receives what is found.
   * @param io Reads files.
   */
  constructor(main: SourceFile, report: Report, io: ImportIo) {
    this.files = [main];
    this.#report = report;
    this.#origins = report.origins;
    this.#io = io;
  }

  /** The sections with every import replaced by what it names. */
  follow(sections: Sections, file: string, chain: readonly string[] = [resolve("", file)]): Sections {
    const binds: unknown[] = [];
    const out: Record<SectionName, unknown[]> = { binds: [], consumes: [], aggregates: [], exposes: [] };
    for (const name of SECTIONS) {
      const seen = new Set<unknown>();
      out[name] = sections[name].flatMap((entry) => {
        if (!isImport(entry)) return [entry];
        const found = this.#import(name, entry, file, chain, binds);
        if (Array.isArray(found)) return found.filter((item) => this.#isNew(item, seen, entry));
        const namespace = entry["as"] ?? entry["import"];
        if (namespace !== undefined && namespace !== null) this.lost[`${name}.${namespace}`] = found;
        return [];
      });
    }
    return { ...sections, ...out, binds: [...out.binds, ...binds] };
  }

  /** Whether an entry is not there yet: one file may be imported twice, but what it holds is one thing. */
  #isNew(item: unknown, seen: Set<unknown>, entry: Raw): boolean {
    if (!seen.has(item)) return Boolean(seen.add(item));
    this.#report.add(
      "warning",
      "namespace-collision",
      `${String(entry["import"])} is imported a second time, under the same name; once is enough`,
      this.#report.locate(entry, "import"),
      "remove this import, or give it another name with as:",
    );
    return false;
  }

  #error(
    code: "import-not-found" | "import-cycle",
    message: string,
    entry: Raw,
    key: string,
    fix: string,
  ): Diagnostic {
    const at = this.#report.locate(entry, key in entry ? key : undefined);
    return this.#report.add("error", code, message, at, fix);
  }

  #import(
    section: SectionName,
    entry: Raw,
    file: string,
    chain: readonly string[],
    binds: unknown[],
  ): unknown[] | Diagnostic {
    const key = entry["from"] !== undefined ? "from" : "location",
      location = entry[key],
      wanted = entry["import"];
    if (typeof location !== "string") {
      return this.#error(
        "import-not-found",
        `the import of ${String(wanted)} does not say from where`,
        entry,
        "import",
        "add from: ./file.yml",
      );
    }
    if (wanted === undefined || wanted === null || typeof wanted === "object") {
      return this.#error(
        "import-not-found",
        `the import from ${location} does not say which namespace`,
        entry,
        key,
        "add import: and the namespace",
      );
    }
    if (
      /^[a-z][a-z0-9+.-]*:/i.test(location) && !/^file:/i.test(location) && !/^[a-z]:[\\/]/i.test(location)
    ) {
      return this.#error(
        "import-not-found",
        `imports come from files, and ${location} is none`,
        entry,
        key,
        "copy the file beside this one and name it",
      );
    }
    const path = resolve(file, location);
    if (chain.includes(path)) {
      return this.#error(
        "import-cycle",
        `this import goes round in a circle: ${[...chain, path].join(" → ")}`,
        entry,
        key,
        "take one of these imports out",
      );
    }
    const sections = this.#sections(path, entry, key);
    if ("severity" in sections) return sections;
    if (chain.length > DEPTH_LIMIT) {
      return this.#error(
        "import-cycle",
        `imports are nested more than ${DEPTH_LIMIT} files deep`,
        entry,
        key,
        "import the namespace from the file that holds it",
      );
    }
    let followed = this.#followed.get(path);
    if (!followed) {
      followed = this.follow(sections, path, [...chain, path]);
      this.#followed.set(path, followed);
    }
    if (section !== "binds") binds.push(...followed.binds);
    const named = followed[section].filter(isMapping),
      names = named.map(namespaceOf).filter((n) => n !== undefined);
    const found = named.filter((item) => namespaceOf(item) === String(wanted));
    this.#count += found.length;
    if (this.#count > ENTRY_LIMIT) {
      return this.#error(
        "import-cycle",
        `imports bring in more than ${ENTRY_LIMIT} entries`,
        entry,
        key,
        "import each namespace once",
      );
    }
    if (found.length === 0) {
      return this.#error(
        "import-not-found",
        `${location} has no ${section} entry with the namespace ${String(wanted)}`,
        entry,
        "import",
        suggestion(String(wanted), names, (list) => `it has ${list}`, `it has no ${section} at all`),
      );
    }
    const as = entry["as"];
    if (as === undefined || as === null) return found;
    return found.map((item) => renamed(item, this.#report, {}, { namespace: String(as) }));
  }

  /** The sections of a file, read once; every import of a file that cannot be used is told. */
  #sections(path: string, entry: Raw, key: string): Sections | Diagnostic {
    let known = this.#read.get(path);
    if (known === undefined) {
      known = this.#load(path);
      this.#read.set(path, known);
    }
    if (typeof known !== "string") return known;
    const [said, fix] = FAILURES[known];
    return this.#error("import-not-found", `the file ${String(entry[key])} ${said}`, entry, key, fix);
  }

  #load(path: string): Sections | Failure {
    let text: string;
    try {
      text = this.#io.readText(path);
    } catch (error) {
      return isMissing(error) ? "not found" : "unreadable";
    }
    const file = sourceOf(path, text);
    this.files.push(file);
    if (!checkEncoding(file, this.#report)) return "unreadable";
    const { value, diagnostics } = compose(file, this.#origins);
    this.#report.include(diagnostics);
    if (isMapping(value)) return sectionsOf(value, this.#report);
    return diagnostics.some((d) => d.severity === "error") ? "not YAML" : "no specification";
  }
}

/** Whether a file could not be read because it is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && /not ?found|ENOENT|No such file/i.test(`${error.name} ${error.message}`);
}

function namespaceOf(entry: Raw): string | undefined {
  const name = entry["namespace"] ?? entry["name"];
  return name === undefined || name === null ? undefined : String(name);
}
