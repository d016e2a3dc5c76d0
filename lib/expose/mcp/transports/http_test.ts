import assert from "node:assert/strict";
import { compileText } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import type { Handler } from "../../http.ts";
import { createHttpHandler } from "./http.ts";
import { publicAddress, serverCard } from "./server_card.ts";
import { McpServer } from "../server.ts";

async function echo(describes = false): Promise<Handler> {
  const compiled = await compileText(`ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: echo
      display: Echo
      description: "Says what it is told.\\nAnd more."
      port: 3987
      tools:
        say:
          description: Says it
          inputParameters: { word: { type: string, required: true, description: What } }
          outputParameters: [{ name: said, type: string, value: "{{word}}" }]
        hello: { description: Says hello, outputParameters: [{ name: said, type: string, value: hello }] }
      prompts: { greet: { description: Greets, template: [{ role: user, content: Hi }] } }
`);
  return createHttpHandler(
    new McpServer(compiled, compiled.surfaces[0] as Surface<ExposesMcp>, { describes }),
  );
}

async function post(handler: Handler, body: BodyInit, headers: Record<string, string> = {}) {
  const length = typeof body === "string"
    ? new TextEncoder().encode(body).length
    : (body as Uint8Array).length;
  const response = await handler(
    new Request("http://127.0.0.1/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": String(length), ...headers },
      body,
    }),
  );
  const text = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), text };
}

const request = (params: unknown, method = "tools/call", id: unknown = 1) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

Deno.test("createHttpHandler() takes the arguments of clients that send null, empty text or JSON text", async () => {
  const handler = await echo();
  for (
    const [params, said] of [
      [{ name: "hello", arguments: null }, "hello"],
      [{ name: "hello", arguments: "" }, "hello"],
      [{ name: "say", arguments: '{"word":"yes"}' }, "yes"],
    ] as const
  ) {
    const { text } = await post(handler, request(params));
    assert.deepEqual(JSON.parse(text).result.structuredContent, { said }, text);
  }
});

Deno.test("createHttpHandler() says in words what is wrong with a request", async () => {
  const handler = await echo();
  for (
    const [body, message] of [
      [request({ name: "say", arguments: [1] }), /^Invalid params: arguments must be an object/],
      [request({ name: 5 }), /^Invalid params: name must be the name of a tool/],
      [request({}), /^Invalid params: name must be the name of a tool/],
      [request({ name: "sya" }), /^Unknown tool: sya\. Did you mean say\?$/],
      [request([]), /^Invalid Request: params must be an object$/],
      [request({}, "ping", 1.5), /^Invalid Request: id must be text or an integer$/],
      ['{"id":1,"method":"ping"}', /^Invalid Request: jsonrpc must be '2\.0'$/],
      ['{"jsonrpc":"2.0","id":1}', /^Invalid Request: it names no method$/],
      ['"ping"', /^Invalid Request: a JSON-RPC message is an object$/],
      [request({}, "initialize"), /^Invalid params: protocolVersion must be a revision, as text$/],
      [
        request({ protocolVersion: "2025-06-18", capabilities: {} }, "initialize"),
        /^Invalid params: clientInfo must be an object with a name and a version$/,
      ],
    ] as const
  ) {
    const { text } = await post(handler, body);
    assert.match(JSON.parse(text).error.message, message, body);
    assert.doesNotMatch(text, /invalid_type|\\n/);
  }
});

Deno.test("createHttpHandler() says in words that a call of the newest revision names no tool", async () => {
  const handler = await echo(), version = "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const { text } = await post(handler, request({ _meta: meta }), {
    "mcp-protocol-version": version,
    "mcp-method": "tools/call",
  });
  assert.match(JSON.parse(text).error.message, /^Invalid params: name must be the name of a tool/);
});

Deno.test("createHttpHandler() refuses a request of the newest revision that is another one by its headers", async () => {
  const handler = await echo(true), version = "2026-07-28";
  const meta = {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": version,
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  };
  for (
    const [method, params] of [
      ["tools/call", { name: "hello", arguments: {} }],
      ["prompts/get", { name: "greet" }],
      ["resources/read", { uri: "capability://document" }],
    ] as const
  ) {
    const named = "uri" in params ? params.uri : params.name, body = request({ ...params, ...meta }, method);
    const asked = (name: string, said: string = method) =>
      post(handler, body, {
        "mcp-protocol-version": version,
        accept: "application/json, text/event-stream",
        "mcp-method": said,
        "mcp-name": name,
      });
    assert.equal((await asked(named)).status, 200, method);
    assert.equal((await asked(`=?base64?${btoa(named)}?=`)).status, 200, method);
    for (const other of [await asked("other"), await asked(named, "tools/list")]) {
      assert.deepEqual([other.status, JSON.parse(other.text).error.code], [400, -32020], method);
    }
  }
});

