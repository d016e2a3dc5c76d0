/**
 * A host in memory: for tests, for replay, and for programs that give a capability a world of their own.
 *
 * @module
 */
import type { Connection, ConnectOptions, Entry, Host, LogEntry } from "./host.ts";

/** What a host in memory holds. */
export interface MemoryWorld {
  /** Answers requests. */
  readonly fetch?: (request: Request) => Response | Promise<Response>;
  /** Opens connections; without it, requests go to `fetch`. */
  readonly connect?: (options: ConnectOptions) => Promise<Connection>;
  /** Files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables by name. */
  readonly env?: Readonly<Record<string, string>>;
  /** Addresses by name; a name that is not there leads to 192.0.2.1, which nobody has. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** The time of day; that of the machine when left out. */
  readonly now?: () => number;
}

/** A host in memory, with what was written to its log. */
export interface MemoryHost extends Host {
  /** What was written to its log. */
  readonly logged: readonly LogEntry[];
}

/**
 * Makes a host in memory. Nothing of it reaches the machine.
 *
 * @param world What it holds.
 * @returns The host, with what was written to its log.
 *
 * @example A host with a variable and an API
 * ```ts
 * import { memoryHost } from "@capstan/capstan/testing";
 * import assert from "node:assert/strict";
 *
 * const host = memoryHost({ env: { TOKEN: "t" }, fetch: () => new Response("pong") });
 * assert.equal(host.env("TOKEN"), "t");
 * assert.equal(await (await host.fetch("https://api.example.com")).text(), "pong");
 * ```
 */
export function memoryHost(world: MemoryWorld = {}): MemoryHost {
  const logged: LogEntry[] = [], { files = {}, env = {}, names = {} } = world;
  return {
    logged,
    async fetch(request, init) {
      if (!world.fetch) throw new TypeError("this host answers no requests");
      return await world.fetch(new Request(request, init));
    },
    lookup: (hostname) => Promise.resolve(Object.hasOwn(names, hostname) ? names[hostname]! : ["192.0.2.1"]),
    connect: world.connect,
    readText(path) {
      return Object.hasOwn(files, path)
        ? Promise.resolve(files[path]!)
        : Promise.reject(new Error(`there is no file ${path}`));
    },
    readBytes(path, most) {
      if (!Object.hasOwn(files, path)) return Promise.reject(new Error(`there is no file ${path}`));
      const bytes = new TextEncoder().encode(files[path]);
      return bytes.length > most
        ? Promise.reject(new RangeError(`${path} has ${bytes.length} bytes, more than ${most}`))
        : Promise.resolve(bytes);
    },
    resolve(path) {
      if (Object.hasOwn(files, path)) {
        return Promise.resolve({
          name: path,
          kind: "file",
          size: new TextEncoder().encode(files[path]).length,
        });
      }
      const folder = Object.keys(files).some((file) => file.startsWith(`${path}/`));
      return Promise.resolve(folder ? { name: path, kind: "folder", size: 0 } : undefined);
    },
    entries(path) {
      const found = new Map<string, Entry>();
      for (const file of Object.keys(files)) {
        if (!file.startsWith(`${path}/`)) continue;
        const [name, ...rest] = file.slice(path.length + 1).split("/");
        found.set(name!, { name: name!, kind: rest.length > 0 ? "folder" : "file", size: 0 });
      }
      return Promise.resolve([...found.values()]);
    },
    env: (name) => Object.hasOwn(env, name) ? env[name] : undefined,
    log: (entry) => void logged.push(entry),
    now: world.now ?? (() => Date.now()),
  };
}
