import assert from "node:assert/strict";
import { CAPSTAN, folderWith, startServer, upstream } from "../testing.ts";

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
info: { display: Shop, version: "1.0.0" }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        slow: { path: /slow, operations: { wait: { method: GET, outputRawFormat: text } } }
        fast: { path: /fast, operations: { ask: { method: GET, outputRawFormat: text } } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3990
      tools:
        wait: { description: Takes long, call: api.wait }
        ask: { description: Is fast, call: api.ask }
`;
const TASKS = { "io.modelcontextprotocol/tasks": {} };

interface Answer {
  readonly result: Readonly<Record<string, unknown>>;
  readonly error: { readonly code: number; readonly data: unknown };
}

/** Sends a request of 2026-07-28. */
async function ask(
  url: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
  { extensions = TASKS as object } = {},
): Promise<Answer & { readonly status: number }> {
  const name = params["name"] ?? params["taskId"];
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(name === undefined ? {} : { "mcp-name": String(name) }),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientCapabilities": { extensions },
        },
      },
    }),
  });
  return { ...await response.json(), status: response.status };
}

/** An API whose slow route answers when it is let. */
function api() {
  const answer = Promise.withResolvers<void>();
  const server = upstream(async (request) => {
    if (new URL(request.url).pathname === "/slow") await answer.promise;
    return new Response("done");
  });
  return { server, answer: answer.resolve };
}

/** Asks for a task until it is over. */
async function over(url: string, taskId: unknown): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const { result } = await ask(url, "tasks/get", { taskId });
    if (result["status"] !== "working") return result;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("a call that takes long becomes a task, which is asked for later and outlives a reload", async () => {
  const { server, answer } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  await using capstan = await startServer(CAPSTAN, [
    "serve",
    "--watch",
    "--port",
    "0",
    `${folder.path}/shop.yml`,
  ]);
  const url = capstan.urls[0]!;
  // What is fast is no task; on a busy machine nothing may be fast at first.
  for (let tries = 0, type: unknown; type !== "complete"; tries++) {
    assert.ok(tries < 100, "a fast call is always a task");
    type = (await ask(url, "tools/call", { name: "ask", arguments: {} })).result["resultType"];
  }

  const { result: task } = await ask(url, "tools/call", { name: "wait", arguments: {} });
  const { taskId, resultType, status, ttlMs } = task;
  assert.deepEqual({ resultType, status, ttlMs }, { resultType: "task", status: "working", ttlMs: 600_000 });
  const working = await ask(url, "tasks/get", { taskId });
  assert.equal(working.result["status"], "working");
  assert.equal("result" in working.result, false);
  await Deno.writeTextFile(`${folder.path}/shop.yml`, SPEC(server.origin).replace("Is fast", "Is new"));
  for (let text = ""; !text.includes("Is new");) {
    text = JSON.stringify((await ask(url, "tools/list", {})).result);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  answer();
  const done = await over(url, taskId);
  assert.equal(done["status"], "completed");
  assert.deepEqual((done["result"] as { content: unknown }).content, [{ type: "text", text: "done" }]);

  const other = await ask(url, "tasks/get", { taskId: crypto.randomUUID() });
  assert.deepEqual([other.status, other.error.code], [400, -32602]);
});

Deno.test("a task is cancelled, and a client that knows nothing of tasks is given none", async () => {
  const { server, answer } = api();
  await using _api = server;
  await using folder = await folderWith({ "shop.yml": SPEC(server.origin) });
  await using capstan = await startServer(CAPSTAN, ["serve", "--port", "0", `${folder.path}/shop.yml`]);
  const url = capstan.urls[0]!;
  const { result: { taskId } } = await ask(url, "tools/call", { name: "wait", arguments: {} });
  const { result: { resultType, taskId: none } } = await ask(url, "tasks/cancel", { taskId });
  assert.deepEqual([resultType, none], ["complete", undefined]);
  assert.equal((await over(url, taskId))["status"], "cancelled");
  answer();
  const plain = { extensions: {} };
  const { result } = await ask(url, "tools/call", { name: "wait", arguments: {} }, plain);
  assert.equal(result["resultType"], "complete");
  const refused = await ask(url, "tasks/get", { taskId }, plain);
  assert.deepEqual([refused.status, refused.error.code], [400, -32021]);
  assert.deepEqual(refused.error.data, { requiredCapabilities: { extensions: TASKS } });
});
