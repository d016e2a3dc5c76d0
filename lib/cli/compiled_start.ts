/**
 * The beginning of a binary made by `capstan compile`: over standard input it gives the first answers at once, from texts
 * that it was made with, and loads what serves the capability afterwards.
 *
 * It is bundled alone, and imports little: all that it imports is compiled before a client hears anything.
 *
 * @module
 */
import { preparedAnswers } from "../expose/mcp/lanes/prepared.ts";
import { FirstAnswers } from "../sandbox/handover/first_answers.ts";
import type { PreparedStart } from "../sandbox/handover/prepare.ts";

/** What a binary holds. */
export interface CompiledParts {
  /** What is answered first; null for a capability that has to be read before. */
  readonly start: PreparedStart | null;
  /** The packed specification. */
  readonly packed: () => Promise<{ readonly default: string }>;
  /** What serves it. */
  readonly program: () => Promise<{
    readonly runCompiled: (packed: string, front?: FirstAnswers) => Promise<void>;
  }>;
}

/** A variable of the environment; undefined where this program may not read it. */
function env(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}

/** Whether a command line asks for nothing but to be served over standard input. */
function isPlain(args: readonly string[]): boolean {
  const flags = args[0] === "serve" ? args.slice(1) : args;
  return flags.includes("--stdio") && flags.every((flag) => ["--stdio", "--quiet", "-q"].includes(flag));
}

/** Whether every variable has a value, and the runtime does not trace what this program does. */
function isSurrounded(variables: readonly string[]): boolean {
  return variables.every((name) => env(name)?.trim()) && env("OTEL_DENO") === undefined;
}

/**
 * Runs the capability of a binary and leaves the process.
 *
 * @param parts What the binary holds.
 */
export async function startCompiled({ start, packed, program }: CompiledParts): Promise<void> {
  const front = start && isPlain(Deno.args) && isSurrounded(start.variables)
    ? new FirstAnswers(preparedAnswers(start.answers), {
      read: (into) => Deno.stdin.read(into),
      write: (bytes) => Deno.stdout.write(bytes),
    })
    : undefined;
  await front?.settled;
  const { runCompiled } = await program();
  await runCompiled((await packed()).default, front);
}
