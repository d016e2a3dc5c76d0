/**
 * The files a document names: where they are, what may be read of them, and what is said of one that is not read.
 *
 * Imports, binds, scripts with what they depend on, schemas of formats: each is found and read by what stands here.
 *
 * @module
 */
import { type Confinement, FileRefusal, hasSuffix, isInside, type ReadText } from "../../host/files.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { folderOf, normalise, rooted } from "./paths.ts";

export { FileRefusal, type ReadText };

/** What a document names a file for. */
export type FileKind = "specification" | "values" | "script" | "avro" | "protobuf";

/** How the name of a file ends, by what it is named for. Values may stand in a file of any name. */
const SUFFIXES: Readonly<Record<FileKind, readonly string[] | undefined>> = {
  specification: [".yml", ".yaml", ".json"],
  values: undefined,
  script: [".js", ".mjs", ".cjs"],
  avro: [".avsc", ".json"],
  protobuf: [".proto"],
};

/** A file that a document names. */
export interface NamedFile {
  /** The path, as messages show it. */
  readonly path: string;
  /** The folder of the document that names it. */
  readonly folder: string;
  readonly kind: FileKind;
}

/**
 * The path of a location that an author wrote.
 *
 * `file:///./x` and `file://x` are relative, as authors mean them; `file:///a/b` is absolute.
 *
 * @param document The path of the document that names it.
 * @param location A path or a `file:` URI.
 * @returns A path for the file system; a relative one starts at the folder of the document.
 */
export function resolveLocation(document: string, location: string): string {
  let path = location.trim();
  const uri = /^file:(\/\/)?/i.exec(path);
  if (uri) {
    path = path.slice(uri[0].length);
    if (/^\/\.\.?(\/|$)/.test(path)) path = path.slice(1);
    if (/^\/[A-Za-z]:[\\/]/.test(path)) path = path.slice(1);
    try {
      path = decodeURIComponent(path);
    } catch {
      // A stray per cent sign is part of the name.
    }
  }
  return rooted(path) ?? normalise(`${folderOf(document)}/${path}`);
}

/** What a file is held to. */
function confinementOf({ folder, kind }: NamedFile): Confinement {
  return { folder, suffixes: SUFFIXES[kind] };
}

/**
 * Reads a file that a document names.
 *
 * @param readText Reads files.
 * @param file The file.
 * @throws {FileRefusal} Where it cannot or may not be read.
 */
export function readNamed(readText: ReadText, file: NamedFile): string {
  try {
    return readText(file.path, confinementOf(file));
  } catch (error) {
    if (error instanceof FileRefusal) throw error;
    throw new FileRefusal(isMissing(error) ? "missing" : "unreadable", file.path);
  }
}

/**
 * Holds a reader that knows nothing of folders to those a document may read. Paths are compared as they are written.
 *
 * @param read Gives the text of a file.
 * @param allowed Folders that any document may read, beside its own.
 */
export function heldToFolders(read: (path: string) => string, allowed: readonly string[] = []): ReadText {
  const open = allowed.map((folder) => normalise(folder));
  return (path, held) => {
    if (held) {
      const plain = normalise(path);
      if (![normalise(held.folder), ...open].some((folder) => isInside(plain, folder))) {
        throw new FileRefusal("outside", path, folderOf(plain));
      }
      if (!hasSuffix(path, held.suffixes)) throw new FileRefusal("of another kind", path);
    }
    return read(path);
  };
}

/** Whether a file could not be read because it is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error &&
    (error instanceof FileRefusal
      ? error.reason === "missing"
      : /not ?found|ENOENT|No such file/i.test(`${error.name} ${error.message}`));
}

/** What is said of a file that is not read. */
export interface Refused {
  /** Follows the name of the file. */
  readonly said: string;
  /** What to do about it. */
  readonly fix: string;
  /** Whether it is there, and is not read all the same. */
  readonly refused: boolean;
}

const KINDS: Readonly<Record<FileKind, string>> = {
  specification: "an import names a YAML or JSON file",
  values: "name a file with variables",
  script: "a script is a JavaScript file",
  avro: "an Avro schema is a file of JSON",
  protobuf: "a Protocol Buffers schema is a .proto file",
};

/**
 * What to say of a file that is not read. Nothing of its content is in it.
 *
 * @param error What reading it threw.
 * @param file The file.
 */
export function refusalOfFile(error: unknown, { path, folder, kind }: NamedFile): Refused {
  const reason = error instanceof FileRefusal ? error.reason : isMissing(error) ? "missing" : "unreadable";
  switch (reason) {
    case "outside": {
      const real = (error as FileRefusal).folder ?? folderOf(path);
      return {
        said: folder === "."
          ? "is outside the folder of the document that names it"
          : `is outside ${folder}, the folder of the document that names it`,
        fix: `move it into that folder, or allow its folder with --allow-read ${real}`,
        refused: true,
      };
    }
    case "not a regular file":
      return {
        said: "is not a regular file",
        fix: "name a file, not a folder, pipe or device",
        refused: true,
      };
    case "too large":
      return { said: "is larger than 16 MiB", fix: "name a smaller file", refused: true };
    case "of another kind": {
      const suffixes = SUFFIXES[kind] ?? [];
      return {
        said: `does not end in ${suffixes.join(" or ")}`,
        fix: `${KINDS[kind]}; give it such a name`,
        refused: true,
      };
    }
    case "denied":
      return { said: "may not be read", fix: "check the permissions of the file", refused: false };
    case "missing":
    case "unreadable": {
      const said = reason === "missing" ? "was not found" : "cannot be read";
      return { said, fix: `correct the path; it is looked for at ${path}`, refused: false };
    }
  }
}

/** The code of a file that is not read: refused, or one that could not be read. */
export function refusalCode(refused: Refused): DiagnosticCode {
  return refused.refused ? "file-refused" : "file-not-found";
}
