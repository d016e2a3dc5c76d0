import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { McpServer } from "../../lib/expose/mcp/server.ts";
import { serveStdio } from "../../lib/expose/mcp/transports/stdio.ts";
import { shop } from "./shop.ts";

/** A client of a revision with a handshake, and what it was asked. */
async function handshaken(
  handle: (request: Request) => Promise<Response> | Response,
  answer: (params: Record<string, unknown>) => Record<string, unknown>,
  capabilities: object = { elicitation: {} },
) {
  const asked: Record<string, unknown>[] = [];
  const client = new Client({ name: "test", version: "1" }, { capabilities });
  if ("elicitation" in capabilities) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      asked.push(params as Record<string, unknown>);
      return answer(params as Record<string, unknown>) as never;
    });
  }
  const fetch = async (url: string | URL, init?: RequestInit) => await handle(new Request(url, init));
  await client.connect(new StreamableHTTPClientTransport(new URL("http://127.0.0.1/mcp"), { fetch }));
  return { client, asked };
}

Deno.test("a client with a handshake is asked over the connection, while its call waits", async () => {
  const { handle, seen, close } = await shop();
  const { client, asked } = await handshaken(handle, ({ requestedSchema }) => ({
    action: "accept",
    content: "city" in (requestedSchema as { properties: object }).properties
      ? { city: "Oslo" }
      : { item: "tea", count: 2, note: "hi", who: "Ada" },
  }));
  const { isError } = await client.callTool({ name: "order", arguments: { item: "salt" } });
  assert.deepEqual([isError, seen], [false, ["?item=salt&count=2"]]);
  assert.deepEqual(asked, [{
    message: "order needs count.",
    requestedSchema: {
      type: "object",
      properties: { count: { type: "integer", description: "How many", minimum: 1 } },
      required: ["count"],
    },
  }]);
  // Two forms are asked for one after the other; a call that has everything asks nothing.
  await client.callTool({ name: "send", arguments: {} });
  await client.callTool({ name: "send", arguments: { to: { city: "Bonn" }, note: "x" } });
  assert.equal(asked.length, 3);
  assert.deepEqual(seen.slice(1), [
    '{"to":{"city":"Oslo"},"note":"hi"}',
    '{"to":{"city":"Bonn"},"note":"x"}',
  ]);
  const { messages } = await client.getPrompt({ name: "greet", arguments: {} });
  assert.deepEqual(messages[0]!.content, { type: "text", text: "Greet Ada" });
  await client.close();
  await close();
});

Deno.test("a client with a handshake is asked for no secret, and not where it shows no forms or its person declines", async () => {
  const { handle, seen, close } = await shop(), shared = await shop({ isShared: true });
  const text = async (client: Client, name: string, args: Record<string, unknown>) => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    assert.equal(isError, true);
    return (content as { text: string }[])[0]!.text;
  };
  const declining = await handshaken(handle, () => ({ action: "decline" }));
  assert.match(await text(declining.client, "order", { item: "tea" }), /asked for count, and did not answer/);
  assert.match(await text(declining.client, "log-in", {}), /got nothing/);
  assert.match(await text(declining.client, "order", { item: "tea", more: 1 }), /^invalid_arguments/);
  assert.equal(declining.asked.length, 1);
  // A client that answers with an error, or with nonsense, leaves the call as it was.
  const failing = await handshaken(handle, () => {
    throw new Error("no forms today");
  });
  assert.match(await text(failing.client, "order", { item: "tea" }), /count.*got nothing/);
  const without = await handshaken(handle, () => ({}), {});
  assert.match(await text(without.client, "order", { item: "tea" }), /count.*got nothing/);
  const elsewhere = await handshaken(shared.handle, () => ({ action: "accept", content: { count: 1 } }));
  assert.match(await text(elsewhere.client, "order", { item: "tea" }), /count.*got nothing/);
  assert.deepEqual([seen, shared.seen, elsewhere.asked], [[], [], []]);
  for (const { client } of [declining, failing, without, elsewhere]) await client.close();
  await close();
  await shared.close();
});

/** A connection over stdio: what is written to it, and the lines it gives. */
function stdio(server: McpServer) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter(),
    out = new TransformStream<Record<string, unknown>>(),
    lines = out.writable.getWriter();
  const reader = out.readable.getReader();
  const ended = serveStdio(server, {
    input: readable,
    write: (line) => (void lines.write(JSON.parse(new TextDecoder().decode(line))), Promise.resolve()),
  });
  return {
    send: (message: object) =>
      void writer.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)),
    // deno-lint-ignore no-explicit-any
    next: async (): Promise<any> => (await reader.read()).value,
    close: async () => {
      await writer.close();
      await ended;
    },
  };
}

const OPENING = {
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: { elicitation: {} },
    clientInfo: { name: "c", version: "1" },
  },
};
const ORDER = { method: "tools/call", params: { name: "order", arguments: { item: "tea" } } };

Deno.test("over stdio a client is asked as well, and a call that is cancelled asks no longer", async () => {
  const { server, seen, close } = await shop(), { send, next, close: end } = stdio(server);
  send(OPENING);
  await next();
  send({ id: 1, ...ORDER });
  const first = await next();
  assert.equal(first.method, "elicitation/create");
  assert.deepEqual(first.params.requestedSchema.required, ["count"]);
  // The answer to another number is nobody's.
  send({ id: "other", result: { action: "accept", content: { count: 9 } } });
  send({ id: first.id, result: { action: "accept", content: { count: 4 } } });
  assert.equal((await next()).result.isError, false);
  assert.deepEqual(seen, ["?item=tea&count=4"]);
  send({ id: 2, ...ORDER });
  const second = await next();
  send({ method: "notifications/cancelled", params: { requestId: 2 } });
  const { method, params } = await next();
  assert.deepEqual([method, params.requestId], ["notifications/cancelled", second.id]);
  // A client that leaves with a form open has its call ended with it.
  send({ id: 3, ...ORDER });
  assert.equal((await next()).method, "elicitation/create");
  await end();
  assert.match((await next()).result.content[0].text, /got nothing/);
  assert.equal(seen.length, 1);
  await close();
});

Deno.test("a form that is open while the document is read again is answered to the server of then", async () => {
  const before = await shop(), after = await shop(), asked = Promise.withResolvers<void>();
  let handle = before.handle;
  const { client } = await handshaken((request) => handle(request), () => {
    before.server.replacedBy(after.server);
    handle = after.handle;
    asked.resolve();
    return { action: "accept", content: { count: 5 } };
  });
  const { isError } = await client.callTool({ name: "order", arguments: { item: "tea" } });
  await asked.promise;
  assert.deepEqual([isError, before.seen], [false, ["?item=tea&count=5"]]);
  await client.close();
  await before.close();
  await after.close();
});
