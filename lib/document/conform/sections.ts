/**
 * The sections of a document: root and `capability` joined, whatever their form.
 *
 * @module
 */
import { standsIn } from "../diagnostics/location.ts";
import { isMapping, type Raw } from "./raw.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { reportEmptyEntry } from "./empty.ts";
import type { Report } from "../diagnostics/report.ts";

/** The raw sections of one file, each a list of raw entries. */
export interface Sections {
  readonly version: string | undefined;
  readonly info: unknown;
  readonly binds: unknown[];
  readonly consumes: unknown[];
  readonly aggregates: unknown[];
  readonly exposes: unknown[];
}

/** Tells of a value that is no section, or no entry of one. */
function wrong(report: Report, parent: object, key: string | number, what: string, fix: string): void {
  report.add("error", "wrong-type", `${what}; it is left out`, report.locate(parent, key), fix);
}

/** A section as a list: a map is keyed by namespace. */
function listOf(parent: Raw, name: string, report: Report): unknown[] {
  const section = parent[name];
  if (section === undefined || section === null) return [];
  if (Array.isArray(section)) {
    return section.filter((item, i) => {
      if (isMapping(item) || (name === "binds" && typeof item === "string")) return true;
      if (item !== null) {
        wrong(
          report,
          section,
          i,
          `entry ${i + 1} of ${name} should be a mapping`,
          "write it as keys and values",
        );
      } else reportEmptyEntry(report, section, i, name);
      return false;
    });
  }
  if (!isMapping(section)) {
    wrong(report, parent, name, `${name} should be a list`, `write ${name}: and entries that begin with -`);
    return [];
  }
  const origin = report.origins.get(section);
  if (
    typeof section["type"] === "string" || typeof section["baseUri"] === "string" ||
    section["import"] !== undefined
  ) return [section];
  report.lenient(
    "other-form",
    name,
    `${name} is written as a map keyed by namespace; a list is its form`,
    [parent, name],
    `write ${name} as a list: - namespace: …`,
  );
  return Object.entries(section).map(([key, value]) => {
    if (!isMapping(value)) return value;
    const out: Raw = { namespace: key, ...value }, inner = report.origins.get(value);
    if (inner) {
      const at = origin?.entries?.get(key)?.key;
      report.origins.set(out, at ? standsIn(inner, "namespace", { value: at }) : inner);
    }
    return out;
  });
}

/** The bare words of a binds list: each declares one variable of that name. */
function bindsOf(parent: Raw, name: string, report: Report): unknown[] {
  const section = parent[name];
  if (isMapping(section) && (isMapping(section["keys"]) || section["namespace"] !== undefined)) {
    return [section];
  }
  const origin = Array.isArray(section) ? report.origins.get(section) : undefined;
  return listOf(parent, name, report).map((item) => {
    if (typeof item !== "string") return item;
    const bind = { keys: { [item]: item } }, at = origin?.entries?.get((section as unknown[]).indexOf(item));
    if (origin && at) {
      const span = at.value, word = { file: origin.file, span };
      report.origins.set(bind, word);
      report.origins.set(bind.keys, standsIn(word, item, { key: span, value: span }));
    }
    return bind;
  });
}

const ROOT_KEYS: ReadonlySet<string> = new Set([
  "naftiko",
  "ikanos",
  "info",
  "capability",
  "binds",
  "externalRefs",
  "consumes",
  "exposes",
  "aggregates",
]);
const CAPABILITY_KEYS: ReadonlySet<string> = new Set([
  "binds",
  "consumes",
  "exposes",
  "aggregates",
  "info",
  "externalRefs",
]);

/**
 * Joins the sections of a document, and tells of keys that have no meaning.
 *
 * @param root The root mapping.
 * @param report Receives what is found.
 */
export function sectionsOf(root: Raw, report: Report): Sections {
  const capability = isMapping(root["capability"]) ? root["capability"] : {};
  if (root["capability"] !== undefined && root["capability"] !== null && !isMapping(root["capability"])) {
    wrong(
      report,
      root,
      "capability",
      "capability should be a mapping",
      "write consumes: and exposes: under it",
    );
  }
  for (
    const [raw, known, where] of [[root, ROOT_KEYS, "the document"], [
      capability,
      CAPABILITY_KEYS,
      "capability",
    ]] as const
  ) {
    for (const key of Object.keys(raw)) {
      if (known.has(key) || key.startsWith("x-") || key.startsWith("$")) continue;
      const at = report.locate(raw, key, "key");
      if (key === "import" || key === "imports") {
        report.add(
          "warning",
          "import-not-followed",
          `${key} at this place is not followed`,
          at,
          "import one namespace: an entry {from, import} in consumes, exposes, aggregates or binds",
        );
      } else if (key === "observability") {
        report.add(
          "warning",
          "unknown-key",
          `observability has no meaning in ${where} and is left out`,
          at,
          "move it under the surface of type control, in exposes",
        );
      } else {
        const near = nearest(key, known);
        report.add(
          "warning",
          "unknown-key",
          `${key} has no meaning in ${where} and is left out`,
          at,
          near === undefined ? `remove it; ${where} takes ${[...known].join(", ")}` : `did you mean ${near}?`,
        );
      }
    }
  }
  if ("ikanos" in root && "naftiko" in root) {
    report.add(
      "warning",
      "unknown-key",
      "naftiko has no effect together with ikanos, which says the version",
      report.locate(root, "naftiko", "key"),
      "remove naftiko",
    );
  }
  if (root["exposes"] !== undefined) {
    report.lenient(
      "other-form",
      "root exposes",
      "exposes is at the root; it is read as if it were under capability",
      [root, "exposes"],
      "move exposes under capability:",
    );
  }
  const both = (key: string) => [...listOf(root, key, report), ...listOf(capability, key, report)];
  const written = root["ikanos"] ?? root["naftiko"];
  return {
    version: written === null || written === undefined || typeof written === "object"
      ? undefined
      : versionText(root, written, report),
    info: root["info"] ?? capability["info"],
    binds: [
      ...bindsOf(root, "binds", report),
      ...bindsOf(capability, "binds", report),
      ...bindsOf(root, "externalRefs", report),
      ...bindsOf(capability, "externalRefs", report),
    ],
    consumes: both("consumes"),
    aggregates: both("aggregates"),
    exposes: both("exposes"),
  };
}

/** The version as the author wrote it: 0.10 is not 0.1. */
function versionText(root: Raw, written: unknown, report: Report): string {
  if (typeof written === "string") return written;
  const origin = report.origins.get(root),
    span = origin?.entries?.get("ikanos" in root ? "ikanos" : "naftiko")?.value;
  return span ? origin!.file.text.slice(span[0], span[1]) : String(written);
}
