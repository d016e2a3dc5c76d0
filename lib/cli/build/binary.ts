/**
 * Building a binary with `deno compile`, from a bundle.
 *
 * @module
 */
import { UNSTABLE } from "./bundle.ts";
import { baseEnvironment, BuildError, denoProgram, execute, type Target } from "./toolchain.ts";

/** A binary to build. */
export interface BinaryPlan {
  /** The program's first module. */
  readonly entry: string;
  /** Modules and folders that go with it. */
  readonly include: readonly string[];
  readonly output: string;
  readonly target: Target;
  /** Deno's flags for what the binary may do. */
  readonly permissions: readonly string[];
}

/**
 * Builds a binary.
 *
 * It keeps no code cache: Deno would put it at a path in the temporary folder that anybody on the machine could
 * prepare. Nothing is fetched but the base binary, unless `DENORT_BIN` names one.
 *
 * @throws {BuildError} When it cannot be built, with what to do.
 */
export async function buildBinary(plan: BinaryPlan): Promise<void> {
  const { success, text } = await execute(denoProgram(), [
    "compile",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--no-check",
    "--no-npm",
    "--no-remote",
    "--no-code-cache",
    "--no-prompt",
    ...UNSTABLE.map((name) => `--unstable-${name}`),
    ...plan.permissions.filter((flag) => flag !== "--no-remote" && flag !== "--no-prompt"),
    ...plan.include.flatMap((path) => ["--include", path]),
    "--target",
    plan.target,
    "--output",
    plan.output,
    plan.entry,
  ], baseEnvironment(plan.target));
  if (!success) throw new BuildError(explain(text, plan.target));
}

/** What a failed compilation means for the person who started it. */
function explain(text: string, target: Target): string {
  if (/denort|download|error sending request|tunnel|dns|certificate|404|403|connect/i.test(text)) {
    return `deno compile could not get its base binary for ${target}. Where Deno's own download is out of reach, set ` +
      `DENORT_BIN to a denort and DENO to the deno of exactly the same version. Deno said:\n${text}`;
  }
  return `deno compile failed:\n${text}`;
}