Deno.test("createHttpHandler() gives a client that asks for JSON alone JSON alone, whatever it asks", async () => {
  const handler = await echo();
  const asked = [
    request(undefined, "no/such"),
    request(undefined, "resources/list"),
    `[${request(undefined, "ping")},${request({ name: "hello" }, "tools/call", 2)}]`,
    "[]",
  ];
  for (const body of asked) {
    for (const headers of [{ accept: "application/json" }, { accept: "*/*" }, {}]) {
      const { type, text } = await post(handler, body, headers);
      assert.match(type ?? "", /^application\/json/, body);
      assert.doesNotThrow(() => JSON.parse(text), body);
    }
  }
  const { text } = await post(handler, asked[2]!, { accept: "application/json" });
  assert.deepEqual(JSON.parse(text).map((answer: { id: number }) => answer.id), [1, 2]);
});

Deno.test("createHttpHandler() refuses a body that is no UTF-8, and does not guess what was meant", async () => {
  const handler = await echo();
  const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  const bad = await post(handler, bytes(request({ name: "say", arguments: { word: "caf\xe9" } })));
  assert.equal(bad.status, 400);
  assert.equal(JSON.parse(bad.text).error.code, -32700);
  const good = await post(handler, request({ name: "say", arguments: { word: "caf\u00e9 \ufffd" } }));
  assert.deepEqual(JSON.parse(good.text).result.structuredContent, { said: "caf\u00e9 \ufffd" });
});

Deno.test("createHttpHandler() names the unknown method, and the revisions there are", async () => {
  const handler = await echo(), version = "io.modelcontextprotocol/protocolVersion";
  const old = await post(handler, request(undefined, "no/such"));
  assert.equal(JSON.parse(old.text).error.message, "Method not found: no/such");
  const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "ping" };
  const gone = await post(handler, request({ _meta: { [version]: "2026-07-28" } }, "ping"), headers);
  assert.deepEqual([gone.status, JSON.parse(gone.text).error.message], [404, "Method not found: ping"]);
  const named = await post(handler, request({ _meta: { [version]: "2025-11-25" } }, "tools/list"), {
    "mcp-protocol-version": "2025-11-25",
    "mcp-method": "tools/list",
  });
  const { code, data } = JSON.parse(named.text).error;
  assert.deepEqual([named.status, code], [400, -32022]);
  assert.deepEqual(data, { supported: ["2026-07-28"], requested: "2025-11-25" });
});

Deno.test("createHttpHandler() gives the card of a server that tells of itself", async () => {
  const get = async (describes: boolean) =>
    await (await echo(describes))(new Request("http://127.0.0.1/mcp/server-card"));
  const response = await get(true), { $schema: _, ...card } = await response.json();
  assert.equal(response.headers.get("content-type"), "application/mcp-server-card+json");
  assert.deepEqual(card, {
    name: "capstan/echo",
    version: "unspecified",
    description: "Says what it is told.",
    title: "Echo",
  });
  assert.equal((await get(false)).status, 404);
});

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};
const modern = (method: string, params: object) => request({ ...params, _meta: META }, method);
const ping = (id: unknown) => ({ jsonrpc: "2.0", id, method: "ping" });

