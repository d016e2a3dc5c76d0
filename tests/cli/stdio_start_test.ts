/**
 * The first messages over stdio, to the program as clients start it: whatever a client sends before the capability runs
 * is answered once, in full, and nothing of it is lost.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, type Folder, folderWith, type Upstream, upstream } from "../testing.ts";

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      resources: { o: { path: /orders, operations: { list: { method: GET } } } }
  exposes:
    - type: mcp
      namespace: shop-tools
      port: 3988
      tools: { list-orders: { description: Lists the orders, call: shop.list } }
`;

const request = (id: number, method: string, params?: unknown) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n";
const HANDSHAKE = request(0, "initialize", {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "t", version: "1" },
}) + '{"jsonrpc":"2.0","method":"notifications/initialized"}\n';
const CALL = (id: number) => request(id, "tools/call", { name: "list-orders", arguments: {} });

interface Answer {
  readonly id: number | null;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number };
}

async function setUp(): Promise<AsyncDisposable & { folder: Folder; shop: Upstream; args: string[] }> {
  const shop = upstream(() => Response.json({ sum: 2 }));
  const folder = await folderWith({ "shop.yml": SPEC(shop.origin) });
  return {
    folder,
    shop,
    args: [...CAPSTAN.slice(1), "serve", "--stdio", "--quiet", `${folder.path}/shop.yml`],
    async [Symbol.asyncDispose]() {
      await folder[Symbol.asyncDispose]();
      await shop[Symbol.asyncDispose]();
    },
  };
}

/** A client that writes pieces, reads lines as it likes, and leaves. */
function client(args: string[]) {
  const child = new Deno.Command(CAPSTAN[0], { args, stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const writer = child.stdin.getWriter(),
    reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  return {
    write: (text: string) => writer.write(new TextEncoder().encode(text)),
    async line(): Promise<Answer> {
      while (!seen.includes("\n")) {
        const { value, done } = await reader.read();
        assert.ok(!done, "it ended before it answered");
        seen += value;
      }
      const at = seen.indexOf("\n"), line = seen.slice(0, at);
      seen = seen.slice(at + 1);
      return JSON.parse(line);
    },
    /** Ends the input, and gives every answer that is left, and what came of the process. */
    async leave(): Promise<{ answers: Answer[]; code: number; err: string }> {
      await writer.close().catch(() => {});
      for (let next = await reader.read(); !next.done; next = await reader.read()) seen += next.value;
      const err = await new Response(child.stderr).text();
      const answers = seen.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
      return { answers, code: (await child.status).code, err };
    },
  };
}

Deno.test("a client that writes everything at once gets every answer once", async () => {
  await using set = await setUp();
  const one = client(set.args);
  const ids = Array.from({ length: 20 }, (_, i) => i + 1);
  await one.write(HANDSHAKE + ids.map((id) => id % 3 === 0 ? CALL(id) : request(id, "tools/list")).join(""));
  const { answers, code, err } = await one.leave();
  assert.equal(code, 0, err);
  assert.deepEqual(answers.map(({ id }) => id).sort((a, b) => a! - b!), [0, ...ids]);
  assert.deepEqual(answers.find(({ id }) => id === 3)!.result!["content"], [{
    type: "text",
    text: '{"sum":2}',
  }]);
});

Deno.test("a client that asks one thing after the other goes on with the capability without noticing", async () => {
  await using set = await setUp();
  const one = client(set.args);
  await one.write(HANDSHAKE.slice(0, 40));
  await one.write(HANDSHAKE.slice(40));
  assert.equal((await one.line()).id, 0);
  await one.write(request(1, "tools/list"));
  assert.equal((await one.line()).id, 1);
  for (let id = 2; id < 12; id++) {
    await one.write(id % 2 === 0 ? CALL(id) : request(id, "ping"));
    assert.equal((await one.line()).id, id);
  }
  // What the official SDK answers needs the message that opened the connection, which the other thread answered.
  await one.write(request(12, "logging/setLevel", { level: "info" }));
  assert.equal((await one.line()).id, 12);
  await one.write("no json\n");
  assert.equal((await one.line()).error!.code, -32700);
  const { answers, code, err } = await one.leave();
  assert.deepEqual([answers, code], [[], 0], err);
});

Deno.test("a client that leaves at once, or in the middle of a message, ends the program", async () => {
  await using set = await setUp();
  for (const text of ["", HANDSHAKE, HANDSHAKE + '{"jsonrpc":"2.0","id":1,"meth']) {
    const one = client(set.args);
    await one.write(text);
    const { code, answers, err } = await one.leave();
    assert.equal(code, 0, err);
    assert.equal(answers.length, text === "" ? 0 : text === HANDSHAKE ? 1 : 2, JSON.stringify(answers));
  }
});
