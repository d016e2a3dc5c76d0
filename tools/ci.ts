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

const CHECKS: readonly Check[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "types", args: ["check", ...TYPED] },
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
  { name: "tests", args: ["test", "-A", "--parallel", "--doc", "--frozen"] },
  {
    name: "tests of the upstream, over the runtime's fetch",
    args: ["test", "-A", "--no-check", "lib/upstream"],
    env: { CAPSTAN_TEST_WIRE: "fetch" },
  },
  { name: "notices of third parties", args: ["run", "-A", "tools/notices.ts", "--check"] },
  {
    name: "compile, as a dry run",
    args: ["run", "-A", "tools/compile.ts", "--dry-run"],
    env: { DENORT_BIN: Deno.build.os === "windows" ? "cmd.exe" : "/bin/true", DENO: Deno.execPath() },
  },
  ...("clients" in TASKS ? [{ name: "clients, a core of six", args: ["task", "clients", "--core"] }] : []),
  { name: "the protocol's conformance suite", args: ["task", "conformance"] },
  ...("schemathesis" in TASKS
    ? [{ name: "REST by its contract, where Python is", args: ["task", "schemathesis", "20"] }]
    : []),
  ...("bench" in TASKS ? [{ name: "benchmark, as a smoke test", args: ["task", "bench", "--smoke"] }] : []),
];

/** Passes a stream on and keeps its text. */
async function tee(
  stream: ReadableStream<Uint8Array>,
  to: { writeSync(bytes: Uint8Array): number },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length;) at += to.writeSync(chunk.subarray(at));
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

// Tests that start the command start the bundle, as users do; it also starts several times faster than the sources.
const folder = Deno.makeTempDirSync({ prefix: "capstan-ci-" });
const made = await bundle(folder);

let passed = 0, failed = 0, skipped = 0;
const broken: string[] = [];

for (const { name, args, env } of CHECKS) {
  const started = performance.now();
  Deno.stdout.writeSync(new TextEncoder().encode(`\n== ${name}: deno ${args.join(" ")}\n`));
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", CAPSTAN_TEST_BUNDLE: made, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [out, , { success }] = await Promise.all([
    tee(child.stdout, Deno.stdout),
    tee(child.stderr, Deno.stderr),
    child.status,
  ]);
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
  Deno.stdout.writeSync(
    new TextEncoder().encode(`== ${name}: ${success ? "ok" : "FAILED"} (${seconds} s)\n`),
  );
}

const closing = [
  "",
  ...(skipped > 0 ? [`${skipped} skipped: what they need is not on this machine`] : []),
  ...(broken.length > 0 ? [`failed: ${broken.join(", ")}`] : []),
  `${passed} passed, ${failed} failed`,
];
Deno.stdout.writeSync(new TextEncoder().encode(closing.join("\n") + "\n"));
Deno.removeSync(folder, { recursive: true });
Deno.exit(broken.length > 0 ? 1 : 0);
