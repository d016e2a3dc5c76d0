/**
 * `serve --gather`: one MCP endpoint for several specifications, as a client sees it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { CAPSTAN, folderWith, freePort, rpc, run, type Server, startServer, upstream } from "../testing.ts";

const capability = (origin: string, namespace: string, port: number, more = "") =>
  `ikanos: "1.0.0-beta5"
info: { display: ${namespace}, description: All about ${namespace} }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        items: { path: /${namespace}, operations: { list-items: { method: GET } } }
  exposes:
    - type: mcp
      namespace: ${namespace}
      description: All about ${namespace}
      port: ${port}
      ${more}
      tools: { list-items: { description: Lists, call: api.list-items } }
      prompts:
        sum-up:
          description: Sums up
          template: [{ role: user, content: "Sum up ${namespace}" }]
`;

const gatheredUrl = (server: Server) => /gathered mcp of .* on (http:\S+)/.exec(server.err())![1]!;

async function starts(server: Server): Promise<string> {
  for (let tries = 0; !server.err().includes("gathered mcp of"); tries++) {
    assert.ok(tries < 6000, server.err());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return gatheredUrl(server);
}

const shopApi = () => upstream((request) => Response.json({ from: new URL(request.url).pathname }));

Deno.test("one endpoint offers the tools, prompts and resources of several capabilities", async () => {
  await using shop = shopApi();
  await using folder = await folderWith({
    "a.yml": capability(shop.origin, "orders", freePort(), "ttlMs: 9000\n      cacheScope: public"),
    "b.yml": capability(shop.origin, "stock", freePort(), "ttlMs: 2000"),
  });
  await using server = await startServer(CAPSTAN, ["serve", folder.path, "--gather", "--port", "0"], {
    surfaces: 2,
  });
  const url = await starts(server);
  for (const mode of ["legacy", "auto"] as const) {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
    assert.match(client.getInstructions() ?? "", /orders_[^]*stock_/);
    const { tools, ttlMs, cacheScope } = await client.listTools();
    // What may be kept shortest, and for one alone, holds for all.
    if (mode === "auto") assert.deepEqual({ ttlMs, cacheScope }, { ttlMs: 2000, cacheScope: "private" });
    assert.deepEqual(tools.map(({ name }) => name), ["orders_list-items", "stock_list-items"]);
    for (const namespace of ["orders", "stock"]) {
      const result = await client.callTool({ name: `${namespace}_list-items`, arguments: {} });
      assert.match(JSON.stringify(result.content), new RegExp(`from.*/${namespace}`));
      const prompt = await client.getPrompt({ name: `${namespace}_sum-up` });
      assert.match(JSON.stringify(prompt.messages), new RegExp(`Sum up ${namespace}`));
    }
    const { resources } = await client.listResources();
    const documents = resources.filter(({ uri }) => uri.endsWith("/document")).map(({ uri }) => uri);
    assert.deepEqual(documents, ["capability://orders/document", "capability://stock/document"]);
    const { contents } = await client.readResource({ uri: "capability://stock/document" });
    assert.equal(contents[0]!.uri, "capability://stock/document");
    assert.match(JSON.stringify(contents), /All about stock/);
    await client.close();
  }
  const unknown = await rpc(url, "tools/call", { name: "list-items", arguments: {} });
  assert.match(JSON.stringify(unknown["error"]), /There is no tool list-items/);
  const level = await rpc(url, "logging/setLevel", { level: "debug" });
  assert.match(JSON.stringify(level["error"]), /does not offer it/);
  assert.equal(await server.end(), 0);
});

Deno.test("a call finds its tool before anybody has asked for the list", async () => {
  await using shop = shopApi();
  await using folder = await folderWith({ "a.yml": capability(shop.origin, "orders", freePort()) });
  await using server = await startServer(CAPSTAN, [
    "serve",
    `${folder.path}/a.yml`,
    "--gather",
    "--port",
    "0",
  ]);
  const answer = await rpc(await starts(server), "tools/call", { name: "orders_list-items", arguments: {} });
  assert.equal((answer["result"] as { isError: boolean }).isError, false, JSON.stringify(answer));
});

Deno.test("each server asks who calls, and offers its tools to those alone whom it knows", async () => {
  await using shop = shopApi();
  const bearer = "authentication: { type: bearer, token: long-secret }";
  await using folder = await folderWith({
    "a.yml": capability(shop.origin, "orders", freePort(), bearer),
    "b.yml": capability(shop.origin, "stock", freePort()),
  });
  await using server = await startServer(CAPSTAN, ["serve", folder.path, "--gather", "--port", "0"], {
    surfaces: 2,
  });
  const url = await starts(server);
  const ask = async (method: string, params: unknown, headers: Record<string, string> = {}) =>
    await fetch(`${url}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
  const known = { authorization: "Bearer long-secret" }, call = { name: "orders_list-items", arguments: {} };
  const names = async (headers = {}) =>
    (await (await ask("tools/list", {}, headers)).json()).result.tools.map(({ name }: { name: string }) =>
      name
    );
  assert.deepEqual(await names(known), ["orders_list-items", "stock_list-items"]);
  assert.deepEqual(await names(), ["stock_list-items"]);
  const refused = await ask("tools/call", call);
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get("www-authenticate") ?? "", /^Bearer/);
  await refused.body?.cancel();
  const good = await (await ask("tools/call", call, known)).json();
  assert.equal(good.result.isError, false);
  // The credentials of a caller go no further than the server they are for.
  for (const { headers } of shop.requests) assert.equal(headers.get("authorization"), null);
  // A page of somebody else is no caller.
  const page = await ask("tools/list", {}, { ...known, origin: "https://evil.example" });
  assert.equal(page.status, 403);
  await page.body?.cancel();
});

