/**
 * A capability that is served, under load: clients that go, that are slow, that are many; a signal and a new document
 * while calls run. Whoever was promised an answer gets it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, freePort, rpc, startServer, upstream } from "../testing.ts";

/** After so long something hangs, in milliseconds. */
const WATCHDOG_MS = 150_000;

const capability = (origin: string, port: number, tool = "list-items", more = "") =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      resources:
        items: { path: /items, operations: { list-items: { method: GET } } }
  exposes:
    - type: mcp
      namespace: tools
      port: ${port}
      tools: { ${tool}: { description: Lists, call: shop.list-items } }
${more}`;

const BODY = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "list-items", arguments: {} },
});
const HEAD = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
  `Accept: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;
const encoder = new TextEncoder();

/** Gives up on what hangs. */
function bounded<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), WATCHDOG_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

const call = (url: string, name = "list-items") => rpc(url, "tools/call", { name, arguments: {} });
const isGood = (answer: Record<string, unknown>) =>
  (answer["result"] as { isError?: boolean } | undefined)?.isError === false;

async function write(connection: Deno.TcpConn, text: string): Promise<void> {
  for (let rest = encoder.encode(text); rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}

async function readAnswer(connection: Deno.TcpConn): Promise<string> {
  const decoder = new TextDecoder(), chunk = new Uint8Array(8192);
  let text = "";
  while (!text.includes("isError")) {
    const size = await connection.read(chunk);
    if (size === null) break;
    text += decoder.decode(chunk.subarray(0, size), { stream: true });
  }
  return text;
}

Deno.test("a client that goes in the middle of its call ends the request to the API, and hurts nobody", async () => {
  const begun = Promise.withResolvers<void>(), gone = Promise.withResolvers<void>();
  let first = true;
  await using shop = upstream((request) => {
    if (!first) return Response.json({ ok: true });
    first = false;
    begun.resolve();
    return new Promise((resolve) =>
      request.signal.addEventListener("abort", () => {
        gone.resolve();
        resolve(new Response(null));
      })
    );
  });
  await using folder = await folderWith({ "a.yml": capability(shop.origin, 0) });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/a.yml`, "--port", "0"]);
  const { port } = new URL(server.urls[0]!);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await write(connection, HEAD + BODY);
  await bounded(begun.promise, "the request to the API");
  connection.close();
  await bounded(gone.promise, "the request of a client that has gone");
  assert.ok(isGood(await call(server.urls[0]!)));
});

Deno.test("hundreds of connections that say nothing, or little at a time, keep nobody from an answer", async () => {
  await using shop = upstream(() => Response.json({ ok: true }));
  await using folder = await folderWith({ "a.yml": capability(shop.origin, 0) });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/a.yml`, "--port", "0"]);
  const [url] = server.urls, port = Number(new URL(url!).port);
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
  const idle = await Promise.all(Array.from({ length: 300 }, connect));
  const halves = await Promise.all(Array.from({ length: 100 }, async () => {
    const connection = await connect();
    await write(connection, HEAD.slice(0, 60));
    return connection;
  }));
  const slow = Promise.all(Array.from({ length: 10 }, async () => {
    const connection = await connect();
    const text = HEAD + BODY;
    for (let at = 0; at < text.length; at += 20) {
      await write(connection, text.slice(at, at + 20));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const answer = await readAnswer(connection);
    connection.close();
    return answer;
  }));
  for (let i = 0; i < 20; i++) assert.ok(isGood(await bounded(call(url!), "a call")));
  for (const answer of await bounded(slow, "a slow client")) assert.match(answer, /"isError":false/);
  // Half a request that is finished after all is answered.
  await write(halves[0]!, HEAD.slice(60) + BODY);
  assert.match(await bounded(readAnswer(halves[0]!), "a client that took its time"), /"isError":false/);
  for (const connection of [...idle, ...halves]) connection.close();
  assert.ok(isGood(await call(url!)));
  assert.equal(await bounded(server.end(), "the end"), 0);
});

Deno.test("SIGTERM under load: every call that an API has begun to work on is answered", async () => {
  let inside = 0, loaded = () => {};
  const go = Promise.withResolvers<void>(), enough = new Promise<void>((resolve) => loaded = resolve);
  await using shop = upstream(async () => {
    if (++inside === 64) loaded();
    await go.promise;
    return Response.json({ ok: true });
  });
  await using folder = await folderWith({ "a.yml": capability(shop.origin, 0) });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/a.yml`, "--port", "0"]);
  const calls = Array.from({ length: 64 }, () => call(server.urls[0]!));
  await bounded(enough, "the load");
  const ended = server.end("SIGTERM");
  // Whoever comes now finds nobody, sooner or later.
  const refused = (async () => {
    for (;;) {
      try {
        const connection = await Deno.connect({
          hostname: "127.0.0.1",
          port: Number(new URL(server.urls[0]!).port),
        });
        connection.close();
      } catch {
        return;
      }
    }
  })();
  await bounded(refused, "the listener");
  go.resolve();
  assert.ok((await bounded(Promise.all(calls), "a call")).every(isGood));
  assert.equal(await bounded(ended, "the end"), 0);
});

Deno.test("reloading under load: every call is answered, by the old document or by the new one", async () => {
  const port = freePort(), control = freePort();
  await using shop = upstream(() => Response.json({ ok: true }));
  const document = (more: string) =>
    capability(
      shop.origin,
      port,
      "list-items",
      `    - { type: control, namespace: c, port: ${control}, management: { reload: true } }\n`,
    )
      .replace("description: Lists", `description: Lists ${more}`);
  await using folder = await folderWith({ "a.yml": document("0") });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/a.yml`], { surfaces: 2 });
  let stop = false, answered = 0;
  const callers = Promise.all(Array.from({ length: 8 }, async () => {
    while (!stop) {
      assert.ok(isGood(await call(server.urls[0]!)));
      answered++;
    }
  }));
  for (let i = 1; i <= 5; i++) {
    await Deno.writeTextFile(`${folder.path}/a.yml`, document(String(i)));
    const before = answered;
    const answer = await bounded(
      fetch(`http://127.0.0.1:${control}/config/reload`, { method: "POST" }),
      "a reload",
    );
    assert.equal(answer.status, 200, await answer.text());
    while (answered === before) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  stop = true;
  await bounded(callers, "a call");
  const list = await rpc(server.urls[0]!, "tools/list");
  assert.match(JSON.stringify(list), /"Lists 5"/);
});
