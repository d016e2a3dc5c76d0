/**
 * Imports: entries of another file, by namespace, with their own places kept.
 *
 * @module
 */
import { BindScopes } from "./bind_scopes.ts";
import type { DiagnosticCode } from "./diagnostics/codes.ts";
import { compose } from "./yaml/compose.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { checkEncoding, sourceFileOf } from "./files/encoding.ts";
import { type NamedFile, readNamed, type ReadText, refusalOfFile, resolveLocation } from "./files/files.ts";
import type { Origins, SourceFile } from "./diagnostics/location.ts";
import { folderOf } from "./files/paths.ts";
import { copied, isMapping, type Raw, renamed } from "./conform/raw.ts";
import type { Report } from "./diagnostics/report.ts";
import { type Sections, sectionsOf } from "./conform/sections.ts";
import { suggestion } from "./diagnostics/suggestion.ts";

/** What reads the files of imports. */
export interface ImportIo {
  /** The text of a file, held to a folder where one is given; throws when there is none. */
  readonly readText: ReadText;
}

/** The sections in which imports are followed. */
const SECTIONS = ["binds", "consumes", "aggregates", "exposes"] as const;
type SectionName = typeof SECTIONS[number];

/** Why a file gives no sections. */
interface Failure {
  readonly code: "import-not-found" | "file-refused";
  /** Follows the name of the file. */
  readonly said: string;
  readonly fix: string;
}

const NO_SPECIFICATION: Failure = {
  code: "import-not-found",
  said: "holds no specification",
  fix: "name a file with consumes, exposes, aggregates or binds",
};
/** Its own error stands beside this one. */
const NOT_YAML: Failure = {
  code: "import-not-found",
  said: "is not valid YAML",
  fix: "fix the error reported there",
};

function failureOf(error: unknown, file: NamedFile): Failure {
  const { refused, said, fix } = refusalOfFile(error, file);
  return { code: refused ? "file-refused" : "import-not-found", said, fix };
}

/** How deep imports nest before following them is given up. */
const DEPTH_LIMIT = 32;
/** How many entries imports may bring in; files that import each other's copies double at every level. */
const ENTRY_LIMIT = 10_000;

function isImport(entry: unknown): entry is Raw {
  return isMapping(entry) && (entry["import"] !== undefined || entry["from"] !== undefined) &&
    (entry["baseUri"] === undefined ||
      (typeof entry["import"] === "string" && typeof entry["from"] === "string")) &&
    typeof (entry["from"] ?? entry["location"]) !== "object";
}

/** The keys of an import. */
const IMPORT_KEYS: ReadonlySet<string> = new Set(["from", "location", "import", "as", "type", "description"]);