Deno.test("createHttpHandler() answers each message of a batch as if it came alone", async () => {
  const handler = await echo(true);
  const said = { name: "say", arguments: { word: "x" } }, read = { uri: "capability://contract" };
  const { status, type, text } = await post(
    handler,
    JSON.stringify([
      ping(1),
      { jsonrpc: "2.0", id: "b", method: "tools/call", params: said },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 3, method: "resources/read", params: read },
      5,
      { jsonrpc: "2.0", id: 4, method: "initialize", params: {} },
      { jsonrpc: "2.0", id: 5, method: "no/such" },
    ]),
    { "mcp-protocol-version": "2025-03-26" },
  );
  assert.deepEqual([status, type], [200, "application/json"]);
  const answers = JSON.parse(text) as {
    id: unknown;
    result?: Record<string, unknown>;
    error?: { code: number };
  }[];
  assert.deepEqual(answers.map(({ id, error }) => [id, error?.code]), [
    [1, undefined],
    ["b", undefined],
    [3, undefined],
    [null, -32600],
    [4, -32600],
    [5, -32601],
  ]);
  assert.deepEqual(answers[1]!.result!["structuredContent"], { said: "x" });
  for (
    const [batch, version, wanted] of [
      [[], "2025-03-26", 400],
      [Array.from({ length: 101 }, (_, i) => ping(i)), "2025-03-26", 400],
      [[ping(1)], "2026-07-28", 400],
      [[JSON.parse(modern("tools/list", {}))], "2025-03-26", 400],
      [[ping(1)], "2024-10-07", 400],
      [[{ jsonrpc: "2.0", method: "notifications/initialized" }], "2025-03-26", 202],
    ] as const
  ) {
    const answer = await post(handler, JSON.stringify(batch), { "mcp-protocol-version": version });
    assert.equal(answer.status, wanted, answer.text);
  }
});

Deno.test("createHttpHandler() refuses a revision, a page and a stream that there are not, in its own words", async () => {
  const handler = await echo();
  const unknown = await post(handler, JSON.stringify(ping(7)), { "mcp-protocol-version": "2024-10-07" });
  assert.deepEqual([unknown.status, JSON.parse(unknown.text).id], [400, 7]);
  assert.match(
    JSON.parse(unknown.text).error.message,
    /^Unsupported protocol version: 2024-10-07\. Use one of 2026/,
  );
  for (const cursor of ["x", 5]) {
    const { error } = JSON.parse((await post(handler, request({ cursor }, "tools/list"))).text);
    assert.deepEqual([error.code, /cursor names no page/.test(error.message)], [-32602, true]);
  }
  for (const cursor of [null, ""]) {
    assert.ok(JSON.parse((await post(handler, request({ cursor }, "tools/list"))).text).result.tools);
  }
  const stay = async (method: string, headers: Record<string, string>) => {
    const response = await handler(
      new Request("http://127.0.0.1/mcp", {
        method,
        headers: { accept: "text/event-stream", "mcp-session-id": "s", ...headers },
      }),
    );
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await stay("GET", {}), 200);
  assert.equal(await stay("GET", { "last-event-id": "7" }), 400);
  for (const method of ["GET", "DELETE"]) {
    assert.equal(await stay(method, { "mcp-protocol-version": "2026-07-28" }), 405, method);
  }
  // What belongs to a session that has ended is refused whatever it is.
  assert.equal(await stay("DELETE", {}), 204);
  for (const body of [ping(1), [ping(1)], { jsonrpc: "2.0", method: "notifications/initialized" }]) {
    assert.equal((await post(handler, JSON.stringify(body), { "mcp-session-id": "s" })).status, 404);
  }
  assert.equal(await stay("GET", {}), 404);
});

Deno.test("tasks are told to the clients that can have them", async () => {
  const handler = await echo(),
    params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "c", version: "1" } };
  const { capabilities } = JSON.parse((await post(handler, request(params, "initialize"))).text).result;
  assert.equal(capabilities.extensions, undefined);
  const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "server/discover" };
  const discovered = JSON.parse((await post(handler, modern("server/discover", {}), headers)).text).result;
  assert.deepEqual(discovered.capabilities.extensions, { "io.modelcontextprotocol/tasks": {} });
});

Deno.test("a card says where clients reach the server, where its document does", async () => {
  const address = (resource?: string) =>
    publicAddress({
      type: "mcp",
      ...(resource === undefined ? {} : { authentication: { type: "oauth2", resource } }),
    });
  assert.equal(address("https://mcp.example.com/mcp"), "https://mcp.example.com/mcp");
  for (const other of [undefined, "{{PUBLIC_URL}}", "https://{{HOST}}/mcp", "urn:shop"]) {
    assert.equal(address(other), undefined, other);
  }
  const { info, instructions } = { info: { name: "shop", version: "1" }, instructions: "Sells" };
  const { remotes } = await serverCard({ info, instructions } as McpServer, "https://a.example").json();
  assert.deepEqual(remotes, [{ type: "streamable-http", url: "https://a.example" }]);
});
