/**
 * The host of runtimes that are not Deno: Node.js and what has its modules. Requests go out by the runtime's `fetch`.
 *
 * There is no sandbox here, and nothing listens: reading, compiling, calling and `fetch` handlers are what it is for.
 *
 * @module
 */
import type { Entry, Host, LogEntry } from "./host.ts";

/** What is used of a file's description. */
interface Described {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

function kindOf(found: Pick<Described, "isFile" | "isDirectory">): Entry["kind"] {
  return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
}

function isMissing(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ENAMETOOLONG";
}

/** The environment of the process; undefined where the runtime has none. */
function environment(): Readonly<Record<string, string | undefined>> | undefined {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env;
}

/**
 * Makes the host of this process.
 *
 * @param log Takes the lines for the operator.
 */
export function nodeHost(log: (entry: LogEntry) => void): Host {
  return {
    fetch: (request, init) => fetch(request, init),
    async lookup(hostname) {
      const { lookup } = await import("node:dns/promises");
      try {
        return (await lookup(hostname, { all: true })).map((found) => found.address);
      } catch {
        return [];
      }
    },
    async readText(path) {
      return await (await import("node:fs/promises")).readFile(path, "utf8");
    },
    async readBytes(path, most, real) {
      const { open, realpath, stat } = await import("node:fs/promises");
      // Asked before it is opened: opening a pipe would wait for whoever writes into it.
      if (!(await stat(path)).isFile()) throw new Error(`${path} is not a file`);
      const file = await open(path);
      try {
        const found = await file.stat();
        if (!found.isFile()) throw new Error(`${path} is not a file`);
        if (found.size > most) throw new RangeError(`${path} has ${found.size} bytes, more than ${most}`);
        if (real !== undefined) {
          // The path may have led elsewhere for just as long as it took to open it.
          const isThere = await realpath(path) === real, { ino, dev } = await stat(path);
          if (!isThere || ino !== found.ino || dev !== found.dev || await realpath(path) !== real) {
            throw new Error(`${path} leads to another file than it did`);
          }
        }
        const bytes = new Uint8Array(await file.readFile());
        if (bytes.length > most) throw new RangeError(`${path} has more than ${most} bytes`);
        return bytes;
      } finally {
        await file.close();
      }
    },
    async resolve(path) {
      const { realpath, stat } = await import("node:fs/promises");
      try {
        const [name, found] = await Promise.all([realpath(path), stat(path)]);
        return { name, kind: kindOf(found), size: found.size };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async entries(path) {
      const { readdir } = await import("node:fs/promises");
      const found = await readdir(path, { withFileTypes: true });
      return found.map((entry) => ({ name: entry.name, kind: kindOf(entry), size: 0 }));
    },
    env: (name) => environment()?.[name],
    log,
    now: () => Date.now(),
  };
}
