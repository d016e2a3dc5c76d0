/**
 * Running a capability in its sandbox: the narrowed worker, and the main thread that gives up its own grants.
 *
 * @module
 */
import { writeJson } from "../data/json.ts";
import { packSpecification } from "../document/pack.ts";
import type { Specification } from "../document/specification.ts";
import { FROM_SOURCES } from "../isolate/program_text.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { isolateNeeds } from "../plan/needs_isolate.ts";
import type { FirstAnswers } from "./handover/first_answers.ts";
import type { CallRequest } from "./calls.ts";
import { readReport } from "./crossing.ts";
import { makeIsolates } from "./isolates.ts";
import type { Exporter } from "./telemetry/exporter.ts";
import type { Manifest } from "./manifest.ts";
import { workerPermissions } from "./worker_permissions.ts";
import type { Job, Reload, WorkerMessage } from "./messages.ts";
import type { WireChoice } from "../upstream/door.ts";
import { dropProxyVariables } from "./proxy.ts";
import { WORKER_URL } from "./worker_url.ts";

/** What runs the program of a capability: a worker, or this thread. */
export interface ProgramThread {
  onmessage: ((event: { readonly data: string }) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(data: unknown, ports?: MessagePort[]): void;
  terminate(): void;
  /** It is this thread: what it is given need not cross as text. */
  readonly isHere?: boolean;
}

/** What is said when it serves. */
export type Ready = WorkerMessage & { readonly type: "ready" };

/** What runs in the sandbox. */
export interface SandboxOptions {
  readonly spec: Specification;
  readonly binds: Readonly<Record<string, string>>;
  readonly manifest: Manifest;
  readonly job: Job;
  readonly strict?: boolean;
  /** How requests are sent; over connections of our own when left out. */
  readonly wire?: WireChoice | undefined;
  /** What runs it, where it was made already, with exactly the permissions of the manifest; else a worker is made. */
  readonly thread?: ProgramThread | undefined;
  /**
   * What the main thread does once the worker runs, before anyone is informed: `giveUpPermissions`, in a program that
   * does nothing else.
   */
  readonly onceReady?: (ready?: Ready) => Promise<void>;
  /** Standard input, where this thread has begun to answer on it. */
  readonly front?: FirstAnswers | undefined;
  /** What it shares with other workers of the capability. */
  readonly memory?: SharedArrayBuffer | undefined;
  /** Where spans go. */
  readonly exporter?: Exporter | undefined;
}

/** A capability in its sandbox. */
export interface Sandbox {
  /** What the worker says, in order, until it has ended. */
  readonly reports: AsyncIterable<WorkerMessage>;
  /** Hands it a document that was read again. */
  reload(packed: string, reload: Reload): void;
  /** Brings it what another worker of the capability has seen. */
  seen(worker: number, text: string): void;
  /** Asks for a call while it runs. */
  call(request: CallRequest): void;
  /** Nobody waits for a call any more. */
  cancel(id: number): void;
  /** Asks it to finish the calls in flight and stop. */
  stop(): void;
  /** Ends it at once. */
  terminate(): void;
}

/** Every permission there is; the types of Deno do not know `import` yet. */
const NAMES = ["net", "read", "write", "run", "env", "ffi", "sys", "import" as "sys"] as const;

/** Gives up every permission of this thread, for good. */
export async function giveUpPermissions(): Promise<void> {
  for (const name of NAMES) if (!kept.has(name)) await Deno.permissions.revoke({ name });
}

/** From sources the program of the isolate is a module, which is read whenever a worker is made. */
const kept = new Set<string>();

/** Makes a worker that may do what its manifest says. */
export function makeWorker(manifest: Manifest): ProgramThread {
  const worker = new Worker(WORKER_URL, {
    type: "module",
    deno: { permissions: workerPermissions(manifest) },
  });
  return worker as unknown as ProgramThread;
}

/**
 * Runs a capability in its sandbox.
 *
 * @param options The capability and what it is to do.
 */
export function runSandboxed(options: SandboxOptions): Sandbox {
  dropProxyVariables();
  const worker: ProgramThread = options.thread ?? makeWorker(options.manifest);
  const needs = isolateNeeds(options.spec, SURFACE_TYPES), { onceReady } = options;
  const isolates = needs && makeIsolates(onceReady !== undefined);
  if (isolates && FROM_SOURCES) kept.add("read");
  const alone = onceReady && ((ready?: Ready) => onceReady(ready).then(() => isolates?.open()));
  if (!alone) isolates?.open();
  const queue: WorkerMessage[] = [];
  let wake: (() => void) | undefined, ended = false;
  const push = (report: WorkerMessage) => {
    queue.push(report);
    wake?.();
  };
  // What comes after "ready" waits for its turn: a connection may end while the permissions are given up.
  let turn = Promise.resolve();
  worker.onmessage = ({ data }) => {
    const report = readReport(data);
    if (report.type === "calling") void alone?.();
    else if (report.type === "spans" || report.type === "records") options.exporter?.send(report);
    else if (report.type === "metrics") options.exporter?.sendMetrics(report.text);
    else {
      if (report.type === "ready") options.front?.release();
      if (report.type === "ready" && alone) turn = alone(report);
      turn = turn.then(() => push(report));
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    push({ type: "refused", message: `the worker stopped: ${event.message}`, diagnostics: [] });
  };
  const first = [
    worker.isHere ? options.spec : packSpecification(options.spec),
    writeJson({
      job: options.job,
      binds: options.binds,
      strict: options.strict ?? false,
      wire: options.wire,
      needs,
      isBegun: options.front !== undefined,
    }),
    undefined,
    options.memory,
  ];
  // An empty list of ports would have the runtime load its streams: 3 ms, and a megabyte.
  if (isolates) worker.postMessage(first, [isolates.port]);
  else worker.postMessage(first);
  options.front?.handTo({
    take: (handover) => worker.postMessage(handover),
    written: () => worker.postMessage("written"),
  });
  async function* reports(): AsyncGenerator<WorkerMessage> {
    while (!ended) {
      while (queue.length > 0) {
        const report = queue.shift()!;
        if (
          !["ready", "drift", "script", "log", "lines", "seen", "read again", "reloaded", "answered", "found"]
            .includes(
              report.type,
            )
        ) {
          ended = true;
        }
        yield report;
      }
      if (!ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    worker.terminate();
    isolates?.close();
  }
  return {
    reports: reports(),
    reload: (packed, reload) => worker.postMessage(["reload", packed, writeJson(reload)]),
    seen: (number, text) => worker.postMessage(["seen", String(number), text]),
    call: (request) => worker.postMessage(["call", writeJson(request)]),
    cancel: (id) => worker.postMessage(["cancel", String(id)]),
    stop: () => worker.postMessage("stop"),
    terminate() {
      ended = true;
      wake?.();
      worker.terminate();
      isolates?.close();
    },
  };
}
