/**
 * The demonstration: a payments API, a capability that serves it, and a real MCP client that calls it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { permissionFlags, permissions, readSpecification } from "../../mod.ts";
import { createPaymentsApi } from "./api.ts";
import { bold, dim, green, red, say, scene, yaml, yellow } from "./screen.ts";

const TOKEN = "demo-token";
const NAME = "examples/payments/payments.yml";
const SPEC = fileURLToPath(new URL("./payments.yml", import.meta.url));
const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));

/** The lines of the specification that explain it, in their order; what is between them is left out. */
const ESSENCE = [
  "  consumes:",
  "      namespace: payments",
  "      baseUri: ",
  '        token: "{{PAYMENTS_TOKEN}}"',
  "          path: /transactions",
  "            list-transactions:",
  "              method: GET",
  "  exposes:",
  "    - type: mcp",
  "        list-recent-transactions:",
  "          description: ",
  "          call: payments.list-transactions",
  "              mapping: $.data",
];

/** Shows the essence of the specification. */
function showSpecification(): void {
  const lines = Deno.readTextFileSync(SPEC).split("\n");
  let next = 0;
  for (const [number, line] of lines.entries()) {
    if (next === ESSENCE.length || !line.startsWith(ESSENCE[next]!)) continue;
    say(`${dim(String(number + 1).padStart(5))}  ${yaml(line)}`);
    next++;
  }
}

/** Listens on a port of loopback; on any other when that one is taken. */
function listen(port: number, handler: (request: Request) => Response): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port, onListen() {} };
  try {
    return Deno.serve(options, handler);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return Deno.serve({ ...options, port: 0 }, handler);
  }
}

/** Whether nobody listens on a port of loopback. */
function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

let strayed = 0;
const elsewhere = listen(0, () => {
  strayed++;
  return new Response("thank you for the token");
});
const answer = createPaymentsApi(TOKEN, { elsewhere: `http://127.0.0.1:${elsewhere.addr.port}` });
const api = listen(4010, (request) => {
  const response = answer(request), url = new URL(request.url);
  const credential = request.headers.get("authorization")?.replace(/ .*/, " ***") ?? "no credential";
  say(dim(`    the API is asked  ${request.method} ${url.pathname}${url.search}  (${credential})`));
  say(dim(`    the API answers   ${response.status} ${response.headers.get("location") ?? ""}`.trimEnd()));
  return response;
});

/** Starts `capstan serve`, and waits until it says where it listens. */
async function startCapstan(): Promise<{ readonly child: Deno.ChildProcess; readonly url: string }> {
  const { port } = api.addr;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", CLI, "serve", SPEC],
      ...(port === 4010 ? [] : ["--base-uri", `payments=http://127.0.0.1:${port}/v2`]),
      ...(isFree(3001) ? [] : ["--port", "0"]),
    ],
    env: { PAYMENTS_TOKEN: TOKEN, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let told = "";
  const ready = Promise.withResolvers<string>();
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      told += decoder.decode(chunk, { stream: true });
      const url = / on (http:\S+)\n/.exec(told)?.[1];
      if (url !== undefined) ready.resolve(url);
    }
    ready.reject(new Error(told.trim()));
  })();
  return { child, url: await ready.promise };
}

/** Calls a tool and prints the exchange. */
async function call(client: Client, name: string, args: Record<string, unknown>): Promise<void> {
  const written = Object.entries(args).map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ");
  say(`\n  ${yellow("client")}  ${bold(`${name}(${written})`)}`);
  const result = await client.callTool({ name, arguments: args });
  if (result.isError) {
    for (const line of (result.content as { text: string }[])[0]!.text.split("\n")) say(`    ${red(line)}`);
    return;
  }
  const { result: rows, ...one } = result.structuredContent as { result?: unknown[] };
  for (const row of rows ?? [one]) say(`    ${green(JSON.stringify(row))}`);
}

/** Everything there is to see, once it runs. */
async function show(url: string): Promise<void> {
  const client = new Client({ name: "demo", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  const { tools } = await client.listTools();
  await scene(`capstan serve runs it. A real MCP client connects and finds ${tools.length} tools:`);
  for (const tool of tools) say(`    ${yellow(tool.name.padEnd(25))} ${tool.description}`);

  await scene("The client calls. The token stays with Capstan; the answer is shaped as the file says:");
  await call(client, "list-recent-transactions", { limit: 2, status: "failed" });
  await call(client, "get-transaction", { id: "txn_0042" });

  await scene("When something fails, the model is told what to do next:");
  await call(client, "list-recent-transactions", { limit: "lots" });
  await call(client, "daily-report", {});

  await scene("It reaches what the file declares, and nothing else:");
  const flags = permissionFlags(permissions(readSpecification(SPEC)));
  say(`    ${bold(`capstan permissions ${NAME}`)}`);
  say(`    ${flags.join(" ").replace(/(--deny-net=[^,]+),\S+/, "$1,…")}`);
  await call(client, "get-transaction", { id: "../../admin" });
  await call(client, "latest-export", {});
  say(`    ${strayed === 0 ? green("that address got no request") : red("that address was reached")}`);
  await client.close();

  await scene("It keeps serving. Try it from another terminal:");
  say(`    curl ${url}/mcp -H 'content-type: application/json' \\
      -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get-transaction","arguments":{"id":"txn_0007"}}}'`);
  say("\n  or give it to a client:");
  say(`    ${bold(`claude mcp add --transport http payments ${url}/mcp`)}`);
  say(`    ${JSON.stringify({ mcpServers: { payments: { type: "http", url: `${url}/mcp` } } })}`);
  say(`\n${dim("Ctrl+C ends it.")}`);
}

let child: Deno.ChildProcess | undefined, stopping = false;
/** Lets `capstan serve` finish its calls and end. */
const stop = () => {
  stopping = true;
  try {
    child?.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
};
for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, stop);
}

await scene(`A capability is one file. The essence of ${NAME}:`);
showSpecification();
try {
  const served = await startCapstan();
  child = served.child;
  if (stopping) stop();
  else await show(served.url);
} catch (error) {
  if (!stopping) say(red(error instanceof Error ? error.message : String(error)));
  if (!stopping) Deno.exitCode = 1;
  stop();
}
await child?.status;
await Promise.all([api.shutdown(), elsewhere.shutdown()]);
Deno.exit();
