import assert from "node:assert/strict";
import fc from "fast-check";
import { compileText, startUpstream } from "../../../tests/capability.ts";
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import { earlyAnswers } from "../../expose/mcp/lanes/early.ts";
import { McpServer } from "../../expose/mcp/server.ts";
import { serveStdio } from "../../expose/mcp/transports/stdio.ts";
import { FirstAnswers } from "./first_answers.ts";
import { type HandedConnection, handedConnection, type Handover } from "./handed_input.ts";

const api = startUpstream((request) => Response.json({ path: new URL(request.url).pathname }));

async function shop(): Promise<McpServer> {
  const compiled = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}
      resources: { r: { path: /ok, operations: { get-ok: { method: GET } } } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3988
      tools: { get: { description: Gets it — ünder all circumstances, call: api.get-ok } }
      resources: { note: { name: note, uri: "note://one", description: n, call: api.get-ok } }
`);
  return new McpServer(compiled, compiled.surfaces[0] as Surface<ExposesMcp>);
}

const encode = (text: string) => new TextEncoder().encode(text);
const request = (id: number, method: string, params?: unknown) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
const INITIALIZE = request(1, "initialize", {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "t", version: "1" },
});
const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
const CALL = (id: number) => request(id, "tools/call", { name: "get", arguments: {} });

/** An input that gives its chunks one by one, to whoever reads, and counts readers that read at once. */
function inputOf(chunks: readonly Uint8Array[]) {
  const left = [...chunks];
  let reading = 0;
  const next = async () => {
    assert.equal(++reading, 1, "two threads read at once");
    await new Promise((resolve) => setTimeout(resolve, 0));
    reading--;
    return left.shift();
  };
  return {
    async read(into: Uint8Array) {
      const chunk = await next();
      if (chunk === undefined) return null;
      if (chunk.length > into.length) {
        into.set(chunk.subarray(0, into.length));
        left.unshift(chunk.subarray(into.length));
        return into.length;
      }
      into.set(chunk);
      return chunk.length;
    },
    rest: () =>
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          const chunk = await next();
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        },
      }, { highWaterMark: 0 }),
  };
}

/** What the plain connection answers. */
async function plainly(server: McpServer, bytes: Uint8Array): Promise<string[]> {
  const out: string[] = [], decoder = new TextDecoder();
  const input = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  await serveStdio(server, {
    input,
    write: (line) => (out.push(decoder.decode(line)), Promise.resolve()),
  });
  return out.sort();
}

/** What is answered where a front begins, and the capability goes on after a number of turns. */
async function handedOver(
  server: McpServer,
  chunks: readonly Uint8Array[],
  turns: number,
  shortWrites = false,
): Promise<{ lines: string[]; handover: Handover | undefined }> {
  const out: number[] = [], input = inputOf(chunks);
  let handover: Handover | undefined, writing = 0;
  const write = async (bytes: Uint8Array) => {
    assert.equal(++writing, 1, "two threads write at once");
    await new Promise((resolve) => setTimeout(resolve, 0));
    const count = shortWrites ? Math.min(bytes.length, 7) : bytes.length;
    out.push(...bytes.subarray(0, count));
    writing--;
    return count;
  };
  const front = new FirstAnswers(earlyAnswers(server), { read: input.read, write }, 5);
  await front.settled;
  const handed: HandedConnection = handedConnection(() => input.rest().getReader());
  front.handTo({
    take(given) {
      assert.equal(handover, undefined, "it is handed over once");
      handover = given;
      handed.take(given);
    },
    written: handed.written,
  });
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  front.release();
  await serveStdio(server, {
    input: handed.connection.input,
    begun: handed.connection,
    async write(line) {
      for (let at = 0; at < line.length;) at += await write(line.subarray(at));
    },
  });
  const text = new TextDecoder().decode(new Uint8Array(out));
  return { lines: text === "" ? [] : text.trimEnd().split("\n").map((line) => `${line}\n`).sort(), handover };
}

/** Cuts bytes into chunks. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length]!);
    out.push(bytes.slice(at, at + size));
    at += size;
  }
  return out;
}

const LINES: readonly string[] = [
  INITIALIZE,
  INITIALIZED,
  request(3, "tools/list"),
  request(4, "resources/list"),
  request(5, "prompts/list"),
  request(6, "ping"),
  CALL(7),
  request(8, "resources/read", { uri: "note://one" }),
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}',
  "",
  "   ",
  "no json",
  "[]",
  `[${request(9, "ping")},${CALL(10)}]`,
  request(11, "tools/list", { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } }),
  request(12, "server/discover", { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } }),
  request(13, "no/such"),
  request(15, "logging/setLevel", { level: "info" }),
  request(16, "resources/subscribe", { uri: "note://one" }),
  '{"jsonrpc":"2.0","id":{},"method":"ping"}',
  '{"jsonrpc":"2.0","id":14,"method":"ping","params":{"ü":"—"}}\r',
];

Deno.test("a connection that a front begins is answered as one that it does not, however its bytes come", async () => {
  const server = await shop();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...LINES), { maxLength: 9 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
      fc.nat({ max: 12 }),
      fc.boolean(),
      fc.boolean(),
      async (lines, sizes, turns, isEnded, shortWrites) => {
        const text = lines.join("\n") + (isEnded && lines.length > 0 ? "\n" : "");
        const bytes = encode(text);
        const { lines: answers } = await handedOver(server, cut(bytes, sizes), turns, shortWrites);
        assert.deepEqual(answers, await plainly(server, bytes));
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("a connection is handed over whole when its bytes come one by one", async () => {
  const server = await shop();
  const bytes = encode(
    [INITIALIZE, INITIALIZED, request(2, "tools/list"), CALL(3), request(4, "ping")].join("\n"),
  );
  const { lines } = await handedOver(server, cut(bytes, [1]), 0);
  assert.deepEqual(lines, await plainly(server, bytes));
});

Deno.test("a front answers what comes before a call, and hands over from the call on", async () => {
  const server = await shop(), rest = `${CALL(3)}\n${request(4, "ping")}\n`;
  const before = `${INITIALIZE}\n${INITIALIZED}\n${request(2, "tools/list")}\n`;
  const { handover, lines } = await handedOver(server, [encode(before + rest)], 0);
  assert.equal(new TextDecoder().decode(handover!.bytes), rest);
  assert.equal(handover!.opening, INITIALIZE);
  assert.deepEqual(lines.map((line) => JSON.parse(line).id), [1, 2, 3, 4]);
});

Deno.test("a front passes on bytes that are no text, and a message that does not end", async () => {
  const server = await shop();
  const broken = new Uint8Array([
    ...encode(`${request(2, "ping")}\n`),
    0xff,
    0xfe,
    10,
    ...encode(`${request(3, "ping")}\n`),
  ]);
  assert.deepEqual((await handedOver(server, [broken], 0)).lines, await plainly(server, broken));
  const long = encode(`${request(4, "ping", { text: "x".repeat(200_000) })}\n`);
  const { lines, handover } = await handedOver(server, [long], 0);
  assert.deepEqual(lines, await plainly(server, long));
  assert.ok(handover!.bytes.length > 64 * 1024, "it was passed on before it ended");
});

Deno.test("a front whose answers nobody reads ends the connection", async () => {
  const server = await shop(), input = inputOf([encode(`${request(2, "ping")}\n`), encode(`${CALL(3)}\n`)]);
  const front = new FirstAnswers(earlyAnswers(server), {
    read: input.read,
    write: () => Promise.reject(new Deno.errors.BrokenPipe()),
  }, 5);
  await front.settled;
  const handed = Promise.withResolvers<Handover>();
  front.handTo({ take: handed.resolve, written() {} });
  assert.equal((await handed.promise).ended, true);
});

Deno.test("a connection that is stopped before it was handed over ends", async () => {
  const server = await shop(), stop = new AbortController();
  const handed = handedConnection(() => assert.fail("the input is not this thread's"));
  const ended = serveStdio(server, {
    input: handed.connection.input,
    begun: handed.connection,
    write: () => Promise.resolve(),
  }, { signal: stop.signal });
  stop.abort();
  await ended;
});

Deno.test("a front reads no resource that lies in a folder, and no flow runs", async () => {
  const server = await shop(),
    early = earlyAnswers(server),
    said = (text: string) => early.answer(encode(text));
  assert.equal(said(CALL(1)), undefined);
  assert.equal(said(request(2, "resources/read", { uri: "note://one" })), undefined);
  assert.match(String(await said(request(3, "resources/list"))), /note:\/\/one/);
  Object.defineProperty(server, "listsFiles", { value: true });
  assert.equal(said(request(4, "resources/list")), undefined);
});
