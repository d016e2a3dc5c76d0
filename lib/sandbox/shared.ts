/**
 * One capability in several sandboxes, on several cores: the workers accept on the same ports.
 *
 * The first serves every surface and answers for all of them: it starts first, it takes another document first, and
 * what it says is what is reported. The others serve the surfaces that can be shared.
 *
 * @module
 */
import { onceMemory } from "../expose/authentication/once/used_once.ts";
import type { Reload, WorkerMessage } from "./messages.ts";
import { type Ready, runSandboxed, type Sandbox, type SandboxOptions } from "./run.ts";

/** What one of the others says that is said of all of them. */
const PASSED: ReadonlySet<WorkerMessage["type"]> = new Set(["drift", "script", "lines", "log"]);

/** Reports of several workers, in the order in which they come. */
class Reports {
  readonly #queue: WorkerMessage[] = [];
  #wake: () => void = () => {};
  #ended = false;

  push(report: WorkerMessage): void {
    this.#queue.push(report);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *all(): AsyncGenerator<WorkerMessage> {
    while (true) {
      while (this.#queue.length > 0) yield this.#queue.shift()!;
      if (this.#ended) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

function optionsOf(
  options: SandboxOptions,
  share: "first" | "more",
  workers: number,
  onceReady: (ready?: Ready) => Promise<void>,
) {
  const { job } = options;
  if (job.do !== "serve") throw new TypeError("only what is served is shared");
  return { ...options, job: { ...job, options: { ...job.options, share, workers } }, onceReady };
}

/**
 * Runs a capability in several sandboxes.
 *
 * @param options The capability; its job is to serve.
 * @param count How many workers, at least 2.
 */
export function runShared(options: SandboxOptions, count: number): Sandbox {
  const reports = new Reports(), ends: Promise<void>[] = [], others = new Set<Sandbox>();
  const memory = onceMemory(), givenUp = Promise.withResolvers<void>();
  let stopping = false, last: { readonly packed: string; readonly reload: Reload } | undefined;
  const warn = (message: string) => reports.push({ type: "log", entry: { level: "warning", message } });

  /** Starts one of the others. @returns Once it serves, or cannot. */
  const startOther = (number: number): Promise<void> => {
    const started = Promise.withResolvers<void>();
    const other = runSandboxed({
      ...optionsOf(options, "more", count, () => {
        started.resolve();
        return givenUp.promise;
      }),
      memory,
      thread: undefined,
      front: undefined,
    });
    others.add(other);
    ends.push((async () => {
      for await (const report of other.reports) {
        if (PASSED.has(report.type)) reports.push(report);
        else if (report.type === "seen") first.seen(number, report.text);
        else if (report.type === "refused") {
          warn(`worker ${number} has stopped: ${report.message}; the other workers continue`);
        } else if (report.type === "reloaded" && !report.outcome.ok) {
          warn(`worker ${number} cannot serve the new document and stops: ${report.outcome.message}`);
          other.stop();
        }
      }
      others.delete(other);
      started.resolve();
    })());
    return started.promise;
  };

  const first = runSandboxed({
    memory,
    ...optionsOf(options, "first", count, async (ready) => {
      await Promise.all(Array.from({ length: count - 1 }, (_, i) => startOther(i + 2)));
      await options.onceReady?.(ready);
      givenUp.resolve();
      if (stopping) { for (const other of others) other.stop(); }
    }),
  });
  void (async () => {
    for await (const report of first.reports) {
      if (report.type === "finished") continue;
      if (report.type === "reloaded" && report.outcome.ok && !report.check && last) {
        const { packed, reload } = last;
        for (const other of others) other.reload(packed, { ...reload, id: 0 });
      }
      if (report.type === "refused") { for (const other of others) other.terminate(); }
      reports.push(report);
    }
    for (const other of others) other.stop();
    await Promise.all(ends);
    reports.push({ type: "finished" });
    reports.end();
  })();
  return {
    reports: reports.all(),
    reload(packed, reload) {
      last = { packed, reload };
      first.reload(packed, reload);
    },
    seen: (worker, text) => first.seen(worker, text),
    call: (request) => first.call(request),
    cancel: (id) => first.cancel(id),
    stop() {
      stopping = true;
      first.stop();
      for (const other of others) other.stop();
    },
    terminate() {
      first.terminate();
      for (const other of others) other.terminate();
      reports.end();
    },
  };
}