/** Whether an import without `from` names a file, as its `import`. */
function namesFile(wanted: unknown): wanted is string {
  return typeof wanted === "string" && /\.(ya?ml|json)$/i.test(wanted.trim());
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
  readonly #loaded = new Map<string, Sections | Failure>();
  readonly #followed = new Map<string, Sections>();
  /** What files could not import, as `section.namespace`: who imports it from there hears no more. */
  readonly #lostIn = new Map<string, Map<string, Diagnostic>>();
  /** Which file sees which binds. */
  readonly scopes: BindScopes = new BindScopes();

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
  follow(sections: Sections, file: string, chain: readonly string[] = [resolveLocation("", file)]): Sections {
    const came = new Set<unknown>(), lost = new Map<string, Diagnostic>();
    this.#lostIn.set(chain.at(-1)!, lost);
    const out: Record<SectionName, unknown[]> = { binds: [], consumes: [], aggregates: [], exposes: [] };
    for (const name of SECTIONS) {
      const seen = new Set<unknown>();
      out[name] = sections[name].flatMap((entry) => {
        if (!isImport(entry)) return [entry];
        this.#checkKeys(entry);
        const found = this.#import(name, entry, file, chain, came);
        if (Array.isArray(found)) return found.filter((item) => this.#isNew(item, seen, entry));
        const namespace = entry["as"] ?? entry["import"];
        if (namespace !== undefined && namespace !== null) {
          this.lost[`${name}.${namespace}`] = found;
          lost.set(`${name}.${namespace}`, found);
        }
        return [];
      });
    }
    for (const bind of out.binds) came.delete(bind);
    this.scopes.declare(file, out.binds, [...came]);
    return { ...sections, ...out, binds: [...out.binds, ...came] };
  }

  /** Reports what is written beside an import: what it brings is as its own file says. */
  #checkKeys(entry: Raw): void {
    for (const key of Object.keys(entry)) {
      if (IMPORT_KEYS.has(key) || key.startsWith("x-")) continue;
      this.#report.add(
        "warning",
        "unknown-key",
        `${key} has no effect together with import and is left out`,
        this.#report.locate(entry, key, "key"),
        key === "namespace" ? `write as: ${String(entry[key])}` : `set ${key} in the file that is imported`,
      );
    }
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
    code: DiagnosticCode,
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
    came: Set<unknown>,
  ): unknown[] | Diagnostic {
    const written = entry["from"] !== undefined ? "from" : "location";
    let key = written, location = entry[written], wanted = entry["import"];
    const whole = location === undefined && namesFile(wanted);
    if (whole) {
      key = "import";
      location = wanted;
    }
    if (typeof location !== "string") {
      return this.#error(
        "import-not-found",
        `the import of ${String(wanted)} does not say from which file`,
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
        `imports come from files, and ${location} is not a file`,
        entry,
        key,
        "copy the file beside this one and name it",
      );
    }
    const path = resolveLocation(file, location);
    if (chain.includes(path)) {
      return this.#error(
        "import-cycle",
        `circular import: ${[...chain.slice(chain.indexOf(path)), path].join(" → ")}`,
        entry,
        key,
        "remove one of these imports",
      );
    }
    const sections = this.#sections({ path, folder: folderOf(file), kind: "specification" }, entry, key);
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
    this.scopes.imported(path, file);
    if (section !== "binds") { for (const bind of followed.binds) came.add(bind); }
    const named = followed[section].filter(isMapping),
      names = named.map(namespaceOf).filter((n) => n !== undefined);
    if (whole) {
      const all = [...new Set(names)], at = location.startsWith(".") ? location : `./${location}`;
      if (all.length !== 1) {
        return this.#error(
          "import-not-found",
          `this import names the file ${location}, and no namespace`,
          entry,
          key,
          all.length === 0
            ? `name a file with ${section}; ${location} has none`
            : `write from: ${at} and import: ${all.join(" or ")}`,
        );
      }
      wanted = all[0];
      this.#report.add(
        "warning",
        "import-names-file",
        `this import names the file ${location}; its only namespace there, ${wanted}, is imported`,
        this.#report.locate(entry, key),
        `write from: ${at} and import: ${wanted}`,
      );
    }
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
      const reported = this.#lostIn.get(path)?.get(`${section}.${String(wanted)}`);
      if (reported) return reported;
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
    return found.map((item) =>
      renamed(copied(item, this.#report), this.#report, {}, { namespace: String(as) })
    );
  }

  /** The sections of a file, read once; every import of a file that cannot be used is reported. */
  #sections(file: NamedFile, entry: Raw, key: string): Sections | Diagnostic {
    const known = this.#load(file);
    if (!("said" in known)) return known;
    const { code, said, fix } = known;
    return this.#error(code, `the file ${String(entry[key])} ${said}`, entry, key, fix);
  }

  #load(named: NamedFile): Sections | Failure {
    // What one document may read, another may not: whoever names a file is asked for anew.
    const key = `${named.folder}\n${named.path}`, known = this.#loaded.get(key);
    if (known) return known;
    let text: string;
    try {
      text = readNamed(this.#io.readText, named);
    } catch (error) {
      const failure = failureOf(error, named);
      this.#loaded.set(key, failure);
      return failure;
    }
    const loaded = this.#loaded.get(named.path) ?? this.#compose(named.path, text);
    this.#loaded.set(named.path, loaded);
    this.#loaded.set(key, loaded);
    return loaded;
  }

  #compose(path: string, text: string): Sections | Failure {
    const file = sourceFileOf(path, text);
    this.files.push(file);
    if (!checkEncoding(file, this.#report)) {
      return { code: "import-not-found", said: "is not UTF-8 text", fix: "save the file as UTF-8" };
    }
    const { value, diagnostics } = compose(file, this.#origins);
    const broken = diagnostics.some((d) => d.severity === "error");
    // Of a file that is no specification nothing is shown: it may be anything, also a file of secrets.
    if (!file.isSpecification) return broken ? { ...NOT_YAML, fix: NO_SPECIFICATION.fix } : NO_SPECIFICATION;
    this.#report.include(diagnostics);
    if (isMapping(value)) return sectionsOf(value, this.#report);
    return broken ? NOT_YAML : NO_SPECIFICATION;
  }
}

function namespaceOf(entry: Raw): string | undefined {
  const name = entry["namespace"] ?? entry["name"];
  return name === undefined || name === null ? undefined : String(name);
}
