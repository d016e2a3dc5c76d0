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
  const base = baseEnvironment(plan.target), own = base["DENORT_BIN"] !== undefined;
  const { success, text, tooLate } = await execute(denoProgram(), [
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
  ], {
    env: base,
    // Deno waits for ever for a server that takes the connection and says nothing.
    ...(own ? {} : { limit: LIMIT, onSlow: () => say(STILL_FETCHING) }),
  });
  if (tooLate) {
    throw new BuildError(
      explain(`error sending request: nothing came within ${LIMIT / 60_000} minutes`, plan.target),
    );
  }
  if (!success) throw new BuildError(explain(text, plan.target));
}

/** How long fetching a base binary may take, in milliseconds. */
const LIMIT = 10 * 60_000;
const STILL_FETCHING =
  "still waiting for deno compile: it fetches its base binary from dl.deno.land; set DENORT_BIN and DENO where that is out of reach";

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`capstan: ${text}\n`));
}

/** What a failed compilation means for the person who started it. */
export function explain(text: string, target: Target): string {
  if (/denort|download|error sending request|tunnel|dns|certificate|404|403|connect/i.test(text)) {
    // Deno tells the same from several sides; the request that failed says it all.
    const reason = /^.*(error sending request.*)$/m.exec(text)?.[1] ?? text;
    return `deno compile could not get its base binary for ${target}. Where Deno's own download is out of reach, set ` +
      `DENORT_BIN to a denort and DENO to the deno of exactly the same version. Deno said: ${reason}`;
  }
  return `deno compile failed:\n${text}`;
}
