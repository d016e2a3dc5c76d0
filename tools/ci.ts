/**
 * Everything that must pass before a change lands, in one run.
 *
 * @module
 */
import { join } from "node:path";
import { bundle, programFolder } from "./bundle.ts";

/** One check: a name for people, and what Deno is to do. */
interface Check {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const ROOT = programFolder();

function exists(path: string): boolean {
  try {
    Deno.statSync(join(ROOT, path));
    return true;
  } catch {
    return false;
  }
}

const { tasks: TASKS } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as {
  tasks: Record<string, string>;
};

const TYPED = ["mod.ts", "cli.ts", "lib", "schemas", "tests", "bench", "examples", "tools"].filter(exists);

const HAS_TASK = (name: string) => name in TASKS;

/** The recorded cases take the longest, and start processes by themselves. */
const RECORDED = "tests/recorded";

/**
 * What runs one after the other: in each stage lanes that run side by side, in each lane checks that follow one another.
 * Types are checked once, those of the examples in comments too; the tests need not check them again.
 */
const STAGES: readonly (readonly (readonly Check[])[])[] = [
  [
    [{ name: "types", args: ["check", "--doc", ...TYPED] }],
    [
      { name: "format", args: ["fmt", "--check"] },
      { name: "lint", args: ["lint"] },
      {
        name: "documentation",
        args: [
          "doc",
          "--lint",
          "mod.ts",
          "lib/api/for_testing.ts",
          "lib/api/for_reports.ts",
          "lib/api/schema.ts",
        ],
      },
      { name: "notices of third parties", args: ["run", "-A", "tools/notices.ts", "--check"] },
    ],
  ],
  [
    [{
      name: "tests",
      args: ["test", "-A", "--no-check", "--parallel", "--doc", "--frozen", `--ignore=${RECORDED}`],
    }],
    [{ name: "tests by the recorded cases", args: ["test", "-A", "--no-check", "--frozen", RECORDED] }],
  ],
  [
    HAS_TASK("clients") ? [{ name: "clients, a core of six", args: ["task", "clients", "--core"] }] : [],
    [
      {
        name: "tests of the upstream, over the runtime's fetch",
        args: ["test", "-A", "--no-check", "lib/upstream"],
        env: { CAPSTAN_TEST_WIRE: "fetch" },
      },
      {
        name: "compile, as a dry run",
        args: ["run", "-A", "tools/compile.ts", "--dry-run"],
        env: { DENORT_BIN: Deno.build.os === "windows" ? "cmd.exe" : "/bin/true", DENO: Deno.execPath() },
      },
      ...(HAS_TASK("schemathesis")
        ? [{ name: "REST by its contract, where Python is", args: ["task", "schemathesis", "20"] }]
        : []),
      ...(HAS_TASK("bench")
        ? [{ name: "benchmark, as a smoke test", args: ["task", "bench", "--smoke"] }]
        : []),
    ],
  ],
  // The runtime that starts the suite has been seen to hang where others start beside it.
  [[{ name: "the protocol's conformance suite", args: ["task", "conformance"] }]],
];

/** Writes a text or bytes, all of them. */
function write(text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** Reads a stream; passes it on as it comes where it is to be seen. */
async function read(stream: ReadableStream<Uint8Array>, isSeen: boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    if (isSeen) write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

// Tests that start the command start the bundle, as users do; it also starts several times faster than the sources.
const folder = Deno.makeTempDirSync({ prefix: "capstan-ci-" });
const made = await bundle(folder);

let passed = 0, failed = 0, skipped = 0;
const broken: string[] = [];

/** Makes one check. What it says is shown as it comes, or as a whole at its end where another is shown meanwhile. */
async function check({ name, args, env }: Check, isShown: boolean): Promise<void> {
  const started = performance.now(), title = `\n== ${name}: deno ${args.join(" ")}\n`;
  if (isShown) write(title);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", CAPSTAN_TEST_BUNDLE: made, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [out, err, { success }] = await Promise.all([
    read(child.stdout, isShown),
    read(child.stderr, isShown),
    child.status,
  ]);
  if (!isShown) write(title + err + out);
  const counts =
    /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(?: \| (\d+) ignored)?/m
      .exec(out);
  passed += Number(counts?.[1] ?? 0);
  failed += Number(counts?.[2] ?? 0);
  skipped += Number(counts?.[3] ?? 0);
  // A check that fails without counting tests is a failure of its own.
  if (!success && Number(counts?.[2] ?? 0) === 0) failed++;
  if (!success) broken.push(name);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  write(`== ${name}: ${success ? "ok" : "FAILED"} (${seconds} s)\n`);
}

const started = performance.now();
for (const lanes of STAGES) {
  await Promise.all(lanes.map(async (checks, lane) => {
    for (const one of checks) await check(one, lane === 0);
  }));
}

const closing = [
  "",
  ...(skipped > 0 ? [`${skipped} skipped: what they need is not on this machine`] : []),
  ...(broken.length > 0 ? [`failed: ${broken.join(", ")}`] : []),
  `all of it took ${((performance.now() - started) / 1000).toFixed(0)} s`,
  `${passed} passed, ${failed} failed`,
];
write(closing.join("\n") + "\n");
Deno.removeSync(folder, { recursive: true });
Deno.exit(broken.length > 0 ? 1 : 0);
