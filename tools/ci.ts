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

/** Gives the text of a stream, and passes it on as it comes where it is to be seen at once. */
async function textOf(stream: ReadableStream<Uint8Array>, seen: boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    if (seen) print(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

const encoder = new TextEncoder();

function print(text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

// Tests that start the command start the bundle, as users do; it also starts several times faster than the sources.
const folder = Deno.makeTempDirSync({ prefix: "capstan-ci-" });
const made = await bundle(folder);

let passed = 0, failed = 0, skipped = 0;
const broken: string[] = [];

/** Makes a check. @param alone Whether nothing else runs beside it, so that its lines can be seen as they come. */
async function make({ name, args, env }: Check, alone: boolean): Promise<void> {
  const started = performance.now(), begin = `\n== ${name}: deno ${args.join(" ")}\n`;
  if (alone) print(begin);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", CAPSTAN_TEST_BUNDLE: made, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [out, err, { success }] = await Promise.all([
    textOf(child.stdout, alone),
    textOf(child.stderr, alone),
    child.status,
  ]);
  if (!alone) print(`${begin}${out}${err}`);
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
  print(`== ${name}: ${success ? "ok" : "FAILED"} (${seconds} s)\n`);
}

// The tests use every core by themselves; what follows them waits for servers most of the time, and goes two by two.
const after = CHECKS.findIndex(({ name }) => name === "tests") + 1;
for (const check of CHECKS.slice(0, after)) await make(check, true);
const rest = CHECKS.slice(after),
  next = async (): Promise<void> => {
    for (let check = rest.shift(); check !== undefined; check = rest.shift()) await make(check, false);
  };
await Promise.all([next(), next()]);

const closing = [
  "",
  ...(skipped > 0 ? [`${skipped} skipped: what they need is not on this machine`] : []),
  ...(broken.length > 0 ? [`failed: ${broken.join(", ")}`] : []),
  `${passed} passed, ${failed} failed`,
];
print(closing.join("\n") + "\n");
Deno.removeSync(folder, { recursive: true });
Deno.exit(broken.length > 0 ? 1 : 0);
