import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { EmptyResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { CAPSTAN, folderWith, ROOT, startServer, upstream } from "../testing.ts";

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
info: { display: Shop, description: A shop, version: "2.1.0" }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        items: { path: /items, operations: { list: { method: GET } } }
        item: { path: "/items/{id}", operations: { get: { method: GET } } }
        slow: { path: /slow, operations: { wait: { method: GET } } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3990
      tools:
        list-items:
          description: Lists items
          call: api.list
          outputParameters: [{ type: array, mapping: $.data, items: { type: object, properties: { id: { type: string, mapping: $.id } } } }]
        get-item:
          description: One item
          call: api.get
          outputParameters: [{ type: object, properties: { id: { type: string, mapping: $.id }, price: { type: number, mapping: $.price } } }]
        count-items:
          description: How many
          call: api.list
          outputParameters: [{ type: number, mapping: $.total }]
        raw-items: { description: As they come, call: api.list }
        wait: { description: Takes long, call: api.wait }
`;

/** An API whose slow route tells when it is asked, and when its caller went away. */
function api() {
  const asked = Promise.withResolvers<void>(), gone = Promise.withResolvers<void>();
  const server = upstream((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/slow") {
      return new Promise<Response>((resolve) => {
        request.signal.addEventListener("abort", () => {
          gone.resolve();
          resolve(new Response("late"));
        });
        asked.resolve();
      });
    }
    if (pathname === "/items") return Response.json({ data: [{ id: "a" }, { id: "b" }], total: 2 });
    if (pathname === "/items/none") return Response.json({ message: "no such item" }, { status: 404 });
    return Response.json({ id: pathname.split("/").at(-1), price: "9.5" });
  });
  return { server, slow: { asked: asked.promise, gone: gone.promise } };
}

/** What both generations of the SDK can do. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string; outputSchema?: unknown }[] }>;
  callTool(
    params: { name: string; arguments?: Record<string, unknown> },
    ...rest: unknown[]
  ): Promise<Record<string, unknown>>;
  getServerVersion(): { name: string; version: string } | undefined;
  close(): Promise<void>;
}

/** The exchange every client must be able to have. */
async function exchange(client: AnyClient): Promise<void> {
  assert.deepEqual(client.getServerVersion() && { ...client.getServerVersion() }, {
    name: "shop",
    version: "2.1.0",
  });
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name), [
    "list-items",
    "get-item",
    "count-items",
    "raw-items",
    "wait",
  ]);
  const text = (result: Record<string, unknown>) => (result["content"] as { text: string }[])[0]!.text;

  const list = await client.callTool({ name: "list-items", arguments: {} });
  assert.deepEqual(list["structuredContent"], { result: [{ id: "a" }, { id: "b" }] });
  assert.deepEqual(JSON.parse(text(list)), [{ id: "a" }, { id: "b" }]);

  const one = await client.callTool({ name: "get-item", arguments: { id: "x/1" } });
  assert.deepEqual(one["structuredContent"], { id: "x%2F1", price: 9.5 });
  assert.deepEqual(JSON.parse(text(one)), one["structuredContent"]);

  const count = await client.callTool({ name: "count-items" });
  assert.deepEqual([count["structuredContent"], text(count)], [{ result: 2 }, "2"]);

  const raw = await client.callTool({ name: "raw-items" });
  // Nothing is declared of it, so the text is all there is.
  assert.equal(raw["structuredContent"], undefined);
  assert.equal(JSON.parse(text(raw)).total, 2);

  const missing = await client.callTool({ name: "get-item", arguments: { id: "none" } });
  assert.equal(missing["isError"], true);
  assert.match(text(missing), /^not_found: .*no such item/);
  assert.match(text(missing), /What to do: /);

  const invalid = await client.callTool({ name: "get-item", arguments: { di: "x" } });
  assert.equal(invalid["isError"], true);
  assert.match(text(invalid), /did you mean id/);

  await assert.rejects(
    client.callTool({ name: "get-itm", arguments: {} }),
    /Unknown tool: get-itm. Did you mean get-item/,
  );
  // An error does not cost the next call.
  assert.equal((await client.callTool({ name: "count-items" }))["isError"] ?? false, false);
}

/** A call the client gives up on ends at the API too. */
async function cancellation(
  call: (signal: AbortSignal) => Promise<unknown>,
  slow: { readonly asked: Promise<void>; readonly gone: Promise<void> },
): Promise<void> {
  const controller = new AbortController(), rejected = assert.rejects(call(controller.signal));
  await slow.asked;
  controller.abort();
  await rejected;
  await slow.gone;
}

const stdio = (file: string) => ({
  command: CAPSTAN[0],
  args: [...CAPSTAN.slice(1), "serve", "--stdio", "--quiet", file],
  stderr: "ignore" as const,
});

Deno.test("SDK v2 over HTTP", async () => {
  const { server, slow } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  await using capstan = await startServer(CAPSTAN, ["serve", "--port", "0", `${folder.path}/shop.yml`]);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${capstan.urls[0]}/mcp`)));
  await exchange(client as unknown as AnyClient);
  await cancellation((signal) => client.callTool({ name: "wait" }, { signal }), slow);
  await client.close();
});

