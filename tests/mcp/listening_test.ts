import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { CAPSTAN, folderWith, startServer, upstream } from "../testing.ts";

const SPEC = (origin: string, more = "") =>
  `ikanos: "1.0.0-beta5"
info: { display: Shop, version: "1.0.0" }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        items: { path: /items, operations: { list: { method: GET } } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3990
      tools:
        twice:
          description: Asks two times
          steps:
            first: { type: call, call: api.list }
            second: { type: call, call: api.list }
        once: { description: Asks one time, call: api.list }
${more}
      resources:
        items: { uri: "shop://items", description: The items, call: api.list }
`;
const ADDED = "        added: { description: New, outputParameters: [{ type: string, value: x }] }";

/** An API of two items. */
const api = () => upstream(() => Response.json([{ id: 1 }, { id: 2 }]));

/** A promise that a notification settles. */
function once<T>(): { readonly heard: Promise<T>; readonly hear: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { heard: promise, hear: resolve };
}

/** How a flow of two steps tells how far it has come. */
/** What is told of a step. */
interface Progress {
  readonly progress: number;
  readonly total: number;
  readonly message: string;
}

Deno.test("a client with a handshake hears of progress, messages and changes over HTTP", async () => {
  await using server = api();
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  const path = `${folder.path}/shop.yml`;
  await using capstan = await startServer(CAPSTAN, ["serve", "--watch", "--port", "0", path]);
  const client = new ClientV1({ name: "test", version: "1" });
  await client.connect(new HttpV1(new URL(`${capstan.urls[0]}/mcp`)));
  const told: unknown[] = [], messages: unknown[] = [], tools = once<void>(), updated = once<string>();
  client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }: { params: unknown }) => void messages.push(params),
  );
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => tools.hear());
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }: { params: { uri: string } }) => updated.hear(params.uri),
  );

  await client.callTool({ name: "twice" }, undefined, {
    onprogress: (step: unknown) => void told.push(step),
  });
  // The two steps run at the same time: either may end first.
  const steps = told as Progress[];
  assert.deepEqual(steps.map(({ progress, total }) => ({ progress, total })), [
    { progress: 1, total: 2 },
    { progress: 2, total: 2 },
  ]);
  assert.deepEqual(steps.map(({ message }) => message).sort(), ["first", "second"]);
  assert.deepEqual(messages, []);

  await client.setLoggingLevel("debug");
  await client.callTool({ name: "once" });
  const [message] = messages as { level: string; logger: string; data: { message: string } }[];
  assert.equal(message!.level, "debug");
  assert.equal(message!.logger, "once");
  assert.match(message!.data.message, /^GET http:\/\/127\.0\.0\.1:\d+\/items answered 200$/);
  await client.setLoggingLevel("warning");
  await client.callTool({ name: "once" });
  assert.equal(messages.length, 1);

  await assert.rejects(client.subscribeResource({ uri: "shop://nothing" }), { code: -32602 });
  await client.subscribeResource({ uri: "shop://items" });
  // What a resource is made of is another request now: it may have changed.
  await Deno.writeTextFile(
    path,
    SPEC(server.origin, ADDED).replace("{ path: /items,", "{ path: /items/all,"),
  );
  await tools.heard;
  assert.equal(await updated.heard, "shop://items");
  assert.ok((await client.listTools()).tools.some(({ name }: { name: string }) => name === "added"));
  // The stream is still there for the server that came after.
  await Deno.writeTextFile(path, SPEC(server.origin));
  const again = once<void>();
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => again.hear());
  await again.heard;
  await client.close();
});

Deno.test("a session that its client has ended is gone", async () => {
  await using server = api();
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  await using capstan = await startServer(CAPSTAN, ["serve", "--port", "0", `${folder.path}/shop.yml`]);
  const transport = new HttpV1(new URL(`${capstan.urls[0]}/mcp`));
  const client = new ClientV1({ name: "test", version: "1" });
  await client.connect(transport);
  await client.listTools();
  const session = transport.sessionId!;
  await transport.terminateSession();
  await client.close();
  const response = await fetch(`${capstan.urls[0]}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", "mcp-session-id": session },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  assert.equal(response.status, 404);
  await response.body?.cancel();
});

Deno.test("a service stops although clients listen", async () => {
  await using server = api();
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  await using capstan = await startServer(CAPSTAN, ["serve", "--port", "0", `${folder.path}/shop.yml`]);
  const response = await fetch(`${capstan.urls[0]}/mcp`, {
    headers: { accept: "text/event-stream", "mcp-session-id": "one" },
  });
  assert.equal(response.status, 200);
  const [code, text] = await Promise.all([capstan.end(), response.text()]);
  assert.equal(code, 0);
  assert.equal(text, ": listening\n\n");
});

for (
  const [name, connect] of [
    [
      "HTTP",
      (path: string) =>
        startServer(CAPSTAN, ["serve", "--watch", "--port", "0", path]).then((server) => ({
          transport: new StreamableHTTPClientTransport(new URL(`${server.urls[0]}/mcp`)),
          end: () => server.end(),
        })),
    ],
    ["stdio", (path: string) =>
      Promise.resolve({
        transport: new StdioClientTransport({
          command: CAPSTAN[0],
          args: [...CAPSTAN.slice(1), "serve", "--watch", "--stdio", "--quiet", path],
          stderr: "ignore",
        }),
        end: () => Promise.resolve(0),
      })],
  ] as const
) {
  Deno.test(`a client of 2026-07-28 hears of progress and changes over ${name}`, async () => {
    const tools = once<void>(), told = once<unknown>();
    let asked = 0;
    await using server = upstream(async () => {
      // The second step ends when its caller has heard of the first: what is not told while a call runs is never told.
      if (++asked === 2) await told.heard;
      return Response.json([]);
    });
    await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
    const path = `${folder.path}/shop.yml`;
    const { transport, end } = await connect(path);
    const client = new Client({ name: "test", version: "1" }, {
      versionNegotiation: { mode: "auto" },
      listChanged: { tools: { onChanged: () => tools.hear() } },
    });
    await client.connect(transport);
    assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
    await client.callTool({ name: "twice" }, { onprogress: (step) => told.hear(step) });
    const { message, ...counted } = await told.heard as Progress;
    assert.deepEqual(counted, { progress: 1, total: 2 });
    assert.match(message, /^(?:first|second)$/);
    await Deno.writeTextFile(path, SPEC(server.origin, ADDED));
    await tools.heard;
    await client.close();
    await end();
  });
}
