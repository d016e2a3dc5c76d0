import assert from "node:assert/strict";
import { compileText, startUpstream } from "../../../tests/capability.ts";
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import { McpServer } from "../mcp/server.ts";
import { createHttpHandler } from "../mcp/transports/http.ts";
import { Gathered } from "./gather.ts";
import type { Peer } from "./peer.ts";
import { serveGatheredStdio } from "./stdio.ts";

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
        twice:
          description: Asks two times
          steps:
            first: { type: call, call: api.wait, with: { what: first } }
            second: { type: call, call: api.wait, with: { what: "{{first.said}}" } }
`;

async function peer(origin: string, namespace: string): Promise<Peer> {
  const capability = await compileText(SPEC(origin, namespace));
  const handle = createHttpHandler(new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>));
  return {
    namespace,
    async send({ body, headers, query, takesEvents, signal }) {
      const accept = takesEvents ? "application/json, text/event-stream" : "application/json";
      const request = new Request(`http://127.0.0.1/mcp${query}`, {
        method: "POST",
        headers: [...headers.map(([name, value]) => [name, value] as [string, string]), ["accept", accept]],
        body,
        ...(signal ? { signal } : {}),
      });
      const response = await handle(request), { status } = response, own = [...response.headers];
      return response.headers.get("content-type") === "text/event-stream"
        ? { status, headers: own, text: "", body: response.body! }
        : { status, headers: own, text: await response.text() };
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

/** A connection over stdio: what is written to it, and the messages it gives. */
function stdio(gathered: Gathered) {
  const input = new TransformStream<Uint8Array, Uint8Array>(), writer = input.writable.getWriter();
  const output = new TransformStream<Uint8Array, Uint8Array>(), lines = output.writable.getWriter();
  const reader = output.readable.getReader();
  const ended = serveGatheredStdio(gathered, {
    input: input.readable,
    write: (line) => (void lines.write(line), Promise.resolve()),
  });
  return {
    send: (message: object) =>
      void writer.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)),
    // deno-lint-ignore no-explicit-any
    next: async (): Promise<any> => JSON.parse(new TextDecoder().decode((await reader.read()).value)),
    close: async () => {
      await writer.close();
      await ended;
    },
  };
}

Deno.test("Gathered passes on how far a call has come, and ends one that its client cancels", async () => {
  const begun = Promise.withResolvers<void>(), left = Promise.withResolvers<void>();
  await using api = startUpstream((request) => {
    if (new URL(request.url).searchParams.get("what") !== "for ever") return Response.json({ said: "yes" });
    begun.resolve();
    request.signal.addEventListener("abort", () => left.resolve());
    return new Promise<Response>((resolve) => void left.promise.then(() => resolve(new Response())));
  });
  const gathered = new Gathered([await peer(api.origin, "orders"), await peer(api.origin, "stock")]);
  const { send, next, close } = stdio(gathered);
  const call = (id: number, name: string, args: object, meta: object = {}) =>
    send({ id, method: "tools/call", params: { name, arguments: args, _meta: meta } });
  call(1, "orders_twice", {}, { progressToken: "p" });
  const told = [await next(), await next(), await next()];
  assert.deepEqual(told.map(({ method, params }) => [method, params?.progress, params?.total]), [
    ["notifications/progress", 1, 2],
    ["notifications/progress", 2, 2],
    [undefined, undefined, undefined],
  ]);
  assert.deepEqual([told[2].id, told[2].result.isError], [1, false]);
  call(2, "stock_wait", { what: "for ever" });
  await begun.promise;
  send({ method: "notifications/cancelled", params: { requestId: 2 } });
  await left.promise;
  // What was cancelled is not answered: the next message is the answer to the next request.
  call(3, "stock_wait", { what: "now" });
  assert.equal((await next()).id, 3);
  await close();
});
