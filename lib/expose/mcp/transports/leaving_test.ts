import assert from "node:assert/strict";
import { compileText, toolSpec } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import { listen } from "../../http.ts";
import { createHttpHandler } from "./http.ts";
import { McpServer } from "../server.ts";

/** A tool over an API that answers when it is told to, and says when its caller has gone. */
async function slow() {
  const arrived: (() => void)[] = [], left: (() => void)[] = [];
  const answers: ((response: Response) => void)[] = [];
  const api = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    request.signal.addEventListener("abort", () => left.shift()?.());
    arrived.shift()?.();
    return new Promise<Response>((resolve) => answers.push(resolve));
  });
  const capability = await compileText(
    toolSpec(`http://127.0.0.1:${api.addr.port}`, {
      operation: "path: /a\noperations: { op: { method: GET } }",
      tool: "call: api.op",
    }),
  );
  const server = new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>);
  const handler = createHttpHandler(server);
  const listener = listen({ hostname: "127.0.0.1", port: 0, handler });
  // The same mounted in the runtime's server, as others mount it.
  const mounted = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => handler(request),
  );
  const next = (list: (() => void)[]) => new Promise<void>((resolve) => list.push(resolve));
  return {
    listener,
    mounted: mounted.addr.port,
    answers,
    arrives: () => next(arrived),
    leaves: () => next(left),
    async [Symbol.asyncDispose]() {
      for (const answer of answers) answer(new Response());
      await listener.close();
      await mounted.shutdown();
      await api.shutdown();
    },
  };
}

const BODY = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "t", arguments: {} },
});
const encode = (text: string) => new TextEncoder().encode(text);

function head(port: number): string {
  return `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;
}

Deno.test("C9: a client that goes away ends the call, also where the surface is mounted in another server", async () => {
  await using tool = await slow();
  const port = tool.mounted, request = head(port) + BODY, from = head(port).length;
  // Before the body, inside of it, before its last byte; and in the head, and not at all.
  for (const cut of [0, 20, from - 2, from, from + 1, from + 30, request.length - 1]) {
    const client = await Deno.connect({ hostname: "127.0.0.1", port });
    client.setNoDelay(true);
    const arrives = tool.arrives(), leaves = tool.leaves();
    await client.write(encode(request.slice(0, cut)));
    // Two packets: the second is sent once the first has had time to be read.
    if (cut > 0) await new Promise((resolve) => setTimeout(resolve, 30));
    await client.write(encode(request.slice(cut)));
    await arrives;
    await new Promise((resolve) => setTimeout(resolve, 20));
    client.close();
    await leaves;
  }
});

Deno.test("in another server, an answer that has begun is the answer", async () => {
  await using tool = await slow();
  const arrives = tool.arrives();
  const pending = fetch(`http://127.0.0.1:${tool.mounted}/mcp`, {
    method: "POST",
    body: BODY,
    headers: { "content-type": "application/json" },
  });
  await arrives;
  // The head comes while the API has not answered yet.
  const response = await pending;
  assert.equal(response.headers.get("content-type"), "application/json");
  tool.answers.at(-1)!(Response.json({ late: true }));
  assert.equal((await response.json()).result.content[0].text, '{"late":true}');
});

/** Calls the tool as a client does that wants to hear of everything; comes back when the API has been asked. */
async function callCuriously(tool: Awaited<ReturnType<typeof slow>>) {
  const arrives = tool.arrives(), call = JSON.parse(BODY);
  call.params._meta = { progressToken: 1, "io.modelcontextprotocol/logLevel": "debug" };
  const response = fetch(`${tool.listener.url}/mcp`, {
    method: "POST",
    body: JSON.stringify(call),
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
  });
  await arrives;
  return { response };
}

const large = () => Response.json({ text: "x".repeat(2_000_000) });

Deno.test("a slow call of one request that asks for progress and messages is JSON: some clients take no large event", async () => {
  await using tool = await slow();
  // The head comes while the API has not answered yet.
  const response = await (await callCuriously(tool)).response;
  assert.equal(response.headers.get("content-type"), "application/json");
  tool.answers.at(-1)!(large());
  assert.equal((await response.json()).result.content[0].text.length, 2_000_011);
});

Deno.test("a large result that is there at once is JSON, although its caller asks for messages", async () => {
  await using tool = await slow();
  const { response } = await callCuriously(tool);
  tool.answers.at(-1)!(large());
  assert.equal((await response).headers.get("content-type"), "application/json");
  assert.equal((await (await response).json()).result.content[0].text.length, 2_000_011);
});
