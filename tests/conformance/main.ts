/**
 * The protocol's own conformance suite against the program as users start it: `deno task conformance`.
 *
 * @module
 */
import { CAPSTAN, startServer } from "../testing.ts";
import { serveFixture } from "./fixture.ts";

/** The suite, pinned. */
const SUITE = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12";
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

/** How long one run may take; the longest takes twenty seconds. */
const RUN_MS = 90_000;

/**
 * Runs the suite. A run that does not end (the runtime has been seen to wait for its own cache while it starts) is
 * stopped and made once more.
 *
 * @returns Its exit code.
 */
async function suite(args: readonly string[], again = true): Promise<number> {
  const output = await Deno.makeTempDir({ prefix: "capstan-conformance-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-lock", SUITE, ...args, "--output-dir", output],
    cwd: output,
    stdin: "null",
  }).spawn();
  let stopped = false;
  const timer = setTimeout(() => {
    stopped = true;
    child.kill("SIGKILL");
  }, RUN_MS);
  const { code } = await child.status;
  clearTimeout(timer);
  await Deno.remove(output, { recursive: true });
  if (stopped) {
    say(`a run did not end within ${RUN_MS / 1000} s${again ? "; it is made again" : ""}`);
    return again ? await suite(args, false) : 1;
  }
  return code;
}

/** Whether the suite can be had at all. */
async function isWithinReach(): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "--no-lock", SUITE],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

if (!await isWithinReach()) {
  say(`skipped: ${SUITE} is not in the cache, and the registry is out of reach`);
  Deno.exit(0);
}

await using fixture = await serveFixture(`${HERE}capability.yml`);
let failed = 0;
{
  await using server = await startServer(CAPSTAN, ["serve", fixture.file], { surfaces: 3 });
  fixture.reloads(server.urls.at(-1)!);
  const url = `${server.urls[0]!.replace(/\/$/, "")}/mcp`;
  const more = Deno.args.length > 0 ? [[...Deno.args]] : RUNS;
  for (const args of more) failed += await suite(["server", "--url", url, ...args]) === 0 ? 0 : 1;
}
if (failed > 0) {
  say(`${failed} of the runs did not hold`);
  Deno.exitCode = 1;
}
