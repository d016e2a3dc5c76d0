/**
 * The matrix of clients: real MCP clients, each pinned and in a folder of its own, against a capability that is served
 * as users serve it. `deno task clients` runs all, `--core` the six of CI, `--write` renews `docs/clients.md`.
 *
 * A client that cannot be installed is told as skipped; one that fails at something makes the task fail.
 *
 * @module
 */
import { CLIENTS, type MatrixClient } from "./clients.ts";

const HERE = new URL(".", import.meta.url).pathname, ROOT = new URL("../..", import.meta.url).pathname;
const MANY = 1000;

/** What is tried: the tool, its arguments, and whether what came is right. */
interface Trial {
  readonly what: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly holds: (outcome: Outcome) => boolean;
}

/** What a client made of one call. */
interface Outcome {
  readonly error?: boolean;
  readonly text?: string;
  readonly raised?: string;
}

const succeeded = ({ error, raised, text = "" }: Outcome, part: string | RegExp) =>
  error === false && raised === undefined &&
  (typeof part === "string" ? text.includes(part) : part.test(text));

const TRIALS: readonly Trial[] = [
  { what: "call", tool: "get-item", args: { id: "7" }, holds: (got) => succeeded(got, /7/) },
  {
    what: "error",
    tool: "lose-item",
    args: { id: "gone" },
    holds: ({ error, text = "", raised }) =>
      raised === undefined && error === true && text.includes("not_found"),
  },
  {
    what: "empty",
    tool: "drop-item",
    args: { id: "7" },
    holds: (got) => succeeded(got, "Done: DELETE /items/{id}"),
  },
  {
    what: "binary",
    tool: "picture",
    args: {},
    holds: ({ error, raised }) => error === false && raised === undefined,
  },
  { what: "unicode", tool: "caf_s_list", args: { gr_ße: "é" }, holds: (got) => succeeded(got, "é") },
];

/** Runs a program; its output, and whether it succeeded. */
async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  seconds = 300,
) {
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args: [...args],
      env,
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(seconds * 1000),
    }).output();
    const decoder = new TextDecoder();
    return { success, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  } catch (error) {
    return { success: false, out: "", err: String(error) };
  }
}

/** The API behind the capability. */
function startApi(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/picture") {
      const png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
      return new Response(Uint8Array.from(atob(png), (c) => c.charCodeAt(0)), {
        headers: { "content-type": "image/png" },
      });
    }
    if (pathname.endsWith("gone")) return Response.json({ message: "no such item" }, { status: 404 });
    if (request.method === "DELETE") return new Response(null, { status: 204 });
    return Response.json({ id: pathname.split("/").at(-1), size: searchParams.get("größe") ?? "" });
  });
}

function specification(port: number): string {
  const many = Array.from(
    { length: MANY },
    (_, i) => `        many-${i}: { description: Number ${i}, call: api.get }`,
  );
  return `ikanos: "1.0.0-beta5"
info: { display: Matrix, description: Tools that try clients }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: http://127.0.0.1:${port}
      resources:
        item: { path: "/items/{id}", operations: { get: { method: GET }, drop: { method: DELETE } } }
        picture: { path: /picture, operations: { picture: { method: GET, outputRawFormat: binary } } }
        cafe: { path: /cafe, operations: { cafe: { method: GET, inputParameters: { "größe": { in: query, type: string } } } } }
  exposes:
    - type: mcp
      namespace: matrix
      port: 3999
      tools:
        get-item: { description: One item, call: api.get, outputParameters: [{ type: object, properties: { id: { type: string, mapping: $.id } } }] }
        lose-item: { description: An item that is not there, call: api.get }
        drop-item: { description: Drops an item, call: api.drop }
        picture: { description: A picture, call: api.picture }
        cafés.list: { description: Cafés, call: api.cafe }
${many.join("\n")}
`;
}

