/**
 * Reading a document again while it is served, and watching it for changes.
 *
 * @module
 */
import { parseJson } from "../../data/json.ts";
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import { folderOf } from "../../document/files/paths.ts";
import type { StartOptions } from "../../expose/start.ts";
import { bindFile, type BindValues, variablesOf } from "../../plan/binds/binds.ts";
import type { Manifest } from "../../sandbox/manifest.ts";
import { servedLocations } from "../../sandbox/served.ts";
import { startWorker } from "../../sandbox/start_worker.ts";
import type { Parsed } from "../args.ts";
import type { Loaded } from "../load.ts";

/** Asks the worker to read a document. */
export interface RereadRequest {
  readonly id: number;
  /** The arguments of `serve`. */
  readonly args: readonly string[];
  readonly options: StartOptions;
}

/** Asks the worker to watch a document. */
export interface WatchRequest {
  /** The folders that it and what it names stand in. */
  readonly paths: readonly string[];
  /** What is served as files: a change of it is one, whatever the document says. */
  readonly served: readonly string[];
  /** How the document is read. */
  readonly request: RereadRequest;
}

/** A document that was read again. */
export interface RereadDocument {
  readonly type: "read";
  readonly id: number;
  /** Whether it can be worked with at all. */
  readonly usable: boolean;
  readonly packed: string;
  readonly binds: BindValues;
  readonly manifest: Manifest;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the worker says. */
export type Reread =
  | RereadDocument
  | { readonly type: "unreadable"; readonly id: number; readonly message: string };

type RereadMessage = Reread | { readonly type: "ready" | "changed" } | {
  readonly type: "failed";
  readonly message: string;
};

const WORKER_URL: string = new URL(
  import.meta.url.endsWith(".ts") ? "./reread_worker.ts" : "./lib/cli/serve/reread_worker.js",
  import.meta.url,
).href;

/** The folders that a document and what it names stand in. */
function foldersOf({ spec }: Loaded, parsed: Parsed): string[] {
  const files = [
    ...spec.files.map(({ name }) => name),
    ...parsed.values("env-file"),
    ...[...variablesOf(spec).values()].flatMap(({ bind }) => bind && bindFile(spec, bind)?.path || []),
  ];
  const folders = [...files.map(folderOf), ...parsed.values("allow-read")];
  const served = servedLocations(spec).map(({ path }) => path);
  return [...new Set([...folders, ...served])].filter((path) => {
    try {
      return Deno.statSync(path) !== undefined;
    } catch {
      return false;
    }
  });
}

/** Reads one document again and again. */
export class Rereader {
  readonly #worker: Worker;
  readonly #args: readonly string[];
  readonly #options: StartOptions;
  readonly #folders: readonly string[];
  readonly #served: readonly string[];
  readonly #waiting = new Map<number, (answer: Reread) => void>();
  readonly #ready = Promise.withResolvers<void>();
  #next = 1;
  #changed: (() => void) | undefined;
  #failed: ((message: string) => void) | undefined;

  /**
   * @param loaded The document as it was first read.
   * @param parsed The flags.
   * @param args The arguments of `serve`.
   * @param options Where it is served.
   */
  constructor(loaded: Loaded, parsed: Parsed, args: readonly string[], options: StartOptions) {
    this.#args = args;
    this.#options = options;
    this.#folders = foldersOf(loaded, parsed);
    this.#served = servedLocations(loaded.spec).map(({ path }) => path);
    const names = [...variablesOf(loaded.spec).values()].map(({ source }) => source);
    this.#worker = startWorker({ read: [...this.#folders], env: names }, WORKER_URL);
    this.#worker.onmessage = ({ data }: MessageEvent<string>) => this.#hear(parseJson(data) as RereadMessage);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failed?.(event.message);
      for (const [id, answer] of this.#waiting) answer({ type: "unreadable", id, message: event.message });
    };
  }

  #hear(said: RereadMessage): void {
    if (said.type === "ready") return this.#ready.resolve();
    if (said.type === "changed") return this.#changed?.();
    if (said.type === "failed") return this.#failed?.(said.message);
    const answer = said as Reread;
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }

  /** Resolves when it needs nothing of this thread any more. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Reads the document. */
  read(): Promise<Reread> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      const request: RereadRequest = { id, args: this.#args, options: this.#options };
      this.#worker.postMessage(JSON.stringify(request));
    });
  }

  /** Calls back whenever the document, or a file that it names, has changed. */
  watch(changed: () => void, failed: (message: string) => void): void {
    this.#changed = changed;
    this.#failed = failed;
    const watch: WatchRequest = {
      paths: this.#folders,
      served: this.#served,
      request: { id: 0, args: this.#args, options: this.#options },
    };
    this.#worker.postMessage(JSON.stringify({ watch }));
  }

  /** Ends the worker. */
  stop(): void {
    this.#worker.terminate();
  }
}
