// deno-lint-ignore-file no-console
/**
 * `deno task bench`: every figure is a ratio to a plain program that does the same work in the same run.
 *
 * `--smoke` runs each measurement briefly, to see that it works; its figures mean nothing.
 *
 * @module
 */
import { type Figures, inTurn, Load, type Plan, type Target } from "./measure.ts";
import { coldStarts } from "./cold.ts";
import { type Measured, median, start } from "./process.ts";
import { wires } from "./wires.ts";
import { capability, fourReads, reading, restCapability, searching } from "./specs.ts";

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
const CONCURRENCY = 16;
const PLAN: Plan = smoke ? { warmUp: 50, rounds: 1, batch: 100 } : { warmUp: 5000, rounds: 30, batch: 1000 };
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
  return { ...running, url: /(http:\/\/\S+)/.exec(running.line)![1]! };
}

/** Serves without a word, so that no call is looked at. */
async function serveQuietly(spec: string): Promise<Measured & { url: string }> {
  const port = freePort(), url = `http://127.0.0.1:${port}`;
  const silentUntil = async () => {
    for (let tries = 0; tries < 2400; tries++) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error("nothing listens");
  };
  const command = [...capstan, "serve", spec, "--port", String(port), "--quiet"];
  return { ...await start(command, /^/, { stream: "stderr", env, silentUntil }), url };
}

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const legacy = (name: string, args = {}) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });
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
/** A port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const ratio = (a: number, b: number) => (a / b).toFixed(2);

/** Memory against the plain program, where the system tells. */
function memoryRow(what: string, server: Measured, plain: Measured): void {
  const ours = server.memory(), base = plain.memory();
  if (ours === undefined || base === undefined) return;
  row(what, `${ratio(ours, base)} × plain`, `plain ${base.toFixed(0)} MiB`);
}

async function httpCalls(upstream: string): Promise<void> {
  const plain = await start(
    [deno, "run", "-A", "--no-check", here("./plain.ts"), `${upstream}/items`],
    /^\d+$/,
    { stream: "stdout", env },
  );
  const one = await serve(write("one.yml", capability(upstream, 1, 0)), "--port", "0");
  const thousand = await serve(write("thousand.yml", capability(upstream, 1000, 0)), "--port", "0");
  const rest = await serve(write("rest.yml", restCapability(upstream, 0)), "--port", "0");
  // Counted, traced and logged: a control port is what switches all of it on.
  const observedSpec = `${capability(upstream, 1, 0)}    - { type: control, port: ${freePort()} }\n`;
  const observed = await serve(write("observed.yml", observedSpec), "--port", "0", "--verbose");
  // Without --quiet calls are looked at, so that those that fail can be told of.
  const unseen = await serveQuietly(write("unseen.yml", capability(upstream, 1, 0)));
  const search = await serve(write("search.yml", searching(upstream, 0)), "--port", "0");
  const load = new Load();
  const mcp = (
    server: Measured & { url: string },
    headers: Record<string, string>,
    body: string,
  ): Target => ({
    server,
    url: `${server.url}/mcp`,
    method: "POST",
    headers,
    body,
  });
  const bare: Target = {
    server: plain,
    url: `http://127.0.0.1:${plain.line}/`,
    method: "POST",
    headers: JSON_HEADERS,
    body: legacy("list-items-0"),
  };
  try {
    for (const { url, method, headers, body } of [bare, mcp(one, JSON_HEADERS, legacy("list-items-0"))]) {
      await (await fetch(url, { method, headers, body: body! })).text();
    }
    memoryRow("resident memory after the first call", one, plain);
    const argued = (shelf: number) => legacy("search-items", { limit: 3, status: "succeeded", shelf });
    const [base, old, current, many, seen, off, args] = await inTurn(load, [
      bare,
      mcp(one, JSON_HEADERS, legacy("list-items-0")),
      mcp(one, modernHeaders("list-items-0"), modern("list-items-0")),
      mcp(thousand, JSON_HEADERS, legacy("list-items-777")),
      mcp(observed, JSON_HEADERS, legacy("list-items-0")),
      mcp(unseen, JSON_HEADERS, legacy("list-items-0")),
      mcp(search, JSON_HEADERS, argued(7)),
    ], PLAN) as [Figures, Figures, Figures, Figures, Figures, Figures, Figures];
    const plainNote = `plain ${base.cpu.toFixed(0)} µs, ${base.rate.toFixed(0)}/s`;
    row("CPU per tools/call, handshake revisions", `${old.cpuRatio.toFixed(2)} × plain`, plainNote);
    row("CPU per tools/call, 2026-07-28", `${current.cpuRatio.toFixed(2)} × plain`);
    row("calls/s, handshake revisions", `${old.rateRatio.toFixed(2)} × plain`);
    row("calls/s, 2026-07-28", `${current.rateRatio.toFixed(2)} × plain`);
    row("CPU per call, 1,000 tools against 1", `${(many.cpuRatio / old.cpuRatio).toFixed(2)} ×`);
    row("CPU per tools/call with three arguments", `${args.cpuRatio.toFixed(2)} × plain`);
    row("CPU per call, telemetry on against off", `${(seen.cpuRatio / off.cpuRatio).toFixed(2)} ×`);
    row("CPU per call, as it is without flags against off", `${(old.cpuRatio / off.cpuRatio).toFixed(2)} ×`);
    memoryRow("resident memory after load", one, plain);
    const get = { method: "GET", headers: { accept: "application/json" } };
    const [, resource] = await inTurn(load, [
      { server: plain, url: bare.url, ...get },
      { server: rest, url: `${rest.url}/items`, ...get },
    ], PLAN) as [Figures, Figures];
    row("CPU per REST call", `${resource.cpuRatio.toFixed(2)} × plain`);
  } finally {
    await load.stop();
    await Promise.all([plain.stop(), one.stop(), thousand.stop(), rest.stop(), observed.stop()]);
    await Promise.all([unseen.stop(), search.stop()]);
  }
}

