/**
 * Processes under measurement: starting them, their CPU time and their memory.
 *
 * @module
 */

/** A process that runs while it is measured. */
export interface Measured {
  readonly pid: number;
  /** The first line it printed on stdout or stderr that matches. */
  readonly line: string;
  /** CPU time so far, in milliseconds; undefined where the system does not tell. */
  cpu(): number | undefined;
  /** Resident memory, in MiB. */
  memory(): number | undefined;
  stop(): Promise<void>;
}

/**
 * Starts a process and waits for a line.
 *
 * @param command The program and its arguments.
 * @param pattern What the line looks like.
 * @param options Where the line is printed, and variables; `silentUntil` waits for something else, where a program prints
 * no line.
 */
export async function start(
  command: readonly string[],
  pattern: RegExp,
  options: {
    stream: "stdout" | "stderr";
    env?: Record<string, string>;
    silentUntil?: () => Promise<unknown>;
  },
): Promise<Measured> {
  const [program, ...args] = command;
  const child = new Deno.Command(program!, {
    args,
    stdin: "null",
    stdout: options.stream === "stdout" ? "piped" : "null",
    stderr: options.stream === "stderr" ? "piped" : "null",
    env: options.env ?? {},
  }).spawn();
  const reader = child[options.stream].pipeThrough(new TextDecoderStream()).getReader();
  let seen = "", line: string | undefined;
  if (options.silentUntil) {
    await options.silentUntil();
    line = "";
  }
  while (line === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${command.join(" ")} ended before it was ready:\n${seen}`);
    seen += value;
    line = seen.split("\n").find((text) => pattern.test(text));
  }
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  const stat = (name: string) => {
    try {
      return Deno.readTextFileSync(`/proc/${child.pid}/${name}`);
    } catch {
      return undefined;
    }
  };
  return {
    pid: child.pid,
    line,
    cpu() {
      // The sum over the threads, in nanoseconds: /proc/PID/stat counts in steps of ten milliseconds.
      try {
        let total = 0;
        for (const { name } of Deno.readDirSync(`/proc/${child.pid}/task`)) {
          total += Number(stat(`task/${name}/schedstat`)?.split(" ", 1)[0] ?? 0);
        }
        return total / 1e6;
      } catch {
        return undefined;
      }
    },
    memory() {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(stat("status") ?? "")?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
    },
    async stop() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await child.status;
      await drained;
    },
  };
}

/** Milliseconds from starting a program to its first line on stdout, after one line was sent to it. */
export async function coldStart(
  command: readonly string[],
  line: string,
  env: Record<string, string> = {},
): Promise<number> {
  const [program, ...args] = command, begin = performance.now();
  const child = new Deno.Command(program!, { args, env, stdin: "piped", stdout: "piped", stderr: "null" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${line}\n`));
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const took = performance.now() - begin;
  if (!value) throw new Error(`${command.join(" ")} answered nothing`);
  await writer.close().catch(() => {});
  while (!(await reader.read()).done);
  await child.status;
  return took;
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
