/**
 * The demonstration: a payments API, a capability that serves it, and a real MCP client that calls it.
 *
 * @module
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createPaymentsApi, makeTransactions } from "./api.ts";

const TOKEN = "demo-token";
const SPEC = new URL("./payments.yml", import.meta.url).pathname;
const CLI = new URL("../../cli.ts", import.meta.url).pathname;
const color = Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR");

function say(text = ""): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function paint(code: string, text: string): string {
  return color ? `\x1b[${code}m${text}\x1b[0m` : text;
}

const heading = (text: string) => say(`\n${paint("1;36", text)}`);
const dim = (text: string) => paint("2", text);

/** Starts the API; every request it gets is printed. */
function startApi(): Deno.HttpServer {
  const api = createPaymentsApi(TOKEN, makeTransactions());
  return Deno.serve({ hostname: "127.0.0.1", port: 4010, onListen() {} }, (request) => {
    const response = api(request), url = new URL(request.url);
    const credential = request.headers.get("authorization")?.replace(/^(\w+) .*/, "$1 ***") ??
      "no credential";
    say(
      dim(
        `    the API got   ${request.method} ${url.pathname}${url.search}  (${credential}) → ${response.status}`,
      ),
    );
    return response;
  });
}

/** Starts `capstan serve`, and waits until it listens. */
async function startCapstan(): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, "serve", "--quiet", SPEC],
    env: { PAYMENTS_TOKEN: TOKEN },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  let ended = false;
  void child.status.then(() => {
    ended = true;
  });
  for (let i = 0; i < 600 && !ended; i++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port: 3001 })).close();
      return child;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("capstan serve did not start; see the lines above");
}

/** Calls a tool and prints the exchange. */
async function call(client: Client, name: string, args: Record<string, unknown>): Promise<void> {
  say(`\n  ${paint("33", "client calls")}  ${name}(${JSON.stringify(args)})`);
  const result = await client.callTool({ name, arguments: args });
  const structured = result.structuredContent as { result?: Record<string, unknown>[] } | undefined;
  if (result.isError) {
    const text = (result.content as { text: string }[])[0]!.text;
    for (const line of text.split("\n")) say(`    ${paint("31", line)}`);
  } else if (structured?.result) {
    for (const row of structured.result) {
      say(
        `    ${row["id"]}  ${String(row["amount"]).padStart(7)} ${row["currency"]}  ${
          String(row["status"]).padEnd(9)
        }  ${row["customer"]}`,
      );
    }
  } else say(`    ${JSON.stringify(structured)}`);
}

heading("A capability is one file. This one is examples/payments/payments.yml:");
say("  it consumes one HTTP API, and exposes three MCP tools. No code is generated; the file runs.");
let api: Deno.HttpServer, capstan: Deno.ChildProcess | undefined;
try {
  api = startApi();
} catch (error) {
  say(
    `The demonstration needs port 4010: ${
      error instanceof Error ? error.message : error
    }. Free it and try again.`,
  );
  Deno.exit(1);
}
try {
  capstan = await startCapstan();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}

const client = new Client({ name: "demo", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL("http://127.0.0.1:3001/mcp")));
const { tools } = await client.listTools();
heading(`A real MCP client connects and finds ${tools.length} tools:`);
for (const tool of tools) say(`  ${tool.name.padEnd(26)} ${dim(tool.description ?? "")}`);

heading("It calls them. The token stays with Capstan, the answer is shaped as the file says:");
await call(client, "list-recent-transactions", { limit: 3 });
await call(client, "list-recent-transactions", { limit: 2, status: "failed" });
await call(client, "get-transaction", { id: "txn_0042" });

heading("When something fails, the model is told what to do next:");
await call(client, "get-transaction", { id: "txn_9999" });
await call(client, "list-recent-transactions", { limit: 5000 });
await client.close();

heading("It can reach this, and nothing else (capstan permissions examples/payments/payments.yml):");
say("  127.0.0.1:4010 to call, 127.0.0.1:3001 to listen; no files, no environment, no subprocesses");

heading("Still serving at http://127.0.0.1:3001/mcp. Try it yourself:");
say(`  curl http://127.0.0.1:3001/mcp -H 'content-type: application/json' \\
    -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get-transaction","arguments":{"id":"txn_0007"}}}'`);
say(`  or paste into a client's configuration:
  ${JSON.stringify({ mcpServers: { payments: { type: "http", url: "http://127.0.0.1:3001/mcp" } } })}`);
say(dim("  Ctrl+C ends it."));

const stop = () => {
  try {
    capstan?.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
};
Deno.addSignalListener("SIGINT", stop);
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
await capstan.status;
await api.shutdown();
Deno.exit(0);
