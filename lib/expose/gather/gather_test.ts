import assert from "node:assert/strict";
import { compileText, startUpstream } from "../../../tests/capability.ts";
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import { McpServer } from "../mcp/server.ts";
import { createHttpHandler } from "../mcp/transports/http.ts";
import { Gathered } from "./gather.ts";
import type { Peer } from "./peer.ts";

const SPEC = (origin: string, namespace: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        slow: { path: /slow, operations: { wait: { method: GET, inputParameters: { what: { in: query } } } } }
  exposes:
    - type: mcp
      namespace: ${namespace}
      port: 3985
      tools:
        wait:
          description: Takes long
          inputParameters: { what: { type: string, description: What for, required: true } }
          call: api.wait
`;

async function peer(origin: string, namespace: string): Promise<Peer> {
  const capability = await compileText(SPEC(origin, namespace));
  const handle = createHttpHandler(new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>));
  return {
    namespace,
    async send({ body, headers, query }) {
      const request = new Request(`http://127.0.0.1/mcp${query}`, {
        method: "POST",
        headers: headers.map(([name, value]) => [name, value] as [string, string]),
        body,
      });
      const response = await handle(request);
      return { status: response.status, headers: [...response.headers], text: await response.text() };
    },
  };
}

Deno.test("Gathered passes on tasks, and asks for what is missing, as each server does", async () => {
  const held = Promise.withResolvers<void>();
  await using api = startUpstream(async () => {
    await held.promise;
    return Response.json({ done: true });
  });
  const gathered = new Gathered([await peer(api.origin, "orders"), await peer(api.origin, "stock")]);
  const ask = async (method: string, params: Record<string, unknown>) => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {
        elicitation: {},
        extensions: { "io.modelcontextprotocol/tasks": {} },
      },
    };
    const name = params["name"] ?? params["taskId"];
    const { text } = await gathered.answer({
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } }),
      headers: [
        ["content-type", "application/json"],
        ["accept", "application/json, text/event-stream"],
        ["mcp-protocol-version", "2026-07-28"],
        ["mcp-method", method],
        ...(name === undefined ? [] : [["mcp-name", String(name)] as const]),
      ],
      query: "",
    });
    return JSON.parse(text);
  };
  const { capabilities } = (await ask("server/discover", {})).result;
  assert.deepEqual(capabilities.extensions, { "io.modelcontextprotocol/tasks": {} });

  const name = "stock_wait", open = (await ask("tools/call", { name, arguments: {} })).result;
  assert.equal(open.resultType, "input_required");
  const inputResponses = { arguments: { action: "accept", content: { what: "tea" } } };
  const { requestState } = open;
  const task = (await ask("tools/call", { name, arguments: {}, inputResponses, requestState })).result;
  assert.equal(task.resultType, "task");
  const { taskId } = task;
  assert.equal((await ask("tasks/get", { taskId })).result.status, "working");
  assert.equal((await ask("tasks/cancel", { taskId })).result.resultType, "complete");
  assert.equal((await ask("tasks/get", { taskId })).result.status, "cancelled");
  assert.match((await ask("tasks/get", { taskId: "none" })).error.message, /Unknown task: none/);
  held.resolve();
});
