// deno-lint-ignore-file no-console
/**
 * `deno task bench`: every figure is a ratio to a plain program that does the same work in the same run.
 *
 * `--smoke` runs each measurement briefly, to see that it works; its figures mean nothing.
 *
 * @module
 */
import { coldStart, type Measured, median, start } from "./process.ts";
import { capability, fourReads } from "./specs.ts";

const smoke = Deno.args.includes("--smoke");
const deno = Deno.execPath();
const here = (path: string) => new URL(path, import.meta.url).pathname;
const wanted = Deno.args.find((arg) => !arg.startsWith("--"));
const bundled = here("../dist/capstan.js"), source = here("../cli.ts");

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The program under measurement: what was named, else the bundle, else the source. */
const capstan = wanted !== undefined
  ? [wanted]
  : [deno, "run", "-A", "--no-check", exists(bundled) ? bundled : source];
const env = { BENCH_TOKEN: "bench-token", NO_COLOR: "1" };
const CONCURRENCY = 16, ROUNDS = smoke ? 1 : 3, REQUESTS = smoke ? 200 : 12_000;
const folder = Deno.makeTempDirSync({ prefix: "capstan-bench-" });
const rows: [string, string, string][] = [];

function row(what: string, figure: string, note = ""): void {
  rows.push([what, figure, note]);
  console.error(`${what}: ${figure}${note === "" ? "" : `  (${note})`}`);
}

function write(name: string, text: string): string {
  const path = `${folder}/${name}`;
  Deno.writeTextFileSync(path, text);
  return path;
}

async function serve(spec: string, ...args: string[]): Promise<Measured & { url: string }> {
  const running = await start([...capstan, "serve", spec, ...args], / on http/, { stream: "stderr", env });
  return { ...running, url: `${/(http:\/\/\S+)/.exec(running.line)![1]}/mcp` };
}

interface Load {
  /** Requests a second. */
  readonly rate: number;
  /** CPU time per request of the server, in microseconds. */
  readonly cpu: number;
}

async function load(
  server: Measured,
  url: string,
  headers: Record<string, string>,
  body: string,
  count: number,
): Promise<Load> {
  const before = server.cpu();
  const output = await new Deno.Command(deno, {
    args: [
      "run",
      "-A",
      "--no-check",
      here("./load.ts"),
      url,
      String(count),
      String(CONCURRENCY),
      JSON.stringify(headers),
      body,
    ],
    stderr: "inherit",
  }).output();
  const { ms, failed } = JSON.parse(new TextDecoder().decode(output.stdout)) as {
    ms: number;
    failed: number;
  };
  if (failed > 0) throw new Error(`${failed} of ${count} requests to ${url} failed`);
  return { rate: count / ms * 1000, cpu: ((server.cpu() ?? NaN) - (before ?? NaN)) * 1000 / count };
}

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const legacy = (name: string) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {} } });
const modern = (name: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: {
      name,
      arguments: {},
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
      },
    },
  });
const modernHeaders = (name: string) => ({
  ...JSON_HEADERS,
  "mcp-protocol-version": "2026-07-28",
  "mcp-method": "tools/call",
  "mcp-name": name,
});
const ratio = (a: number, b: number) => (a / b).toFixed(2);

/** Loads several servers in turn, and gives the middle figures of each. */
async function inTurn(
  cases: readonly { server: Measured; url: string; headers: Record<string, string>; body: string }[],
): Promise<Load[]> {
  const results: Load[][] = cases.map(() => []);
  for (const { server, url, headers, body } of cases) {
    await load(server, url, headers, body, Math.ceil(REQUESTS / 4));
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { server, url, headers, body }] of cases.entries()) {
      results[i]!.push(await load(server, url, headers, body, REQUESTS));
    }
  }
  return results.map((list) => ({
    rate: median(list.map((l) => l.rate)),
    cpu: median(list.map((l) => l.cpu)),
  }));
}

async function httpCalls(upstream: string): Promise<void> {
  const plain = await start(
    [deno, "run", "-A", "--no-check", here("./plain.ts"), `${upstream}/items`],
    /^\d+$/,
    { stream: "stdout", env },
  );
  const one = await serve(write("one.yml", capability(upstream, 1, 0)), "--port", "0");
  const thousand = await serve(write("thousand.yml", capability(upstream, 1000, 0)), "--port", "0");
  try {
    const [base, old, current, many] = await inTurn([
      {
        server: plain,
        url: `http://127.0.0.1:${plain.line}/`,
        headers: JSON_HEADERS,
        body: legacy("list-items-0"),
      },
      { server: one, url: one.url, headers: JSON_HEADERS, body: legacy("list-items-0") },
      { server: one, url: one.url, headers: modernHeaders("list-items-0"), body: modern("list-items-0") },
      { server: thousand, url: thousand.url, headers: JSON_HEADERS, body: legacy("list-items-777") },
    ]) as [Load, Load, Load, Load];
    const plainNote = `plain ${base.cpu.toFixed(0)} µs, ${base.rate.toFixed(0)}/s`;
    row("CPU per tools/call, handshake revisions", `${ratio(old.cpu, base.cpu)} × plain`, plainNote);
    row("CPU per tools/call, 2026-07-28", `${ratio(current.cpu, base.cpu)} × plain`);
    row("calls/s, handshake revisions", `${ratio(old.rate, base.rate)} × plain`);
    row("calls/s, 2026-07-28", `${ratio(current.rate, base.rate)} × plain`);
    row("CPU per call, 1,000 tools against 1", `${ratio(many.cpu, old.cpu)} ×`);
    const memory = [plain.memory(), one.memory()] as const;
    if (memory[0] !== undefined && memory[1] !== undefined) {
      row(
        "resident memory after load",
        `${ratio(memory[1], memory[0])} × plain`,
        `plain ${memory[0].toFixed(0)} MiB`,
      );
    }
  } finally {
    await Promise.all([plain.stop(), one.stop(), thousand.stop()]);
  }
}

