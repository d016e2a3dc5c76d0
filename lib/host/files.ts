/**
 * Reading files from the file system on behalf of a document: only regular files, of a bounded size, inside the folders
 * it may read.
 *
 * @module
 */
import { CapstanError } from "../data/capstan_error.ts";
import { type FileFault, fileFault, FILES } from "./file_system.ts";

/** The most bytes a file may have that a document names. */
export const MAX_FILE_BYTES: number = 16 * 1024 * 1024;

/** Why a file is not read. */
export type RefusalReason =
  | "missing"
  | "outside"
  | "not a regular file"
  | "too large"
  | "of another kind"
  | "denied"
  | "unreadable";

/**
 * A file that is not read. Its message holds nothing of the file.
 *
 * @example A folder that is not there
 * ```ts
 * import { FileRefusal, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const read = () => readSpecification("a.yml", { text: "ikanos: 1.0.0-beta5", allowRead: ["/no/such/folder"] });
 * assert.throws(read, (error) => error instanceof FileRefusal && error.reason === "missing");
 * ```
 */
export class FileRefusal extends CapstanError {
  /** The name of its class. */
  override readonly name = "FileRefusal";
  /** Why it is not read. */
  readonly reason: RefusalReason;
  /** Of a file outside: the folder it really stands in. */
  readonly folder: string | undefined;

  /**
   * Makes an error.
   *
   * @param reason Why it is not read.
   * @param path The path that was looked at.
   * @param folder The folder it really stands in.
   */
  constructor(reason: RefusalReason, path: string, folder?: string) {
    super("file_refused", `the file ${path} is not read: ${reason}`);
    this.reason = reason;
    this.folder = folder;
  }
}

/** What a file is held to. */
export interface Confinement {
  /** The folder of the document that names it. */
  readonly folder: string;
  /** How its name may end, in lower case; any name will do where nothing is said. */
  readonly suffixes?: readonly string[] | undefined;
}

/** Reads the text of a file, held to a folder where one is given. Throws a `FileRefusal`. */
export type ReadText = (path: string, held?: Confinement) => string;

const REASONS: Readonly<Record<FileFault, RefusalReason>> = {
  missing: "missing",
  folder: "not a regular file",
  denied: "denied",
  "not granted": "denied",
  other: "unreadable",
};

function refusalOf(error: unknown, path: string): FileRefusal {
  if (error instanceof FileRefusal) return error;
  return new FileRefusal(REASONS[fileFault(error)], path);
}

/** The real path of a file or folder; undefined where this program may not ask. */
function realPath(path: string): string | undefined {
  try {
    return FILES.realPath(path);
  } catch (error) {
    if (fileFault(error) === "not granted") return undefined;
    throw error;
  }
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/").replace(/(?<!\/)\/+$/, "");
}

/**
 * Whether a path stands below a folder. Both are compared as text.
 *
 * @param path A path without `.` and `..`.
 * @param folder A folder, written in the same way.
 */
export function isInside(path: string, folder: string): boolean {
  const [file, base] = [slashed(path), slashed(folder)];
  if (base === ".") return !file.startsWith("/") && !/^(\.\.(\/|$)|[A-Za-z]:)/.test(file);
  return file.startsWith(`${base}/`);
}

/** Whether a file's name ends as its kind demands. */
export function hasSuffix(path: string, suffixes: readonly string[] | undefined): boolean {
  const name = path.toLowerCase();
  return suffixes === undefined || suffixes.some((suffix) => name.endsWith(suffix));
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text of a regular file. What grows while it is read, or has no size, is cut off.
 *
 * @param real What the path led to when it was checked; undefined where that could not be asked.
 */
function readRegular(path: string, real: string | undefined): string {
  // Asked before it is opened: opening a pipe would wait for whoever writes into it.
  if (!FILES.stat(path).isFile) throw new FileRefusal("not a regular file", path);
  const file = FILES.open(path);
  try {
    const { isFile, size, id } = file.stat();
    if (!isFile) throw new FileRefusal("not a regular file", path);
    if (size > MAX_FILE_BYTES) throw new FileRefusal("too large", path);
    // The path may have become a link for just as long as it took to open it.
    const stays = () => real === undefined || FILES.realPath(path) === real;
    if (!stays() || FILES.stat(path).id !== id || !stays()) throw new FileRefusal("unreadable", path);
    let bytes = new Uint8Array(size + 1), length = 0;
    for (;;) {
      const count = file.read(bytes.subarray(length));
      if (count === null) return decoder.decode(bytes.subarray(0, length));
      length += count;
      if (length > MAX_FILE_BYTES) throw new FileRefusal("too large", path);
      if (length < bytes.length) continue;
      const more = new Uint8Array(Math.min(bytes.length * 2, MAX_FILE_BYTES + 1));
      more.set(bytes);
      bytes = more;
    }
  } finally {
    file.close();
  }
}

/**
 * Makes the reader of the file system.
 *
 * @param allowed Folders that any document may read, beside its own.
 * @returns A reader. Without a confinement it reads what the user named, whatever kind of file it is.
 * @throws {FileRefusal} For an allowed folder that is not there.
 */
export function fileReader(allowed: readonly string[] = []): ReadText {
  const folders = new Map<string, string | undefined>();
  const realFolder = (folder: string): string | undefined => {
    if (!folders.has(folder)) folders.set(folder, realPath(folder));
    return folders.get(folder);
  };
  const open = allowed.map((folder) => {
    try {
      return realPath(folder) ?? folder;
    } catch (error) {
      throw refusalOf(error, folder);
    }
  });
  /** Gives the real path of a file that may be read; undefined where it cannot be asked for. */
  const check = (path: string, { folder, suffixes }: Confinement): string | undefined => {
    const real = realPath(path), base = realFolder(folder);
    // Where only this file may be read, and not its folder, the permissions say what is inside.
    if (real === undefined || base === undefined) {
      if (!hasSuffix(path, suffixes)) throw new FileRefusal("of another kind", path);
      return real;
    }
    if (![base, ...open].some((each) => real === each || isInside(real, each))) {
      throw new FileRefusal("outside", path, real.replace(/[\\/][^\\/]*$/, "") || "/");
    }
    if (!hasSuffix(path, suffixes) || !hasSuffix(real, suffixes)) {
      throw new FileRefusal("of another kind", path);
    }
    return real;
  };
  return (path, held) => {
    try {
      if (held === undefined) return FILES.readText(path);
      return readRegular(path, check(path, held));
    } catch (error) {
      throw refusalOf(error, path);
    }
  };
}
