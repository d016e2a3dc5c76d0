/**
 * The examples are run as a reader would run them, each against an API of its own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { makeApp } from "../../examples/mounted/main.ts";
import { memoryHost, replay } from "../../lib/api/for_testing.ts";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import {
  CAPSTAN,
  type Folder,
  folderWith,
  freePort,
  ROOT,
  rpc,
  run,
  startServer,
  upstream,
} from "../testing.ts";

const EXAMPLES = `${ROOT}examples/`;

/** Those that do not conform to the official schema of their version, and the keys that depart from it. */
const DEPARTS: Readonly<Record<string, readonly string[]>> = {
  "crm/crm.yml": ["clientId", "clientSecret"],
  "found.yml": ["auth", "resources", "tools"],
};

function* specifications(folder = ""): Generator<string> {
  for (const entry of Deno.readDirSync(EXAMPLES + folder)) {
    if (entry.isDirectory) yield* specifications(`${folder}${entry.name}/`);
    else if (entry.name.endsWith(".yml")) yield folder + entry.name;
  }
}

/** The files of an example in a folder of their own, with some texts replaced. */
async function borrow(
  names: readonly string[],
  replacements: Readonly<Record<string, string>> = {},
): Promise<Folder> {
  const files: Record<string, string> = {};
  for (const name of names) {
    let text = await Deno.readTextFile(EXAMPLES + name);
    for (const [from, to] of Object.entries(replacements)) text = text.replaceAll(from, to);
    files[name.split("/").at(-1)!] = text;
  }
  return await folderWith(files);
}

Deno.test("every example conforms to the official schema of its version, or departs as listed", async () => {
  for (const name of specifications()) {
    const { out } = await run(CAPSTAN, ["validate", "--strict", "--format", "json", EXAMPLES + name]);
    const [{ diagnostics }] = JSON.parse(out);
    const keys = diagnostics.filter((d: { code: string }) => d.code.startsWith("strict-"))
      .map((d: { node: string }) => d.node.split(".").at(-1));
    assert.deepEqual(keys, DEPARTS[name] ?? [], name);
  }
});

Deno.test("examples/README.md tells of every example", async () => {
  const page = await Deno.readTextFile(`${EXAMPLES}README.md`);
  for (const name of specifications()) assert.ok(page.includes(`](${name})`), name);
});

Deno.test("hello.yml answers by itself", async () => {
  const { code, out, err } = await run(CAPSTAN, ["call", `${EXAMPLES}hello.yml`, "greet", "who=Ada"]);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { greeting: "Hello, Ada!" });
});

Deno.test("weather.yml finds a place and its weather, over MCP and REST alike", async () => {
  await using api = upstream((request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/v1/search") {
      const [name, country] = searchParams.get("name") === "Oslo" ? ["Oslo", "Norway"] : ["?", "?"];
      return Response.json({
        results: [{ id: 3143244, name, country, latitude: 59.91273, longitude: 10.74609 }],
      });
    }
    return Response.json({ latitude: 59.9, current: { temperature_2m: -3.5, wind_speed_10m: 11.2 } });
  });
  await using server = await startServer(CAPSTAN, [
    ...["serve", `${EXAMPLES}weather.yml`, "--port", "0"],
    ...["--base-uri", `places=${api.origin}/v1`, "--base-uri", `forecasts=${api.origin}/v1`],
  ], { surfaces: 2 });
  const oslo = { place: "Oslo", country: "Norway", celsius: -3.5, wind: 11.2 };
  const answer = await rpc(server.urls[0]!, "tools/call", { name: "weather", arguments: { place: "Oslo" } });
  assert.deepEqual((answer["result"] as { structuredContent: unknown }).structuredContent, oslo);
  assert.deepEqual(api.requests.map(({ url }) => url.pathname + url.search), [
    "/v1/search?name=Oslo&count=1",
    "/v1/forecast?latitude=59.91273&longitude=10.74609&current=temperature_2m%2Cwind_speed_10m",
  ]);
  assert.deepEqual(await (await fetch(`${server.urls[1]}/weather/Oslo`)).json(), oslo);
});

