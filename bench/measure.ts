/**
 * Measuring servers under load, in turn: one short batch each, again and again, so that whatever else the machine
 * does falls on all of them alike.
 *
 * @module
 */
import { type Measured, median } from "./process.ts";

/** What the load generator sends. */
export interface Batch {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How many are under way at the same time; 16 when left out. */
  readonly concurrency?: number;
  /** How many requests. */
  readonly count: number;
}

/** A server, and the request that is sent to it. */
export interface Target extends Omit<Batch, "count"> {
  readonly server: Measured;
}

/** The middle figures of a target. */
export interface Figures {
  /** Requests a second. */
  readonly rate: number;
  /** CPU time per request of the server, in microseconds. */
  readonly cpu: number;
  /** The same as ratios to the first target, each within its own round. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
}

/** The load generator, running. */
export class Load {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #seen = "";

  constructor() {
    const script = new URL("./load.ts", import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", script],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Sends a batch; gives how long it took, in milliseconds. */
  async send({ url, method, headers, body, concurrency }: Target, count: number): Promise<number> {
    const batch: Batch = {
      url,
      method,
      headers,
      count,
      ...(body === undefined ? {} : { body }),
      ...(concurrency === undefined ? {} : { concurrency }),
    };
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(batch)}\n`));
    while (!this.#seen.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("the load generator ended");
      this.#seen += value;
    }
    const { ms, failed } = JSON.parse(this.#seen) as { ms: number; failed: number };
    this.#seen = "";
    if (failed > 0) throw new Error(`${failed} of ${count} requests to ${url} failed`);
    return ms;
  }

  async stop(): Promise<void> {
    await this.#writer.close();
    while (!(await this.#reader.read()).done);
    await this.#child.status;
  }
}

/** How servers are measured. */
export interface Plan {
  /** Requests to each before anything is measured. */
  readonly warmUp: number;
  /** Rounds, in each of which every target gets a batch. */
  readonly rounds: number;
  /** Requests of a batch. */
  readonly batch: number;
}

/**
 * Measures targets in turn.
 *
 * @param load The load generator.
 * @param targets What is measured; the first is what the others are compared with.
 * @param plan How much.
 */
export async function inTurn(load: Load, targets: readonly Target[], plan: Plan): Promise<Figures[]> {
  for (const target of targets) await load.send(target, plan.warmUp);
  const rounds: { rate: number; cpu: number }[][] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const row: { rate: number; cpu: number }[] = [];
    for (let turn = 0; turn < targets.length; turn++) {
      // Each round begins with another target: who comes after whom must not matter.
      const i = (round + turn) % targets.length, target = targets[i]!;
      const before = target.server.cpu() ?? NaN, ms = await load.send(target, plan.batch);
      row[i] = {
        rate: plan.batch / ms * 1000,
        cpu: ((target.server.cpu() ?? NaN) - before) * 1000 / plan.batch,
      };
    }
    rounds.push(row);
  }
  return targets.map((_, i) => ({
    rate: median(rounds.map((row) => row[i]!.rate)),
    cpu: median(rounds.map((row) => row[i]!.cpu)),
    rateRatio: median(rounds.map((row) => row[i]!.rate / row[0]!.rate)),
    cpuRatio: median(rounds.map((row) => row[i]!.cpu / row[0]!.cpu)),
  }));
}
