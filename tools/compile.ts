/**
 * Building the `capstan` binary: for this machine, or with `--all` for every platform, with checksums.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { DENIED_ADDRESSES } from "../lib/sandbox/manifest.ts";
import { buildBinary } from "./binary.ts";
import { bundle, programFolder } from "./bundle.ts";
import { BuildError, type Target, TARGETS, thisTarget } from "./toolchain.ts";

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text + "\n"));
}

/**
 * Builds the `capstan` binary for one platform.
 *
 * @param entry The bundle.
 * @param output Where it goes.
 */
export async function compileCapstan(entry: string, target: Target, output: string): Promise<void> {
  await buildBinary({
    entry,
    include: [join(entry, "..", "lib")],
    output,
    target,
    permissions: ["--allow-all", `--deny-net=${DENIED_ADDRESSES.join(",")}`],
  });
}

/** Builds a binary of what cannot run, where no base binary is needed, and throws it away. */
async function dryRun(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "capstan-" });
  try {
    await compileCapstan(await bundle(folder), thisTarget(), join(folder, "capstan"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function main(all: boolean): Promise<void> {
  const dist = join(programFolder(), "dist"), entry = await bundle(dist);
  if (!all) {
    const output = join(dist, Deno.build.os === "windows" ? "capstan.exe" : "capstan");
    await compileCapstan(entry, thisTarget(), output);
    return say(`compiled: ${output}`);
  }
  const sums: string[] = [], list = join(dist, "SHA256SUMS");
  // Sums of another run must not stand beside the binaries of one that fails halfway.
  await Deno.remove(list).catch(() => {});
  for (const target of TARGETS) {
    const output = join(dist, `capstan-${target}${target.includes("windows") ? ".exe" : ""}`);
    await compileCapstan(entry, target, output);
    sums.push(
      `${createHash("sha256").update(await Deno.readFile(output)).digest("hex")}  ${basename(output)}`,
    );
    say(`compiled: ${output}`);
  }
  await Deno.writeTextFile(list, sums.join("\n") + "\n");
}

if (import.meta.main) {
  try {
    if (Deno.args.includes("--dry-run")) await dryRun();
    else await main(Deno.args.includes("--all"));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    say(`capstan: ${error.message}`);
    Deno.exit(1);
  }
}
