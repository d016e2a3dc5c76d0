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
  const path = pattern.replaceAll("{target}", target);
  return { DENORT_BIN: target.includes("windows") && path !== pattern ? withExe(path) : path };
}

function withExe(path: string): string {
  try {
    Deno.statSync(path);
    return path;
  } catch {
    return `${path}.exe`;
  }
}

/**
 * Runs a program to its end.
 *
 * @returns Whether it succeeded, and what it said.
 */
export async function execute(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ success: boolean; text: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  const text = (decoder.decode(stdout) + decoder.decode(stderr)).split("\nStack backtrace:")[0]!;
  return { success, text: text.trim() };
}
