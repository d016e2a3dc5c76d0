/**
 * The Deno that builds, and the base binary that `deno compile` fills.
 *
 * @module
 */

/** The platforms a binary can be built for. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/** A platform. */
export type Target = (typeof TARGETS)[number];

/** A build that cannot be done, and what to do about it. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

/** The platform this program runs on. */
export function thisTarget(): Target {
  return Deno.build.target as Target;
}

/** The Deno to build with: `DENO`, else the one that runs this program. */
export function denoProgram(): string {
  const named = Deno.env.get("DENO");
  if (named) return named;
  if (Deno.build.standalone) {
    throw new BuildError(
      "a compiled capstan holds no compiler: set DENO to the path of a deno, or run the bundle with one " +
        "(deno run -A capstan.js compile …)",
    );
  }
  return Deno.execPath();
}

/** The environment of a compilation for one platform: `{target}` in `DENORT_BIN` stands for its name. */
export function baseEnvironment(target: Target): Record<string, string> {
  const pattern = Deno.env.get("DENORT_BIN");
  if (!pattern) return {};
  const named = pattern.replaceAll("{target}", target);
  const path = target.includes("windows") && named !== pattern ? withExe(named) : named;
  const platform = platformOf(path);
  // Deno would fill it without a word, and the binary would run nowhere it is meant to.
  if (platform !== undefined && platform !== target) {
    throw new BuildError(
      `DENORT_BIN is a base binary for ${platform}, not for ${target}; where it is a path with {target} in it, each ` +
        "platform takes its own",
    );
  }
  return { DENORT_BIN: path };
}

/** The platform a program is made for; undefined where its first bytes do not tell. */
function platformOf(path: string): Target | undefined {
  const head = new Uint8Array(24);
  try {
    using file = Deno.openSync(path);
    file.readSync(head);
  } catch {
    return undefined;
  }
  const start = head.subarray(0, 4).toHex();
  if (start.startsWith("4d5a")) return "x86_64-pc-windows-msvc";
  if (start === "7f454c46") {
    return head[18] === 0xb7 ? "aarch64-unknown-linux-gnu" : "x86_64-unknown-linux-gnu";
  }
  if (start === "cffaedfe") return head[4] === 0x0c ? "aarch64-apple-darwin" : "x86_64-apple-darwin";
  return undefined;
}

function withExe(path: string): string {
  try {
    Deno.statSync(path);
    return path;
  } catch {
    return `${path}.exe`;
  }
}

/** How a program is run. */
export interface ExecuteOptions {
  readonly env?: Record<string, string>;
  /** After so many milliseconds it is ended. */
  readonly limit?: number;
  /** Called when it takes longer than `slowAfter` milliseconds. */
  readonly onSlow?: () => void;
  readonly slowAfter?: number;
}

/**
 * Runs a program to its end.
 *
 * @returns Whether it succeeded, what it said, and whether it had to be ended.
 * @throws {BuildError} When there is no such program.
 */
export async function execute(
  program: string,
  args: readonly string[],
  { env = {}, limit, onSlow, slowAfter = 15_000 }: ExecuteOptions = {},
): Promise<{ success: boolean; text: string; tooLate: boolean }> {
  const ending = new AbortController();
  const end = limit === undefined ? undefined : setTimeout(() => ending.abort(), limit);
  const slow = onSlow && setTimeout(onSlow, slowAfter);
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, {
      args: [...args],
      // The runtime's own telemetry is baked in where it is on: the binary would send whole addresses, whatever is asked of it.
      env: { ...env, NO_COLOR: "1", OTEL_DENO: "false" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: ending.signal,
    }).output();
  } catch (error) {
    throw new BuildError(
      `${program} cannot be run: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    clearTimeout(end);
    clearTimeout(slow);
  }
  const { success, stdout, stderr } = output;
  const decoder = new TextDecoder();
  const text = (decoder.decode(stdout) + decoder.decode(stderr)).split("\nStack backtrace:")[0]!;
  return { success, text: text.trim(), tooLate: ending.signal.aborted };
}
