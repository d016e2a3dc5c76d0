/**
 * The matrix of clients: real MCP clients, each pinned and in a folder of its own, against a capability that is served
 * as users serve it, over HTTP and over stdio. `deno task clients` runs all, `--core` the six of CI, `--write` renews
 * `docs/clients.md`, `--keep=FOLDER` keeps what is installed for the next run; names choose clients.
 *
 * A client that cannot be installed is told as skipped; one that fails at something makes the task fail.
 *
 * @module
 */
import { CAPSTAN } from "../testing.ts";
import { specification, startApi, TOOLS } from "./api.ts";
import { CLIENTS, type MatrixClient } from "./clients.ts";
import { page, type Row } from "./page.ts";
import { type Driven, run, setUp } from "./setup.ts";
import { judge, ODD_INPUT, type Said, TRIALS } from "./trials.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** The capability, served as users serve it. */
async function serve(file: string): Promise<{ url: string; process: Deno.ChildProcess }> {
  const [program, ...first] = CAPSTAN;
  const process = new Deno.Command(program, {
    args: [...first, "serve", file, "--port", "0"],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  const url = Promise.withResolvers<string>();
  void (async () => {
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      const found = /on (http:\S+)/.exec(said)?.[1];
      if (found) url.resolve(`${found}/mcp`);
    }
    url.reject(new Error(`it does not serve: ${said}`));
  })();
  return { url: await url.promise, process };
}

/** The wire name of the input that is no plain word. */
async function oddName(url: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  const { result } = await response.json();
  const tool = result.tools.find(({ name }: { name: string }) => name === "caf_s_list");
  return Object.keys(tool.inputSchema.properties)[0]!;
}

/** What all clients are tried against. */
interface Bench {
  readonly url: string;
  readonly command: readonly string[];
  readonly api: string;
  readonly oddName: string;
}

/** The cells of a client over one transport; text where it could not be tried. */
async function tryOver(
  transport: "http" | "stdio",
  { command, env }: Driven,
  bench: Bench,
): Promise<Record<string, string> | string> {
  const key = crypto.randomUUID();
  const job = JSON.stringify({
    target: transport === "http" ? { url: bench.url } : { command: bench.command },
    calls: TRIALS.map(({ tool, args }) => [tool, renamed(args, bench.oddName)]),
    slow: ["slow", { key }],
    asked: `${bench.api}/asked/${key}`,
    left: `${bench.api}/left/${key}`,
  });
  const { out, err } = await run([...command, job], { env, seconds: 600 });
  const line = out.trimEnd().split("\n").findLast((line) =>
    line.startsWith("{") && /"names": ?\[/.test(line)
  );
  if (line !== undefined) return judge(JSON.parse(line) as Said, TOOLS);
  if (/error sending request|not found in the npm registry|Could not find npm package/i.test(err)) {
    return "skipped: its registry is out of reach";
  }
  return `failed: ${err.trim().split("\n").at(-1) || out.slice(-200) || "it says nothing"}`;
}

/** Each argument by the name the client is told of. */
const renamed = (args: Readonly<Record<string, unknown>>, oddName: string) =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name === ODD_INPUT ? oddName : name, value]),
  );

/** One client over all its transports. */
async function tryClient(
  client: MatrixClient,
  folder: string,
  bench: Bench,
  transports: readonly ("http" | "stdio")[],
): Promise<Row> {
  const driven = await setUp(client, folder);
  if (typeof driven === "string") return { client, over: {}, skipped: driven };
  const over: Partial<Record<"http" | "stdio", Record<string, string> | string>> = {};
  for (const transport of transports) {
    if (client.only !== undefined && client.only !== transport) continue;
    over[transport] = await tryOver(transport, driven, bench);
  }
  return { client, over };
}

/** What of a row is not as it should be, and not known to be the client's own. */
function faults({ client, over }: Row): string[] {
  return Object.entries(over).flatMap(([transport, cells]) =>
    typeof cells === "string"
      ? cells.startsWith("failed") ? [`${transport}: ${cells}`] : []
      : Object.entries(cells)
        .filter(([column, cell]) => cell.startsWith("NO") && client.because?.[column] === undefined)
        .map(([column, cell]) => `${transport}, ${column}: ${cell}`)
  );
}

if (import.meta.main) {
  const core = Deno.args.includes("--core"), only = Deno.args.filter((arg) => !arg.startsWith("--"));
  const kept = Deno.args.find((arg) => arg.startsWith("--keep="))?.slice("--keep=".length);
  const transports = core ? ["http"] as const : ["http", "stdio"] as const;
  const folder = await Deno.makeTempDir(), api = startApi(), file = `${folder}/matrix.yml`;
  await Deno.writeTextFile(file, specification(api.addr.port));
  const { url, process } = await serve(file);
  const rows: Row[] = [];
  let failed = 0;
  const bench: Bench = {
    url,
    command: [...CAPSTAN, "serve", "--stdio", file],
    api: `http://127.0.0.1:${api.addr.port}`,
    oddName: await oddName(url),
  };
  const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  try {
    for (const client of CLIENTS) {
      if ((core && !client.core) || (only.length > 0 && !only.includes(client.name))) continue;
      const row = await tryClient(client, kept ?? folder, bench, transports), wrong = faults(row);
      rows.push(row);
      if (wrong.length > 0) failed++;
      say(
        `${client.name}: ${row.skipped ?? (wrong.length === 0 ? "ok" : `FAILED\n  ${wrong.join("\n  ")}`)}`,
      );
      if (only.length > 0) say(JSON.stringify(row.over, null, 1));
    }
  } finally {
    process.kill("SIGTERM");
    await process.status;
    await api.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
  if (Deno.args.includes("--write")) await Deno.writeTextFile(`${ROOT}docs/clients.md`, page(rows));
  Deno.exit(failed === 0 ? 0 : 1);
}