Deno.test("SDK v2 over HTTP, revision 2026-07-28", async () => {
  const { server, slow } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  await using capstan = await startServer(CAPSTAN, ["serve", "--port", "0", `${folder.path}/shop.yml`]);
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${capstan.urls[0]}/`)));
  assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
  await exchange(client as unknown as AnyClient);
  await cancellation((signal) => client.callTool({ name: "wait" }, { signal }), slow);
  await client.close();
});

Deno.test("SDK v2 over stdio", async () => {
  const { server, slow } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StdioClientTransport(stdio(`${folder.path}/shop.yml`)));
  await exchange(client as unknown as AnyClient);
  await cancellation((signal) => client.callTool({ name: "wait" }, { signal }), slow);
  await client.close();
});

Deno.test("SDK v2 over stdio, revision 2026-07-28", async () => {
  const { server, slow } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StdioClientTransport(stdio(`${folder.path}/shop.yml`)));
  assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
  await exchange(client as unknown as AnyClient);
  await cancellation((signal) => client.callTool({ name: "wait" }, { signal }), slow);
  await client.close();
});

Deno.test("SDK v1 over HTTP", async () => {
  const { server, slow } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  await using capstan = await startServer(CAPSTAN, ["serve", "--port", "0", `${folder.path}/shop.yml`]);
  const client = new ClientV1({ name: "test", version: "1" });
  await client.connect(new HttpV1(new URL(`${capstan.urls[0]}/mcp`)));
  await exchange(client as unknown as AnyClient);
  await cancellation((signal) => client.callTool({ name: "wait" }, undefined, { signal }), slow);
  await client.close();
});

Deno.test("SDK v1 over stdio", async () => {
  const { server, slow } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  const client = new ClientV1({ name: "test", version: "1" });
  await client.connect(new StdioV1(stdio(`${folder.path}/shop.yml`)));
  await exchange(client as unknown as AnyClient);
  await cancellation((signal) => client.callTool({ name: "wait" }, undefined, { signal }), slow);
  await client.close();
});

Deno.test("what clients do every day needs no SDK in the server", async () => {
  const { server } = api();
  await using _api = server;
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const name = "@modelcontextprotocol/server", missing = "data:text/javascript,throw new Error('the SDK')";
  config.imports[name] = config.imports[`${name}/stdio`] = missing;
  await using folder = await folderWith({
    "shop.yml": SPEC(server.origin),
    "deno.json": JSON.stringify({ unstable: config.unstable, imports: config.imports }),
    "deno.lock": await Deno.readTextFile(`${ROOT}deno.lock`),
  });
  const client = new ClientV1({ name: "test", version: "1" });
  await client.connect(
    new StdioV1({
      command: CAPSTAN[0],
      args: [
        "run",
        "-A",
        "--quiet",
        "--cached-only",
        `--config=${folder.path}/deno.json`,
        `${ROOT}cli.ts`,
        "serve",
        "--stdio",
        "--quiet",
        `${folder.path}/shop.yml`,
      ],
      stderr: "ignore",
    }),
  );
  await client.ping();
  await exchange(client as unknown as AnyClient);
  await client.listResources();
  await client.listResourceTemplates();
  await assert.rejects(client.request({ method: "prompts/list" }, EmptyResultSchema), { code: -32601 });
  // Beyond that it is asked for, and here it is not there.
  await assert.rejects(client.request({ method: "tasks/list" }, EmptyResultSchema, { timeout: 1000 }));
  await client.close();
});