Deno.test("shop.yml puts a result together from two reads, a lookup and a script", async () => {
  await using api = upstream((request) => {
    if (request.headers.get("x-api-key") !== "k1") return new Response(null, { status: 401 });
    return new URL(request.url).pathname === "/v1/products"
      ? new Response("sku,name,price\ntea,Green tea,4.5\npot,Tea pot,20\n", {
        headers: { "content-type": "text/csv" },
      })
      : Response.json([
        { id: 1, lines: [{ sku: "tea", quantity: 3 }] },
        { id: 2, lines: [{ sku: "tea", quantity: 1 }, { sku: "pot", quantity: 1 }] },
      ]);
  });
  await using folder = await borrow(["shop/shop.yml", "shop/apis.yml", "shop/totals.js"], {
    "http://127.0.0.1:4020": api.origin,
  });
  const { code, out, err } = await run(CAPSTAN, [
    ...["call", `${folder.path}/shop.yml`, "spending", "customer=c1", "sku=tea"],
  ], { env: { SHOP_KEY: "k1" } });
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { orders: 2, total: 38, product: "Green tea" });
  assert.deepEqual(api.requests.map(({ url }) => url.pathname).sort(), [
    "/v1/customers/c1/orders",
    "/v1/products",
  ]);
});

Deno.test("crm.yml gets a token for its own credentials, and sends values as values", async () => {
  await using authorization = upstream((request) =>
    request.headers.get("authorization") === `Basic ${btoa("example-client:example-secret")}`
      ? Response.json({ access_token: "t-1", token_type: "Bearer", expires_in: 600 })
      : new Response(null, { status: 401 })
  );
  await using api = upstream(async (request) => {
    if (request.headers.get("authorization") !== "Bearer t-1") return new Response(null, { status: 401 });
    return Response.json({ id: "c9", name: (await request.json()).name, secret: "not asked for" }, {
      status: 201,
    });
  });
  await using folder = await borrow(["crm/crm.yml", "crm/crm.env"], {
    "http://127.0.0.1:4030": api.origin,
    "http://127.0.0.1:4031": authorization.origin,
  });
  const { code, out, err } = await run(CAPSTAN, [
    ...["call", `${folder.path}/crm.yml`, "add-contact", 'name=Ada "the first"', 'tags=["new"]'],
  ]);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { id: "c9", name: 'Ada "the first"' });
  assert.deepEqual(JSON.parse(api.requests[0]!.body), {
    name: 'Ada "the first"',
    note: 'added for Ada "the first"',
    tags: ["new"],
  });
  const asked = new URLSearchParams(authorization.requests[0]!.body);
  assert.equal(asked.get("grant_type"), "client_credentials");
  assert.equal(asked.get("scope"), "contacts.write");
});

Deno.test("found.yml runs as its author meant it", async () => {
  await using api = upstream(() => Response.json({ closed: true }));
  const { code, out, err } = await run(CAPSTAN, [
    ...["call", `${EXAMPLES}found.yml`, "close-ticket", "number=7", "reason=done"],
    ...["--base-uri", `tickets=${api.origin}`],
  ], { env: { TICKETS_TOKEN: "t" } });
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { closed: true });
  const [{ method, url, headers, body }] = api.requests as [typeof api.requests[number]];
  assert.deepEqual([method, url.pathname, headers.get("authorization"), body], [
    "POST",
    "/tickets/7/close",
    "Bearer t",
    '{"reason":"done"}',
  ]);
});

/** Files of the first dialect, with the tool, the variable, the namespace and the request they make. */
const FIRST_DIALECT = [
  {
    file: `${EXAMPLES}library.yml`,
    tool: "list-books",
    variable: "LIBRARY_TOKEN",
    namespace: "library",
    path: "/v2/books",
    data: [{ title: "Emma", published: { year: 1815 } }],
    result: [{ title: "Emma", year: 1815 }],
  },
  {
    file: `${ROOT}../shared/corpus/seed/payments.yml`,
    tool: "list-recent-transactions",
    variable: "PAYMENTS_TOKEN",
    namespace: "payments",
    path: "/v2/transactions",
    data: [{ id: "a", amount: 1 }, { id: "b", amount: 2 }],
    result: [{ id: "a", amount: 1 }, { id: "b", amount: 2 }],
  },
];

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