/** Calls over stdio, sixteen at a time. */
async function stdioCalls(upstream: string): Promise<void> {
  const [program, ...args] = capstan, count = smoke ? 200 : 10_000;
  const child = new Deno.Command(program!, {
    args: [...args, "serve", "--stdio", "--quiet", write("stdio.yml", capability(upstream, 1, 3001))],
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter(), encoder = new TextEncoder();
  let sent = 0, received = 0;
  const send = () =>
    void writer.write(encoder.encode(`${legacy("list-items-0").replace('"id":1', `"id":${++sent}`)}\n`));
  const begin = performance.now();
  for (let i = 0; i < CONCURRENCY; i++) send();
  for await (const chunk of child.stdout) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
      received++;
      if (sent < count) send();
    }
    if (received >= count) break;
  }
  row(
    "calls/s over stdio",
    (count / (performance.now() - begin) * 1000).toFixed(0),
    "absolute, 16 at a time",
  );
  await writer.close();
  await child.status;
}

const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

async function coldStarts(upstream: string): Promise<void> {
  const spec = write("cold.yml", capability(upstream, 1, 3001)), bare: number[] = [], ours: number[] = [];
  for (let i = 0; i < (smoke ? 1 : 11); i++) {
    bare.push(await coldStart([deno, "run", "-A", "--no-check", here("./bare.ts")], LIST));
    ours.push(await coldStart([...capstan, "serve", "--stdio", "--quiet", spec], LIST, env));
  }
  row(
    "cold start on stdio, spawn to tools/list",
    `${ratio(median(ours), median(bare))} × bare Deno`,
    `bare ${median(bare).toFixed(0)} ms`,
  );
  const many = write("cold-many.yml", capability(upstream, 1000, 3001)), slow: number[] = [];
  for (let i = 0; i < (smoke ? 1 : 5); i++) {
    slow.push(await coldStart([...capstan, "serve", "--stdio", "--quiet", many], LIST, env));
  }
  row("1,000 tools, ready", `${(median(slow) - median(bare)).toFixed(0)} ms over bare Deno`);
}

async function overlap(upstream: string): Promise<void> {
  const delay = 100,
    server = await serve(write("four.yml", fourReads(upstream, delay, 0)), "--port", "0"),
    times: number[] = [];
  for (let i = 0; i < (smoke ? 1 : 7); i++) {
    const begin = performance.now();
    const response = await fetch(server.url, { method: "POST", headers: JSON_HEADERS, body: legacy("four") });
    const text = await response.text();
    if (text.includes('"isError":true')) throw new Error(text);
    times.push(performance.now() - begin);
  }
  await server.stop();
  row("4 independent reads of 100 ms", `${ratio(median(times), delay)} × one read`);
}

/** The time to read the largest real file, where the corpus is there. */
async function largestFile(): Promise<void> {
  const { readSpecification } = await import("../lib/spec/read.ts");
  let largest: { path: string; size: number } | undefined;
  const walk = (path: string) => {
    for (const entry of Deno.readDirSync(path)) {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory) walk(inner);
      else if (/\.ya?ml$/.test(entry.name)) {
        const { size } = Deno.statSync(inner);
        if (size > (largest?.size ?? 0)) largest = { path: inner, size };
      }
    }
  };
  try {
    walk(here("../../shared/corpus/wild"));
  } catch {
    return row("reading the largest real file", "skipped", "the corpus is not here");
  }
  const text = Deno.readTextFileSync(largest!.path),
    times: number[] = [],
    json: number[] = [],
    copy = JSON.stringify({ text });
  for (let i = 0; i < (smoke ? 1 : 5); i++) {
    const begin = performance.now();
    readSpecification(largest!.path, { readText: () => text });
    times.push(performance.now() - begin);
    const again = performance.now();
    JSON.parse(copy);
    json.push(performance.now() - again);
  }
  row(
    "reading the largest real file",
    `${median(times).toFixed(0)} ms`,
    `${(largest!.size / 1e6).toFixed(1)} MB, first ${times[0]!.toFixed(0)} ms`,
  );
}

const upstream = await start([deno, "run", "-A", "--no-check", here("./upstream.ts")], /^\d+$/, {
  stream: "stdout",
});
try {
  const base = `http://127.0.0.1:${upstream.line}`;
  await httpCalls(base);
  await stdioCalls(base);
  await coldStarts(base);
  await overlap(base);
  await largestFile();
} finally {
  await upstream.stop();
  Deno.removeSync(folder, { recursive: true });
}

console.log(`\n| figure | result | |\n|---|---|---|`);
for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
console.log(
  `\nprogram: ${wanted !== undefined ? "binary" : exists(bundled) ? "bundle" : "source"}${
    smoke ? " (smoke run: the figures mean nothing)" : ""
  }`,
);
