/**
 * Reading: from a file to a specification that every other room works on.
 *
 * @module
 */
import type { CapabilityDocument } from "../../schemas/mod.ts";
import type { Outline } from "../../schemas/outline.ts";
import { OUTLINE } from "../../schemas/outline_of_capability.ts";
import { compose } from "./yaml/compose.ts";
import { Conformer } from "./conform/conform.ts";
import { isMapping, type Raw } from "./conform/raw.ts";
import { dialectOf, isReleased, writesMaps } from "./conform/dialect.ts";
import { checkDocument } from "./check/mod.ts";
import { checkEncoding, sourceFileOf } from "./files/encoding.ts";
import { type Diagnostic, diagnostic } from "./diagnostics/diagnostic.ts";
import { FileRefusal, isMissing } from "./files/files.ts";
import { Importer, type ImportIo } from "./imports.ts";
import { Origins, type SourceFile } from "./diagnostics/location.ts";
import { nearest } from "./diagnostics/nearest.ts";
import { Report } from "./diagnostics/report.ts";
import { type Sections, sectionsOf } from "./conform/sections.ts";
import type { Specification } from "./specification.ts";
import { NAMES, UPGRADES } from "./upgrade/mod.ts";

/** How a specification is read. */
export interface ReadOptions {
  /** The text of the file, where it has been read already. */
  readonly text?: string;
  /** What mappings take; that of the schemas when left out. */
  readonly outline?: Outline;
}

/** Why a file could not be read, and what to do. */
interface Unreadable {
  readonly why: string;
  readonly fix: string;
}

function whyUnreadable(error: unknown): Unreadable {
  if (isMissing(error)) return { why: "is not there", fix: "check its name, and the folder you are in" };
  const said = error instanceof Error
    ? `${error.name} ${error.message} ${error instanceof FileRefusal && error.reason}`
    : String(error);
  if (/is a directory|EISDIR|not a regular file/i.test(said)) {
    return { why: "is a directory", fix: "name a YAML file with a capability" };
  }
  return /denied|NotCapable|EACCES|EPERM/i.test(said)
    ? { why: "may not be read", fix: "check the permissions of the file" }
    : { why: "cannot be read", fix: "name a YAML file with a capability" };
}

/** A syntax error of a file that nothing may be shown of. */
function unshown({ location, code, severity }: Diagnostic): Diagnostic {
  const message = "this is not valid YAML, and what can be read of it is not a capability";
  return diagnostic(severity, code, message, location, 'begin with ikanos: "1.0.0-beta5", then capability:');
}

/**
 * Reads a capability specification of any dialect.
 *
 * It never throws for what a file holds: whatever is wrong with it is a diagnostic.
 *
 * @param file The file, as messages should name it.
 * @param io Reads the file, and the files it imports.
 * @param options The text, where it is known.
 * @returns The specification; its document is empty when the file holds none.
 */