/** The capability, served as users serve it. */
async function serve(file: string): Promise<{ url: string; process: Deno.ChildProcess }> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${ROOT}cli.ts`, "serve", file, "--port", "0"],
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

/** What a client made of everything; text where it could not be tried. */
async function tryClient(
  client: MatrixClient,
  folder: string,
  url: string,
): Promise<Record<string, string> | string> {
  // Each argument by the name the client is told of.
  const size = await sizeName(url);
  const calls = JSON.stringify(
    TRIALS.map(({ tool, args }) => [tool, "gr_ße" in args ? { [size]: "é" } : args]),
  );
  const driver = `${HERE}${client.driver}`;
  let ran;
  if (client.python) {
    const home = `${folder}/${client.name.replaceAll(/\W+/g, "-")}`, python = `${home}/bin/python`;
    const made = await run("python3", ["-m", "venv", home]);
    const installed = made.success
      ? await run(`${home}/bin/pip`, ["install", "-q", "--disable-pip-version-check", ...client.packages])
      : made;
    if (!installed.success) return "skipped: it cannot be installed here";
    ran = await run(python, [driver, url, calls], { PYTHONWARNINGS: "ignore" }, 120);
  } else {
    const flags = ["run", "-A", "--no-lock", "--no-config", "--node-modules-dir=none"];
    ran = await run(Deno.execPath(), [...flags, driver, url, calls], { PACKAGE: client.packages[0]! }, 180);
    if (
      !ran.success &&
      /error sending request|not found in the npm registry|Could not find npm package/i.test(ran.err)
    ) {
      return "skipped: it cannot be installed here";
    }
  }
  const line = ran.out.trim().split("\n").at(-1) ?? "";
  let got: Record<string, Outcome> & { names?: string[] };
  try {
    got = JSON.parse(line);
  } catch {
    return `failed: ${ran.err.trim().split("\n").at(-1) ?? "it says nothing"}`;
  }
  const out: Record<string, string> = {};
  const names = got.names ?? [];
  out["list"] = names.includes("get-item") ? "yes" : "NO";
  out["1,000 tools"] = names.length === MANY + TRIALS.length ? "yes" : `NO (${names.length})`;
  for (const { what, tool, holds } of TRIALS) {
    out[what] = holds(got[tool] ?? {}) ? "yes" : `NO (${JSON.stringify(got[tool] ?? null).slice(0, 120)})`;
  }
  return out;
}

/** The wire name of the input that is no plain word. */
async function sizeName(url: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  const { result } = await response.json();
  const tool = result.tools.find(({ name }: { name: string }) => name === "caf_s_list");
  return Object.keys(tool.inputSchema.properties)[0]!;
}

const COLUMNS = ["list", "call", "error", "empty", "binary", "unicode", "1,000 tools"];

function page(rows: readonly (readonly string[])[]): string {
  return `# Clients

MCP clients that nobody here wrote, each in a folder of its own, against a capability that is served over Streamable HTTP
(\`deno task clients --write\` makes this page; CI runs a core of six). Tried are: the list of tools, a call, a failed call
whose reason the model reads, an answer without content, a picture, names beyond ASCII, and a thousand tools at once.

| client | ${COLUMNS.join(" | ")} |
| --- | ${COLUMNS.map(() => "---").join(" | ")} |
${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}
`;
}

if (import.meta.main) {
  const core = Deno.args.includes("--core"), only = Deno.args.filter((arg) => !arg.startsWith("--"));
  const folder = await Deno.makeTempDir(), api = startApi(), file = `${folder}/matrix.yml`;
  await Deno.writeTextFile(file, specification(api.addr.port));
  const { url, process } = await serve(file);
  const rows: string[][] = [];
  let failed = 0;
  try {
    for (const client of CLIENTS) {
      if ((core && !client.core) || (only.length > 0 && !only.includes(client.name))) continue;
      const got = await tryClient(client, folder, url);
      const cells = typeof got === "string" ? COLUMNS.map(() => got) : COLUMNS.map((column) => got[column]!);
      if (cells.some((cell) => cell.startsWith("NO") || cell.startsWith("failed"))) failed++;
      rows.push([`${client.name} (${client.packages.map((name) => `\`${name}\``).join(", ")})`, ...cells]);
      Deno.stdout.writeSync(
        new TextEncoder().encode(`${client.name}: ${typeof got === "string" ? got : cells.join(", ")}\n`),
      );
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
