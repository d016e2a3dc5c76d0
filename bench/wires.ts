/**
 * Connections of our own beside the runtime's `fetch`: the same capability over both, and the plain program, in turn.
 *
 * @module
 */
import { type Figures, inTurn, Load, type Plan, type Target } from "./measure.ts";
import { type Measured, start } from "./process.ts";
import { SHAPE } from "./specs.ts";

/** What the measurement needs of the rest. */
export interface WiresOptions {
  /** The command of Capstan. */
  readonly capstan: readonly string[];
  /** The path of a file beside the benchmarks. */
  readonly here: (path: string) => string;
  readonly env: Readonly<Record<string, string>>;
  readonly plan: Plan;
  readonly write: (name: string, text: string) => string;
  readonly row: (what: string, figure: string, note?: string) => void;
}

/** A capability with one tool, one REST operation, and an argument that goes into the query. */
function specification(upstream: string): string {
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${upstream}
      authentication: { type: bearer, token: "{{BENCH_TOKEN}}" }
      resources:
        items: { path: /items, operations: { list: { method: GET } } }
        some: { path: "/items?limit={{limit}}", operations: { some: { method: GET } } }
        large: { path: /large, operations: { large: { method: GET } } }
  exposes:
    - type: SURFACE
      namespace: bench
      port: 0
`;
}

const tools = (spec: string) =>
  `${spec.replace("SURFACE", "mcp")}      tools:
        list: { description: Lists the items, call: shop.list, outputParameters: [OUT] }
        some: { description: Lists some, call: shop.some, inputParameters: [{ name: limit, type: integer }], outputParameters: [OUT] }
        large: { description: Lists them at length, call: shop.large, outputParameters: [OUT] }
`;
const resources = (spec: string) =>
  `${spec.replace("SURFACE", "rest")}      resources:
        items: { path: /items, operations: { list: { method: GET, call: shop.list, outputParameters: [OUT] } } }
`;

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const message = (name: string, args: unknown) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });

/** Measures both wires beside each other. */
export async function wires(options: WiresOptions): Promise<void> {
  const { here, write } = options, { cert, key, ca } = certificates(here);
  const load = new Load(), running: Measured[] = [];
  const run = async (command: readonly string[], line: RegExp, stream: "stdout" | "stderr", env = {}) => {
    const process = await start([...command], line, { stream, env: { ...options.env, ...env } });
    running.push(process);
    return process;
  };
  const deno = [Deno.execPath(), "run", "-A", "--no-check"];
  const upstream = async (...args: string[]) =>
    `localhost:${(await run([...deno, here("./upstream.ts"), ...args], /^\d+$/, "stdout")).line}`;
  const serve = async (name: string, text: string, ...args: string[]) => {
    const process = await run(
      [...options.capstan, "serve", write(name, text), "--port", "0", ...args],
      / on http/,
      "stderr",
      { DENO_CERT: ca },
    );
    return { server: process, url: /(http:\/\/\S+)/.exec(process.line)![1]! };
  };
  const plain = async (url: string) => {
    const server = await run([...deno, here("./plain.ts"), url], /^\d+$/, "stdout", { DENO_CERT: ca });
    return { server, url: `http://127.0.0.1:${server.line}/` };
  };
  const compare = async (what: string, targets: readonly Target[], plan = options.plan) => {
    const [base, own, fetched] = await inTurn(load, targets, plan) as [Figures, Figures, Figures];
    const rates = `calls/s ${own.rateRatio.toFixed(2)} and ${fetched.rateRatio.toFixed(2)}`;
    options.row(
      `CPU, ${what}`,
      `${own.cpuRatio.toFixed(2)} × plain; by fetch ${fetched.cpuRatio.toFixed(2)}`,
      `${rates} × plain; plain ${base.cpu.toFixed(0)} µs`,
    );
  };
  try {
    const filled = (text: string) => text.replaceAll("OUT", SHAPE);
    const post = (body: string) => ({ method: "POST", headers: HEADERS, body });
    const open = `http://${await upstream()}`;
    const mcp = filled(tools(specification(open)));
    const own = await serve("own.yml", mcp), fetched = await serve("fetched.yml", mcp, "--wire", "fetch");
    const bare = await plain(`${open}/items`), large = await plain(`${open}/large`);
    const three = (base: typeof bare, body: string, more = {}): Target[] => [
      { ...base, ...post(message("list", {})), ...more },
      { server: own.server, url: `${own.url}/mcp`, ...post(body), ...more },
      { server: fetched.server, url: `${fetched.url}/mcp`, ...post(body), ...more },
    ];
    const few = { ...options.plan, batch: Math.ceil(options.plan.batch / 4) };
    await compare("tools/call, 1 KB, 16 at a time", three(bare, message("list", {})));
    await compare("the same with one argument", three(bare, message("some", { limit: 3 })));
    await compare(
      "tools/call, 1 KB, one at a time",
      three(bare, message("list", {}), { concurrency: 1 }),
      few,
    );
    await compare("tools/call, 100 KB", three(large, message("large", {})), few);
    const rest = filled(resources(specification(open)));
    const ownRest = await serve("own-rest.yml", rest),
      fetchedRest = await serve("fetched-rest.yml", rest, "--wire", "fetch");
    const get = { method: "GET", headers: { accept: "application/json" } };
    await compare("REST call", [
      { ...bare, ...get },
      { server: ownRest.server, url: `${ownRest.url}/items`, ...get },
      { server: fetchedRest.server, url: `${fetchedRest.url}/items`, ...get },
    ]);
    const secure = `https://${await upstream(cert, key)}`, text = filled(tools(specification(secure)));
    const ownTls = await serve("own-tls.yml", text),
      fetchedTls = await serve("fetched-tls.yml", text, "--wire", "fetch");
    await compare("tools/call over TLS", [
      { ...await plain(`${secure}/items`), ...post(message("list", {})) },
      { server: ownTls.server, url: `${ownTls.url}/mcp`, ...post(message("list", {})) },
      { server: fetchedTls.server, url: `${fetchedTls.url}/mcp`, ...post(message("list", {})) },
    ]);
  } finally {
    await load.stop();
    await Promise.all(running.map((process) => process.stop()));
  }
}

function certificates(here: (path: string) => string): { cert: string; key: string; ca: string } {
  const file = (name: string) => here(`../tests/wire/testdata/${name}`);
  return { cert: file("good.pem"), key: file("good.key"), ca: file("ca.pem") };
}
