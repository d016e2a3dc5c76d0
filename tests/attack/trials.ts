/**
 * Trials in workers: whatever takes far longer than linear work could is ended and named.
 *
 * @module
 */
import type { Trial } from "./trial_worker.ts";

/** A worker that takes one trial after the other, and is replaced when it has to be ended. */
class Runner {
  #worker: Worker | undefined;

  /** Whether a trial ends within a time, in milliseconds. */
  async ends(trial: Trial, patience: number): Promise<boolean> {
    const worker = this.#worker ??= new Worker(new URL("./trial_worker.ts", import.meta.url), {
      type: "module",
    });
    const done = Promise.withResolvers<boolean>();
    worker.onmessage = () => done.resolve(true);
    worker.postMessage(trial);
    const timer = setTimeout(() => done.resolve(false), patience);
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
 * Runs trials, two at a time.
 *
 * @param trials What is tried, by name.
 * @param patience How long each may take, in milliseconds: many times what linear work takes on a busy machine.
 * @returns The names of those that did not end.
 */
export async function endless(
  trials: Iterable<readonly [name: string, trial: Trial]>,
  patience: number,
): Promise<string[]> {
  const queue = trials[Symbol.iterator](), slow: string[] = [];
  const work = async () => {
    const runner = new Runner();
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const [name, trial] = next.value;
      if (!await runner.ends(trial, patience)) slow.push(name);
    }
    runner.close();
  };
  await Promise.all([work(), work()]);
  return slow.sort();
}
