/**
 * Cold starts over stdio, from the start of the process to the first list of tools, each program in turn: bare Deno, the
 * program under measurement, a binary of one capability, and another server of MCP tools, where they can be had.
 *
 * @module
 */
import { coldStart, median } from "./process.ts";
import { capability } from "./specs.ts";

const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

/** What the measurement needs of the rest. */
export interface ColdOptions {
  /** The command of Capstan. */
  readonly capstan: readonly string[];
  /** The path of a file beside the benchmarks. */
  readonly here: (path: string) => string;
  readonly env: Readonly<Record<string, string>>;
  readonly smoke: boolean;
  readonly upstream: string;
  readonly write: (name: string, text: string) => string;
  readonly row: (what: string, figure: string, note?: string) => void;
}

/** Runs a program to its end. */
async function succeeds(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const [program, ...args] = command;
  try {
    const { success } = await new Deno.Command(program!, { args, env, stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch {
    return false;
  }
}

/**
 * The Toolbox, an MCP server of another make: the program that `TOOLBOX` names, such as the one in npm's
 * `@toolbox-sdk/server`. It has one tool of the same kind; it takes no API on this machine, and none is called.
 */
async function toolbox({ write }: ColdOptions): Promise<readonly string[] | undefined> {
  const program = Deno.env.get("TOOLBOX") ?? "toolbox";
  if (!await succeeds([program, "--version"])) return undefined;
  const config = write(
    "toolbox.yaml",
    `kind: source
name: shop
type: http
baseUrl: http://192.0.2.1
headers: { authorization: Bearer bench-token }
---
kind: tool
name: list-items-0
type: http
source: shop
method: GET
path: /items
description: Lists the items of shelf 0
`,
  );
  return [program, "--stdio", "--config", config, "--disable-version-check"];
}

/** The bare program and the capability as binaries, where `DENORT_BIN` and `DENO` name what makes them. */
async function binaries(
  { capstan, here, env }: ColdOptions,
  spec: string,
): Promise<readonly [bare: string, one: string] | undefined> {
  const base = Deno.env.get("DENORT_BIN"), deno = Deno.env.get("DENO");
  if (!base || !deno) return undefined;
  const folder = spec.slice(0, spec.lastIndexOf("/")),
    bare = `${folder}/bare-binary`,
    one = `${folder}/one-binary`;
  // As the binary of a capability is made: without a code cache.
  const flags = ["--quiet", "--no-config", "--no-lock", "--no-check", "--no-code-cache"];
  const made = await succeeds([deno, "compile", ...flags, "--output", bare, here("./bare.ts")]) &&
    await succeeds([...capstan, "compile", spec, "-o", one], env);
  return made ? [bare, one] : undefined;
}

/** Measures how soon a client has its list of tools. */
export async function coldStarts(options: ColdOptions): Promise<void> {
  const { capstan, here, env, smoke, upstream, write, row } = options;
  const spec = write("cold.yml", capability(upstream, 1, 3001));
  const many = write("cold-many.yml", capability(upstream, 1000, 3001));
  const serve = ["serve", "--stdio", "--quiet"];
  const bare = [Deno.execPath(), "run", "-A", "--no-check", here("./bare.ts")];
  const made = await binaries(options, spec), other = await toolbox(options);
  const commands: Record<string, readonly string[]> = {
    bare,
    ours: [...capstan, ...serve, spec],
    ...(made ? { bareBinary: [made[0]], one: [made[1], ...serve] } : {}),
    ...(other ? { other } : {}),
  };
  const times: Record<string, number[]> = {};
  for (let i = 0; i < (smoke ? 1 : 15); i++) {
    for (const [name, command] of Object.entries(commands)) {
      (times[name] ??= []).push(await coldStart(command, LIST, env));
    }
  }
  const against = (name: string, base: string) =>
    median(times[name]!.map((took, i) => took / times[base]![i]!)).toFixed(2);
  const middle = (name: string) => `${median(times[name]!).toFixed(0)} ms`;
  row(
    "cold start on stdio, spawn to tools/list",
    `${against("ours", "bare")} × bare Deno`,
    `bare ${middle("bare")}`,
  );
  row(
    "the same, a binary of one capability",
    made ? `${against("one", "bareBinary")} × a bare binary` : "skipped",
    made ? `bare ${middle("bareBinary")}` : "DENORT_BIN and DENO name nothing that makes binaries",
  );
  row(
    "the same, against the Toolbox",
    other ? `${against("ours", "other")} × the Toolbox` : "skipped",
    other ? `the Toolbox ${middle("other")}` : "it is not installed; TOOLBOX names its program",
  );
  const slow: number[] = [], base: number[] = [];
  for (let i = 0; i < (smoke ? 1 : 7); i++) {
    base.push(await coldStart(bare, LIST));
    slow.push(await coldStart([...capstan, ...serve, many], LIST, env));
  }
  row("1,000 tools, ready", `${median(slow.map((took, i) => took - base[i]!)).toFixed(0)} ms over bare Deno`);
}