/**
 * How calls a second grow with a second worker. The API and the load generator share the cores, so the calls are such that
 * most of the work is the capability's: each reads a list of 100 KB and answers with two values.
 */
async function workers(upstream: string): Promise<void> {
  const cores = navigator.hardwareConcurrency;
  if (Deno.build.os !== "linux" || cores < 2) {
    return row("calls/s, 2 workers against 1", "skipped", `${cores} cores`);
  }
  const spec = write("workers.yml", reading(upstream));
  const one = await serve(spec, "--port", "0"), two = await serve(spec, "--port", "0", "--workers", "2");
  const load = new Load();
  try {
    const [, both] = await inTurn(
      load,
      [one, two].map((server) => ({
        server,
        url: `${server.url}/mcp`,
        method: "POST",
        headers: JSON_HEADERS,
        body: legacy("read-list"),
        concurrency: 32,
      })),
      PLAN,
    ) as [Figures, Figures];
    row("calls/s, 2 workers against 1", `${both.rateRatio.toFixed(2)} ×`, `${cores} cores for everything`);
    row("CPU per call, 2 workers against 1", `${both.cpuRatio.toFixed(2)} ×`);
  } finally {
    await load.stop();
    await Promise.all([one.stop(), two.stop()]);
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

async function overlap(upstream: string): Promise<void> {
  const delay = 100,
    server = await serve(write("four.yml", fourReads(upstream, delay, 0)), "--port", "0"),
    times: number[] = [];
  for (let i = 0; i < (smoke ? 1 : 7); i++) {
    const begin = performance.now();
    const response = await fetch(`${server.url}/mcp`, {
      method: "POST",
      headers: JSON_HEADERS,
      body: legacy("four"),
    });
    const text = await response.text();
    if (text.includes('"isError":true')) throw new Error(text);
    times.push(performance.now() - begin);
  }
  await server.stop();
  row("4 independent reads of 100 ms", `${ratio(median(times), delay)} × one read`);
}

/** The time to read the largest real file, where the corpus is there. */
async function largestFile(): Promise<void> {
  const { readSpecification } = await import("../lib/document/read.ts");
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
  if (Deno.args.includes("--only-workers")) {
    await workers(base);
    Deno.exit(0);
  }
  if (!Deno.args.includes("--only-wires")) await httpCalls(base);
  await wires({ capstan, here, env, plan: PLAN, write, row });
  if (Deno.args.includes("--only-wires")) Deno.exit(0);
  await workers(base);
  await stdioCalls(base);
  await coldStarts({ capstan, here, env, smoke, write, row, upstream: base });
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
