import assert from "node:assert/strict";
import { compileText, startUpstream } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import { createHttpHandler } from "./http.ts";
import { McpServer } from "../server.ts";
import { serveStdio } from "./stdio.ts";

/** An API that refuses once `answer` is kept, and says by `asked` when it is asked. */
async function shop(token = "a-long-enough-token", answer: Promise<unknown> = Promise.resolve()) {
  const asked = Promise.withResolvers<void>();
  const api = startUpstream(async () => {
    asked.resolve();
    await answer;
    return Response.json({ message: "not now" }, { status: 400 });
  });
  const compiled = await compileText(
    `ikanos: "1.0.0-beta5"
binds: [{ namespace: e, keys: { TOKEN: TOKEN } }]
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}
      authentication: { type: bearer, token: "{{TOKEN}}" }
      resources: { r: { path: /fail, operations: { fail: { method: GET } } } }
  exposes:
    - { type: mcp, namespace: shop, port: 3988, tools: { fail: { description: f, call: api.fail } } }
`,
    { env: { TOKEN: token } },
  );
  const server = new McpServer(compiled, compiled.surfaces[0] as Surface<ExposesMcp>);
  return { api, server, asked: asked.promise };
}

interface Answer {
  id: unknown;
  error?: { code: number };
  result?: unknown;
}

/** A connection whose answers are kept. */
function connection(server: McpServer, input: ReadableStream<Uint8Array>, signal?: AbortSignal) {
  const answers: Answer[] = [];
  const ended = serveStdio(server, {
    input,
    write: (line) => {
      answers.push(JSON.parse(new TextDecoder().decode(line)));
      return Promise.resolve();
    },
  }, signal ? { signal } : {});
  return { answers, ended };
}

const encode = (text: string) => new TextEncoder().encode(text);
const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "fail", arguments: {} } };

Deno.test("serveStdio() ends when it is told to, after the call in flight, with its input still open", async () => {
  const answer = Promise.withResolvers<void>(), stop = new AbortController();
  const { api, server, asked } = await shop(undefined, answer.promise);
  await using _api = api;
  const input = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encode(`${JSON.stringify(call)}\n`)),
  });
  const { answers, ended } = connection(server, input, stop.signal);
  await asked;
  stop.abort();
  answer.resolve();
  await ended;
  assert.deepEqual(answers.map((answer) => answer.id), [1]);
});

Deno.test("serveStdio() answers what is no JSON-RPC message, so that no client waits for ever", async () => {
  const { api, server } = await shop();
  await using _api = api;
  const bad: [unknown, unknown][] = [
    [{ jsonrpc: "1.0", id: 9, method: "ping" }, 9],
    [{ jsonrpc: "2.0", id: "a" }, "a"],
    [{ jsonrpc: "2.0", id: 4, method: "ping", params: [] }, 4],
    [{ jsonrpc: "2.0", id: null, method: "ping" }, null],
    [{ jsonrpc: "2.0", id: 5, method: 7 }, 5],
    [{ other: 1 }, null],
    [[], null],
    [[[]], null],
  ];
  for (const [message, id] of bad) {
    const { answers, ended } = connection(
      server,
      ReadableStream.from([encode(`${JSON.stringify(message)}\n`)]),
    );
    await ended;
    assert.deepEqual(
      answers.map((answer) => [answer.id, answer.error?.code]),
      [[id, -32600]],
      JSON.stringify(message),
    );
  }
});

Deno.test("serveStdio() answers each request of a batch, and a bad one costs only itself", async () => {
  const { api, server } = await shop();
  await using _api = api;
  const batch = [
    { jsonrpc: "2.0", id: 1, method: "ping" },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { id: 2 },
    { jsonrpc: "2.0", id: 3, method: "tools/list" },
  ];
  const { answers, ended } = connection(server, ReadableStream.from([encode(`${JSON.stringify(batch)}\n`)]));
  await ended;
  assert.deepEqual(answers.map((answer) => [answer.id, answer.error?.code]), [[1, undefined], [2, -32600], [
    3,
    undefined,
  ]]);
});

Deno.test("serveStdio() says that a line was too long, even when the input ends in it", async () => {
  const { api, server } = await shop();
  await using _api = api;
  const piece = encode("x".repeat(1 << 20));
  const { answers, ended } = connection(server, ReadableStream.from(Array.from({ length: 18 }, () => piece)));
  await ended;
  assert.deepEqual(answers.map((answer) => [answer.id, answer.error?.code]), [[null, -32600]]);
});

Deno.test("serveStdio() ends when nobody reads its answers any more, with its input still open", async () => {
  const { api, server } = await shop();
  await using _api = api;
  const lines = [{ jsonrpc: "2.0", id: 1, method: "ping" }, call];
  const input = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))),
  });
  const ended = serveStdio(server, { input, write: () => Promise.reject(new Deno.errors.BrokenPipe()) });
  await ended;
});

Deno.test("serveStdio() refuses a line that is no UTF-8, and does not guess what was meant", async () => {
  const { api, server } = await shop();
  await using _api = api;
  const bad = [
    ...encode('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'),
    0xf0,
    0x9f,
    ...encode('"}}\n'),
  ];
  const good = encode(
    `${JSON.stringify({ jsonrpc: "2.0", id: 2, method: "ping", params: { a: "\ufffd😀" } })}\n`,
  );
  const { answers, ended } = connection(server, ReadableStream.from([new Uint8Array(bad), good]));
  await ended;
  assert.deepEqual(answers.map((answer) => [answer.id, answer.error?.code]), [[null, -32700], [
    2,
    undefined,
  ]]);
});

Deno.test("serveStdio() cancels the call that runs under a number, even one that was used twice", async () => {
  // It is answered at the end alone: only the cancellation can end the call.
  const answer = Promise.withResolvers<void>(),
    { api, server, asked } = await shop(undefined, answer.promise);
  await using _api = api;
  const invalid = { ...call, params: { name: "fail", arguments: { none: 1 } } };
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
  const input = new ReadableStream<Uint8Array>({
    async start(controller) {
      // The first ends at once, while the second runs.
      controller.enqueue(encode(`${JSON.stringify(invalid)}\n${JSON.stringify(call)}\n`));
      await asked;
      controller.enqueue(encode(`${JSON.stringify(cancel)}\n`));
      controller.close();
    },
  });
  const { answers, ended } = connection(server, input);
  await ended;
  answer.resolve();
  assert.equal(answers.length, 1);
});

Deno.test("an error stays JSON whatever the secrets are", async () => {
  for (const token of ["false", "true", '"', "400", "retryable"]) {
    const { api, server } = await shop(token);
    await using _api = api;
    const response = await createHttpHandler(server)(
      new Request("http://127.0.0.1/mcp", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(call),
      }),
    );
    const { result } = JSON.parse(await response.text()), error = result._meta["capstan/error"];
    assert.equal(result.isError, true);
    assert.deepEqual([error.upstream.status, error.retryable], [400, false], token);
  }
});