export function readSpecification(file: string, io: ImportIo, options: ReadOptions = {}): Specification {
  let text = options.text, failure: Unreadable | undefined;
  if (text === undefined) {
    try {
      text = io.readText(file);
    } catch (error) {
      failure = whyUnreadable(error);
      text = "";
    }
  }
  const source = sourceFileOf(file, text), origins = new Origins();
  const report = new Report(source, origins);
  const empty = (): Specification => ({
    file,
    document: {},
    origins,
    files: [source],
    diagnostics: report.finish([source]),
    lost: {},
    dialect: undefined,
  });
  if (failure !== undefined) {
    report.add(
      "error",
      "unreadable-file",
      `${file} ${failure.why}`,
      source.locate(0),
      failure.fix,
    );
    return empty();
  }
  if (!checkEncoding(source, report)) return empty();
  const { value, diagnostics } = compose(source, origins);
  // Of a file that is no specification nothing is shown: it may be anything, also a file of secrets.
  const broken = diagnostics.find((d) => d.severity === "error");
  report.include(source.isSpecification ? diagnostics : broken ? [unshown(broken)] : []);
  if (!isMapping(value)) {
    if (!diagnostics.some((d) => d.severity === "error")) {
      const nothing = value === undefined || value === null;
      report.add(
        "error",
        nothing ? "empty-file" : "not-a-capability",
        nothing ? "the file is empty" : "the file is YAML, but not a mapping, so it is not a capability",
        source.locate(0),
        "begin with ikanos: and the version, then capability:",
      );
    }
    return empty();
  }
  // A document with a capability is one, even where its author forgot to say of which version.
  if (!("ikanos" in value) && !("naftiko" in value) && !isMapping(value["capability"])) {
    const near = nearest("ikanos", Object.keys(value)) ?? nearest("naftiko", Object.keys(value));
    report.add(
      "error",
      "not-a-capability",
      "the file has no root key ikanos or naftiko, so it is not a capability",
      near === undefined ? source.locate(0) : report.locate(value, near, "key"),
      near === undefined ? 'begin with ikanos: "1.0.0-beta5"' : `did you mean ikanos where it says ${near}?`,
    );
    return empty();
  }
  return upgrade(source, value, report, io, options.outline);
}

function upgrade(
  source: SourceFile,
  root: Raw,
  report: Report,
  io: ImportIo,
  outline: Outline = OUTLINE,
): Specification {
  const sections = sectionsOf(root, report), dialect = dialectOf(root, sections);
  const key = "ikanos" in root ? "ikanos" : "naftiko" in root ? "naftiko" : undefined;
  const frame = { file: source.name, origins: report.origins, dialect };
  if (dialect === "0.2" || dialect === "0.3") {
    report.add(
      "error",
      "dialect-not-supported",
      dialect === "0.2"
        ? "this is the dialect 0.2, which only forwards requests and describes no operations"
        : "this is the dialect 0.3, whose steps pass values in a way that later dialects cannot say",
      report.locate(root, key),
      dialect === "0.2"
        ? "describe the operations: consumes with namespace, baseUri and resources, and exposes that call them"
        : "give each step a type and a name, pass values with with:, and move mappings to the operation",
    );
    return { ...frame, document: {}, files: [source], diagnostics: report.finish([source]), lost: {} };
  }
  if (sections.version === undefined || !isReleased(sections.version)) {
    report.add(
      "warning",
      "unknown-version",
      key === undefined
        ? "the document has no root key ikanos or naftiko; the structure decides"
        : sections.version === undefined
        ? `${key} gives no version; the structure decides`
        : `${key}: ${sections.version} is not a released version; the structure decides`,
      report.locate(root, key),
      key === undefined ? 'begin with ikanos: "1.0.0-beta5"' : 'write ikanos: "1.0.0-beta5"',
    );
  }
  report.writesMaps = writesMaps(sections.version);
  const importer = new Importer(source, report, io);
  const all: Sections = importer.follow(sections, source.name);
  const conformer = new Conformer(report, outline, UPGRADES, NAMES);
  const raw: Raw = { ...all }, origin = report.origins.get(root);
  // Sections are joined of several places: without entries of its own, each stands where the document does.
  if (origin) report.origins.set(raw, { file: origin.file, span: origin.span });
  for (const name of ["binds", "consumes", "aggregates", "exposes"]) {
    if ((raw[name] as unknown[]).length === 0) delete raw[name];
  }
  const document =
    (conformer.conform("CapabilityDocument", raw, { parent: root, key: key ?? "capability" }) ??
      {}) as CapabilityDocument;
  if (origin) report.origins.set(document, origin);
  checkDocument(document, report);
  const { files, lost } = importer, scopes = importer.scopes.table(document.binds ?? [], files, report);
  return {
    ...frame,
    document,
    files,
    diagnostics: report.finish(files),
    leniencies: report.leniencies(files),
    lost,
    ...(scopes === undefined ? {} : { scopes }),
  };
}
