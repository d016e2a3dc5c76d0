/**
 * The protocol's own conformance suite against the program as users start it: `deno task conformance`.
 *
 * @module
 */
import { CAPSTAN, startServer } from "../testing.ts";
import { serveFixture } from "./fixture.ts";

/** The suite, pinned. */
const [NAME, VERSION] = ["@modelcontextprotocol/conformance", "0.2.0-alpha.12"];
const SUITE = `npm:${NAME}@${VERSION}`;
const HERE = new URL(".", import.meta.url).pathname;
/** The revisions whose requirements have to hold, and what is asked for beside them. */
const RUNS: readonly (readonly string[])[] = [
  ["--requirements", "2025-11-25", "--expected-failures", `${HERE}expected.yml`],
  ["--requirements", "2026-07-28", "--expected-failures", `${HERE}expected.yml`],
  ...["directory", "enumeration", "manifest"].map((part) => [
    ...["--scenario", `sep-2640-skills-${part}`],
    ...["--spec-version", "2026-07-28", "--force"],
  ]),
  ...[
    ...["lifecycle", "capability-negotiation", "wire-fields", "request-state-removal", "request-headers"],
    ...["dispatch-and-envelope", "required-task-error", "mrtr-input", "mrtr-composition"],
  ].map((part) => [
    ...["--scenario", `tasks-${part}`, "--spec-version", "2026-07-28", "--force"],
    ...["--expected-failures", `${HERE}expected.yml`],
  ]),
];

const say = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/**
 * How long a run may say nothing, in milliseconds. A runtime has been seen to wait for itself for ever while it read the
 * suite's packages; a machine that is merely slow goes on to say something.
 */
const SILENCE_MS = 120_000;
/** How often a run is made that falls silent. */
const TRIES = 3;

/** Passes on what a run says, and stops it when it says nothing any more; its exit code, undefined where it was stopped. */
async function watched(child: Deno.ChildProcess): Promise<number | undefined> {
  let stopped = false, timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stopped = true;
      child.kill("SIGKILL");
    }, SILENCE_MS);
  };
  const pass = async (from: ReadableStream<Uint8Array>, to: typeof Deno.stdout | typeof Deno.stderr) => {
    for await (const chunk of from) {
      wait();
      for (let at = 0; at < chunk.length;) at += to.writeSync(chunk.subarray(at));
    }
  };
  wait();
  const [{ code }] = await Promise.all([
    child.status,
    pass(child.stdout, Deno.stdout),
    pass(child.stderr, Deno.stderr),
  ]);
  clearTimeout(timer);
  return stopped ? undefined : code;
}

/**
 * Makes a run of the suite, again where it falls silent.
 *
 * @param program The suite.
 * @param args Its arguments.
 * @returns Its exit code.
 */
async function suite(program: string, args: readonly string[]): Promise<number> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const output = await Deno.makeTempDir({ prefix: "capstan-conformance-" });
    const code = await watched(
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--no-lock", program, ...args, "--output-dir", output],
        cwd: output,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    );
    await Deno.remove(output, { recursive: true });
    if (code !== undefined) return code;
    say(`a run said nothing for ${SILENCE_MS / 1000} s${tries < TRIES ? "; it is made again" : ""}`);
  }
  return 1;
}

async function succeeds(args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** The sets of requirements that the package holds beside its program; undefined where they are not found. */
async function requirements(): Promise<string | undefined> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" })
    .output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  for await (const { name } of Deno.readDir(npmCache)) {
    const folder = `${npmCache}/${name}/${NAME}/${VERSION}/requirements`;
    if (await Deno.stat(folder).then(() => true, () => false)) return folder;
  }
}

/**
 * The suite in one file: it starts in a third of the time, and takes no part in what the runtime does to read packages, in
 * which it has been seen to wait for ever.
 *
 * @param folder Where the file is put.
 * @returns The file, or the suite's name where it cannot be made.
 */
async function bundled(folder: string): Promise<string> {
  const from = await requirements(), file = `${folder}/dist/suite.mjs`;
  if (from === undefined) return SUITE;
  await Deno.mkdir(`${folder}/dist`);
  await Deno.mkdir(`${folder}/requirements`);
  for await (const { name } of Deno.readDir(from)) {
    await Deno.copyFile(`${from}/${name}`, `${folder}/requirements/${name}`);
  }
  // A library that colours text is asked for only where it is there.
  const optional = ["--external", "supports-color"];
  return await succeeds(["bundle", "--quiet", "--no-lock", ...optional, "-o", file, SUITE]) ? file : SUITE;
}

if (!await succeeds(["cache", "--quiet", "--no-lock", SUITE])) {
  say(`skipped: ${SUITE} is not in the cache, and the registry is out of reach`);
  Deno.exit(0);
}

await using fixture = await serveFixture(`${HERE}capability.yml`);
let failed = 0;
const folder = await Deno.makeTempDir({ prefix: "capstan-conformance-" });
{
  const program = await bundled(folder);
  await using server = await startServer(CAPSTAN, ["serve", fixture.file], { surfaces: 3 });
  fixture.reloads(server.urls.at(-1)!);
  const url = `${server.urls[0]!.replace(/\/$/, "")}/mcp`;
  const more = Deno.args.length > 0 ? [[...Deno.args]] : RUNS;
  for (const args of more) failed += await suite(program, ["server", "--url", url, ...args]) === 0 ? 0 : 1;
}
await Deno.remove(folder, { recursive: true });
if (failed > 0) {
  say(`${failed} of the runs did not hold`);
  Deno.exitCode = 1;
}
