/**
 * Reading files from the file system on behalf of a document: only regular files, of a bounded size, inside the folders
 * it may read.
 *
 * @module
 */

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

/** A file that is not read. Its message holds nothing of the file. */
export class FileRefusal extends Error {
  override readonly name = "FileRefusal";
  readonly reason: RefusalReason;
  /** Of a file outside: the folder it really stands in. */
  readonly folder: string | undefined;

  /**
   * @param reason Why it is not read.
   * @param path The path that was looked at.
   * @param folder The folder it really stands in.
   */
  constructor(reason: RefusalReason, path: string, folder?: string) {
    super(`the file ${path} is not read: ${reason}`);
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

function refusalOf(error: unknown, path: string): FileRefusal {
  if (error instanceof FileRefusal) return error;
  if (error instanceof Deno.errors.NotFound) return new FileRefusal("missing", path);
  if (error instanceof Deno.errors.IsADirectory) return new FileRefusal("not a regular file", path);
  const denied = error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable;
  return new FileRefusal(denied ? "denied" : "unreadable", path);
}

/** The real path of a file or folder; undefined where this program may not ask. */
function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
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

/** The text of a regular file. What grows while it is read, or has no size, is cut off. */
function readRegular(path: string): string {
  // Asked before it is opened: opening a pipe would wait for whoever writes into it.
  const { isFile, size } = Deno.statSync(path);
  if (!isFile) throw new FileRefusal("not a regular file", path);
  if (size > MAX_FILE_BYTES) throw new FileRefusal("too large", path);
  using file = Deno.openSync(path);
  let bytes = new Uint8Array(size + 1), length = 0;
  for (;;) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) return decoder.decode(bytes.subarray(0, length));
    length += count;
    if (length > MAX_FILE_BYTES) throw new FileRefusal("too large", path);
    if (length < bytes.length) continue;
    const more = new Uint8Array(Math.min(bytes.length * 2, MAX_FILE_BYTES + 1));
    more.set(bytes);
    bytes = more;
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
  const check = (path: string, { folder, suffixes }: Confinement) => {
    const real = realPath(path), base = realFolder(folder);
    // Where only this file may be read, and not its folder, the permissions say what is inside.
    if (real === undefined || base === undefined) {
      if (!hasSuffix(path, suffixes)) throw new FileRefusal("of another kind", path);
      return;
    }
    if (![base, ...open].some((each) => real === each || isInside(real, each))) {
      throw new FileRefusal("outside", path, real.replace(/[\\/][^\\/]*$/, "") || "/");
    }
    if (!hasSuffix(path, suffixes) || !hasSuffix(real, suffixes)) {
      throw new FileRefusal("of another kind", path);
    }
  };
  return (path, held) => {
    try {
      if (held === undefined) return Deno.readTextFileSync(path);
      check(path, held);
      return readRegular(path);
    } catch (error) {
      throw refusalOf(error, path);
    }
  };
}