for (const { file, tool, variable, namespace, path, data, result } of FIRST_DIALECT) {
  const name = file.split("/").at(-1);
  const serve = async (
    connect: (client: Client, args: string[], env: Record<string, string>) => Promise<void>,
  ) => {
    await using api = upstream((request) =>
      request.headers.get("authorization") === "Bearer s3cret"
        ? Response.json({ data, page: 1 })
        : new Response(null, { status: 401 })
    );
    const client = new Client({ name: "test", version: "1" });
    const args = ["serve", file, "--base-uri", `${namespace}=${api.origin}/v2`];
    await connect(client, args, { [variable]: "s3cret" });
    const answer = await client.callTool({ name: tool, arguments: {} });
    await client.close();
    assert.deepEqual(api.requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`), [
      `GET ${path}`,
    ]);
    assert.deepEqual(answer.structuredContent, { result });
    assert.deepEqual(JSON.parse((answer.content as { text: string }[])[0]!.text), result);
  };

  Deno.test({
    name: `${name}, of the first dialect, is served over HTTP as it is`,
    ignore: !exists(file),
    fn: async () => {
      await using stack = new AsyncDisposableStack();
      await serve(async (client, args, env) => {
        const server = stack.use(
          await startServer(CAPSTAN, [...args, "--port", String(freePort())], { env }),
        );
        await client.connect(new StreamableHTTPClientTransport(new URL(`${server.urls[0]}/mcp`)));
      });
    },
  });

  Deno.test({
    name: `${name}, of the first dialect, is served over stdio as it is`,
    ignore: !exists(file),
    fn: () =>
      serve(async (client, args, env) => {
        const [command, ...first] = CAPSTAN;
        await client.connect(
          new StdioClientTransport({ command, args: [...first, ...args, "--stdio"], env, stderr: "ignore" }),
        );
      }),
  });
}

Deno.test("the demonstration explains itself, plain when it is piped, serves on, and ends when told to", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${EXAMPLES}payments/demo.ts`],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("Ctrl+C ends it.")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /\x1b/);
  for (
    const part of [
      "baseUri: http://127.0.0.1:4010/v2\n",
      "GET /v2/transactions?limit=2&status=failed  (Bearer ***)\n    the API answers   200\n",
      '{"id":"txn_0042",',
      "invalid_arguments: limit: expected integer",
      "upstream_error: ",
      "blocked: ",
      "that address got no request",
      "claude mcp add --transport http payments http://127.0.0.1:",
    ]
  ) assert.ok(text.includes(part), `${part}\n${text}`);
  assert.doesNotMatch(text, /demo-token/);

  const url = /payments (http:\S+)\/mcp/.exec(text)![1]!;
  const answer = await rpc(url, "tools/call", { name: "get-transaction", arguments: { id: "txn_0007" } });
  assert.match(JSON.stringify(answer), /txn_0007/);

  child.kill("SIGINT");
  while (!(await reader.read()).done);
  assert.equal((await child.status).code, 0);
  await assert.rejects(fetch(url));
});

Deno.test("mounted/main.ts: an app of Hono answers MCP clients and REST callers with one capability", async () => {
  const { requests, fetch } = replay([
    {
      url: "https://geocoding-api.open-meteo.com/v1/search?name=Oslo&count=1",
      body: { results: [{ name: "Oslo", country: "Norway", latitude: 59.9, longitude: 10.7 }] },
    },
    {
      url:
        "https://api.open-meteo.com/v1/forecast?latitude=59.9&longitude=10.7&current=temperature_2m,wind_speed_10m",
      body: { current: { temperature_2m: 4, wind_speed_10m: 7 } },
    },
  ]);
  const app = await makeApp(`${EXAMPLES}weather.yml`, { host: memoryHost({ fetch }) });
  const oslo = { place: "Oslo", country: "Norway", celsius: 4, wind: 7 };
  assert.deepEqual(await (await app.request("/rest/weather/Oslo")).json(), oslo);
  const answer = await app.request("/mcp/mcp", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name: "weather", arguments: { place: "Oslo" } },
    }),
  });
  assert.match(await answer.text(), /"celsius":4/);
  assert.equal(requests.length, 4);
  assert.deepEqual((await (await app.request("/")).json())[0], "tool weather");
});
