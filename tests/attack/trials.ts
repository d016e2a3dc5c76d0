/**
 * Trials in workers: whatever takes far longer than linear work could is ended and named.
 *
 * @module
 */
import type { Trial, TrialMessage } from "./trial_worker.ts";

/** How long a trial may take from when its worker says that it begins, in milliseconds. */
export interface Patience {
  /** While another trial runs beside it: what is slow here is only suspected. */
  readonly first: number;
  /** Alone, once all others are done: what is slow here too is named. */
  readonly alone: number;
}

/** A worker that takes one trial after the other, and is replaced when it has to be ended. */
class Runner {
  #worker: Worker | undefined;

  /**
   * Whether a trial ends within a time, in milliseconds. The start of a worker and the loading of what the trial needs
   * are not part of it: on a busy machine they take as long as they like.
   */
  async ends(trial: Trial, patience: number): Promise<boolean> {
    const worker = this.#worker ??= new Worker(new URL("./trial_worker.ts", import.meta.url), {
      type: "module",
    });
    const done = Promise.withResolvers<boolean>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    worker.onmessage = ({ data }: MessageEvent<TrialMessage>) => {
      if (data === "begins") timer = setTimeout(() => done.resolve(false), patience);
      else done.resolve(true);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      done.reject(new Error(`the worker of trials failed: ${event.message}`));
    };
    worker.postMessage(trial);
    const ended = await done.promise;
    clearTimeout(timer);
    if (!ended) this.close();
    return ended;
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

/**
 * Runs trials, two at a time, and those that were slow once more alone.
 *
 * @param trials What is tried, by name.
 * @param patience How long each may take: many times what linear work takes.
 * @returns The names of those that did not end.
 */
export async function endless(
  trials: Iterable<readonly [name: string, trial: Trial]>,
  patience: Patience,
): Promise<string[]> {
  const queue = trials[Symbol.iterator](), suspected: (readonly [name: string, trial: Trial])[] = [];
  const work = async () => {
    const runner = new Runner();
    for (let next = queue.next(); !next.done; next = queue.next()) {
      if (!await runner.ends(next.value[1], patience.first)) suspected.push(next.value);
    }
    runner.close();
  };
  await Promise.all([work(), work()]);
  const slow: string[] = [], runner = new Runner();
  for (const [name, trial] of suspected) {
    if (!await runner.ends(trial, patience.alone)) slow.push(name);
  }
  runner.close();
  return slow.sort();
}
