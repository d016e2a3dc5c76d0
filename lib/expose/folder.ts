/**
 * A folder, or a single file, that a surface publishes: its files by their relative path, and nothing outside of it.
 *
 * @module
 */
import type { Entry, Host } from "../host/host.ts";

/** The most files of one folder that are published. */
const MAX_FILES = 10_000;
/** How deep folders may lie in one another. */
const MAX_DEPTH = 32;

/** One file of a folder. */
export interface FolderFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** Why a file is not given. */
export class FolderError extends Error {
  /** `outside`: the path leads out of the folder; `missing`: there is no such file; `large`: it is too large. */
  readonly reason: "outside" | "missing" | "large";

  /** @param reason Why, for programs. */
  constructor(reason: FolderError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Whether one segment of a path is the name of something inside a folder. */
function isName(segment: string): boolean {
  return segment !== "" && segment !== "." && segment !== ".." &&
    // deno-lint-ignore no-control-regex -- these are what is looked for
    !/[\\/\u0000-\u001f\u007f:]/.test(segment);
}

/**
 * A folder, or a single file that is published as if it were one.
 *
 * What its path leads to is looked at once, and stays: a path that becomes a link to somewhere else later leads to nothing,
 * until the document is read, and what it may publish is checked, again. What is not there at first may come, but no link.
 */
export class Folder {
  readonly #host: Host;
  readonly #root: string;
  /** Its real path, or the one it would have; undefined where that cannot be found out. */
  readonly #real: Promise<string | undefined>;
  /** That not all of it is published has been said. */
  #isReported = false;

  /**
   * @param host Reads it.
   * @param root Its path.
   * @param real What its path leads to, where that was looked at, and checked, before.
   */
  constructor(host: Host, root: string, real?: string) {
    this.#host = host;
    this.#root = root.replace(/(?<=[^\\/])[\\/]+$/, "");
    this.#real = real === undefined
      ? realPathOf(host, this.#root).catch(() => undefined)
      : Promise.resolve(real);
  }

  /** What its path leads to; undefined where nothing is there, or it is not what was there at first. */
  async #here(): Promise<Entry | undefined> {
    const [real, found] = await Promise.all([this.#real, this.#host.resolve(this.#root)]);
    return found !== undefined && samePath(found.name, real) ? found : undefined;
  }

  /** Whether it is a folder or a single file; undefined where it is not there. */
  async kind(): Promise<"folder" | "file" | undefined> {
    const found = await this.#here();
    return found === undefined || found.kind === "other" ? undefined : found.kind;
  }

  /**
   * Its files, in the order of their paths. Hidden files, and links that lead out of it, are not among them.
   *
   * @throws {FolderError} `missing`, when it is not there.
   */
  async files(): Promise<FolderFile[]> {
    const root = await this.#here();
    if (root?.kind !== "folder") throw new FolderError("missing", "the folder is not there");
    const out: FolderFile[] = [];
    const whole = await this.#walk(root.name, "", out, 0);
    if (!whole && !this.#isReported) {
      this.#isReported = true;
      const message =
        `${this.#root} has more than ${MAX_FILES} files, or folders more than ${MAX_DEPTH} deep; the rest is not published`;
      this.#host.log({ level: "warning", message });
    }
    return out.sort((a, b) => a.path < b.path ? -1 : 1);
  }

  /** Collects files. @returns Whether they are all. */
  async #walk(root: string, at: string, out: FolderFile[], depth: number): Promise<boolean> {
    let whole = true;
    for (const { name, kind } of await this.#host.entries(`${this.#root}${at}`)) {
      if (name.startsWith(".") || !isName(name)) continue;
      if (out.length >= MAX_FILES) return false;
      const path = `${at}/${name}`;
      if (kind === "folder") {
        if (depth >= MAX_DEPTH || !(await this.#walk(root, path, out, depth + 1))) whole = false;
        continue;
      }
      const real = await this.#host.resolve(`${this.#root}${path}`).catch(() => undefined);
      if (real?.kind === "file" && isInside(real.name, root)) {
        out.push({ path: path.slice(1), size: real.size });
      }
    }
    return whole;
  }

  /**
   * The bytes of one of its files.
   *
   * @param path Relative to the folder; empty for a folder that is a single file.
   * @param most How many bytes there may be.
   * @throws {FolderError} Where it may not, or cannot, be given.
   */
  async read(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
    const segments = path === "" ? [] : path.split("/");
    if (!segments.every(isName)) throw new FolderError("outside", "the path leads out of the folder");
    if (segments.some((segment) => segment.startsWith("."))) throw missing();
    const full = [this.#root, ...segments].join("/");
    const [root, file] = await Promise.all([this.#here(), this.#host.resolve(full)]);
    if (!root || file?.kind !== "file") throw missing();
    if (file.name !== root.name && !isInside(file.name, root.name)) {
      throw new FolderError("outside", "the path leads out of the folder");
    }
    if (file.size > most) {
      throw new FolderError("large", `the file has ${file.size} bytes; at most ${most} are given`);
    }
    return await this.#host.readBytes(full, most, file.name);
  }
}

/** What a path leads to; of one where nothing is, what it would lead to if it were no link. */
async function realPathOf(host: Host, path: string): Promise<string | undefined> {
  const found = await host.resolve(path);
  if (found) return found.name;
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = await host.resolve(cut < 0 ? "." : cut === 0 ? "/" : path.slice(0, cut));
  return folder && `${folder.name.replace(/[\\/]$/, "")}/${path.slice(cut + 1)}`;
}

/** Whether two real paths are one, whichever slashes they are written with. */
function samePath(path: string, other: string | undefined): boolean {
  return path === other || path.replaceAll("\\", "/") === other?.replaceAll("\\", "/");
}

function missing(): FolderError {
  return new FolderError("missing", "there is no such file");
}

function isInside(path: string, root: string): boolean {
  const folder = root.replace(/(?<![\\/])[\\/]+$/, "");
  return path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length));
}
