/**
 * The file system as the reader of documents needs it, at once and without waiting: of Deno, else of Node.js.
 *
 * @module
 */
import { ON_DENO } from "./runtime.ts";

/** What a path leads to. */
export interface Stat {
  readonly isFile: boolean;
  readonly size: number;
  /** Tells files apart, where the file system does. */
  readonly id: string | undefined;
}

/** A file that is open for reading. */
export interface OpenFile {
  /** What it is, whatever its path leads to by now. */
  stat(): Stat;
  /** Reads into a buffer; null at the end. */
  read(into: Uint8Array): number | null;
  close(): void;
}

/** What is asked of the file system. */
export interface FileSystem {
  readonly realPath: (path: string) => string;
  readonly stat: (path: string) => Stat;
  readonly open: (path: string) => OpenFile;
  readonly readText: (path: string) => string;
  /** The folder that relative paths start at. */
  readonly currentFolder: () => string;
}

/** Why the file system refused, as far as readers tell it apart. */
export type FileFault = "missing" | "folder" | "denied" | "not granted" | "other";

/** The faults that runtimes name by a class of errors or by a code. */
const FAULTS: Readonly<Record<string, FileFault>> = {
  NotFound: "missing",
  ENOENT: "missing",
  IsADirectory: "folder",
  EISDIR: "folder",
  PermissionDenied: "denied",
  EACCES: "denied",
  EPERM: "denied",
  NotCapable: "not granted",
};

/** Why the file system refused. */
export function fileFault(error: unknown): FileFault {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return FAULTS[String(name)] ?? FAULTS[String(code)] ?? "other";
}

function denoStat({ isFile, size, dev, ino }: Deno.FileInfo): Stat {
  return { isFile, size, id: ino === null ? undefined : `${dev} ${ino}` };
}

const denoFiles: FileSystem = {
  realPath: (path) => Deno.realPathSync(path),
  stat: (path) => denoStat(Deno.statSync(path)),
  open(path) {
    const file = Deno.openSync(path);
    return {
      stat: () => denoStat(file.statSync()),
      read: (into) => file.readSync(into),
      close: () => file.close(),
    };
  },
  readText: (path) => Deno.readTextFileSync(path),
  currentFolder: () => Deno.cwd(),
};

/** What Node.js has to offer, asked for without an import: most documents come as text, and need no file. */
interface Builtin {
  getBuiltinModule?(name: "node:fs"): typeof import("node:fs");
  cwd?(): string;
}

function builtin(): Builtin {
  return (globalThis as { process?: Builtin }).process ?? {};
}

function nodeModule(): typeof import("node:fs") {
  const fs = builtin().getBuiltinModule?.("node:fs");
  if (!fs) throw new Error("this runtime has no files; give the text, or readText");
  return fs;
}

function nodeStat(found: import("node:fs").Stats): Stat {
  return { isFile: found.isFile(), size: found.size, id: `${found.dev} ${found.ino}` };
}

const nodeFiles: FileSystem = {
  realPath: (path) => nodeModule().realpathSync(path),
  stat: (path) => nodeStat(nodeModule().statSync(path)),
  open(path) {
    const fs = nodeModule(), file = fs.openSync(path, "r");
    return {
      stat: () => nodeStat(fs.fstatSync(file)),
      read: (into) => fs.readSync(file, into) || null,
      close: () => fs.closeSync(file),
    };
  },
  readText: (path) => nodeModule().readFileSync(path, "utf8"),
  currentFolder: () => builtin().cwd?.() ?? "/",
};

/** The file system of this runtime. */
export const FILES: FileSystem = ON_DENO ? denoFiles : nodeFiles;
