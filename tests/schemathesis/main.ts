/**
 * Contract testing: schemathesis sends what `/openapi.json` allows and forbids to a capability that is served as users
 * serve it, with a real API behind it, and holds each answer to the document. `deno task schemathesis`.
 *
 * Schemathesis is pinned and lives in a virtual environment of its own. Where there is no Python, or it cannot be
 * installed, that is told and the task ends well; `--required` has it fail then.
 *
 * @module
 */
import { join } from "node:path";
import { CAPSTAN, ROOT, startServer } from "../testing.ts";
import { startShop } from "./shop.ts";

const VERSION = "4.32.5", TOKEN = "contract-token";

/**
 * Checks that are left out, each for what the semantics decide otherwise: arguments are made to fit where nothing is lost
 * (`"5"` is a number), an empty or a repeated query parameter is read, and what no input names is ignored (semantics §3).
 */
const LEFT_OUT = ["negative_data_rejection"];

/** Runs a program, its output on ours where it is to be seen. */
async function run(command: string, args: readonly string[], shown = false): Promise<boolean> {
  try {
    const output = await new Deno.Command(command, {
      args: [...args],
      env: { NO_COLOR: "1", HYPOTHESIS_STORAGE_DIRECTORY: join(FOLDER, "examples") },
      cwd: FOLDER,
      stdout: shown ? "inherit" : "null",
      stderr: shown ? "inherit" : "piped",
      signal: AbortSignal.timeout(900_000),
    }).output();
    const { success } = output;
    if (!success && !shown) say(new TextDecoder().decode(output.stderr).trim().split("\n").at(-1) ?? "");
    return success;
  } catch (error) {
    say(String(error));
    return false;
  }
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** A virtual environment with schemathesis in it; undefined where there can be none. */
async function install(): Promise<string | undefined> {
  const bin = join(FOLDER, "venv", Deno.build.os === "windows" ? "Scripts" : "bin");
  const made = await run("python3", ["-m", "venv", join(FOLDER, "venv")]) &&
    await run(join(bin, "pip"), [
      "install",
      "--quiet",
      "--disable-pip-version-check",
      `schemathesis==${VERSION}`,
    ]);
  return made ? join(bin, "schemathesis") : undefined;
}

async function main(): Promise<number> {
  const program = await install();
  if (program === undefined) {
    say(`skipped: schemathesis ${VERSION} cannot be installed here (it needs python3, and PyPI in reach)`);
    return Deno.args.includes("--required") ? 1 : 0;
  }
  await using shop = startShop();
  await using server = await startServer(CAPSTAN, [
    "serve",
    join(ROOT, "tests/schemathesis/capability.yml"),
    "--port",
    "0",
  ], { env: { SHOP_URL: shop.url } });
  const url = `${server.urls[0]}/openapi.json`;
  const isSound = await run(program, [
    "run",
    url,
    "--header",
    `Authorization: Bearer ${TOKEN}`,
    "--exclude-checks",
    LEFT_OUT.join(","),
    "--max-examples",
    Deno.args.find((arg) => /^\d+$/.test(arg)) ?? "50",
    "--seed",
    "1",
    // How fast requests are made up is no fault of who answers them.
    "--suppress-health-check",
    "all",
    "--continue-on-failure",
    "--no-color",
  ], true);
  if (!isSound) say(server.err().split("\n").slice(-20).join("\n"));
  return isSound ? 0 : 1;
}

const FOLDER = await Deno.makeTempDir({ prefix: "capstan-schemathesis-" });
let code = 1;
try {
  code = await main();
} finally {
  await Deno.remove(FOLDER, { recursive: true });
}
Deno.exit(code);