Deno.test("over stdio it serves until its client goes", async () => {
  await using shop = shopApi();
  await using folder = await folderWith({
    "a.yml": capability(shop.origin, "orders", freePort()),
    "b.yml": capability(shop.origin, "stock", freePort()),
  });
  const stdin = [
    '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"stock_list-items","arguments":{}}}',
    "no json",
  ].join("\n") + "\n";
  const { code, out, err } = await run(CAPSTAN, ["serve", "--gather", "--stdio", folder.path], { stdin });
  assert.equal(code, 0, err);
  const answers = out.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(answers.length, 3, out);
  assert.equal(answers.find(({ id }) => id === 1).result.tools.length, 2);
  assert.match(answers.find(({ id }) => id === 2).result.content[0].text, /from.*\/stock/);
  assert.equal(answers.find(({ id }) => id === null).error.code, -32700);
});

Deno.test("what cannot be gathered is said, and nothing is served", async () => {
  await using folder = await folderWith({
    "a.yml": capability("http://127.0.0.1:9", "orders", freePort()),
    "b.yml": capability("http://127.0.0.1:9", "orders", freePort()),
  });
  const twice = await run(CAPSTAN, ["serve", "--gather", "--port", "0", folder.path]);
  assert.equal(twice.code, 1);
  assert.match(twice.err, /two MCP surfaces have the namespace orders; rename one/);
  const nowhere = await run(CAPSTAN, ["serve", "--gather", folder.path]);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.err, /--gather needs one place: give it --port N, or --stdio/);
});

Deno.test("a signal lets the calls in flight through a gathered endpoint be answered", async () => {
  const begun = Promise.withResolvers<void>(), go = Promise.withResolvers<void>();
  await using shop = upstream(async () => {
    begun.resolve();
    await go.promise;
    return Response.json({ ok: true });
  });
  await using folder = await folderWith({ "a.yml": capability(shop.origin, "orders", freePort()) });
  await using server = await startServer(CAPSTAN, [
    "serve",
    `${folder.path}/a.yml`,
    "--gather",
    "--port",
    "0",
  ]);
  const answer = rpc(await starts(server), "tools/call", { name: "orders_list-items", arguments: {} });
  await begun.promise;
  const ended = server.end();
  go.resolve();
  assert.equal(((await answer)["result"] as { isError: boolean }).isError, false);
  assert.equal(await ended, 0);
});
