import assert from "node:assert/strict";
import { echo, exchange, RawClient, serveHttp } from "./testing.ts";
import { LISTEN_LIMITS } from "./limits.ts";

const HOST = "Host: a\r\n";
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;

Deno.test("HttpServer closes what says nothing, and answers a head or a body that does not come with 408", async () => {
  // Each has a server of its own, whose other limits are far away: none of them is to end first on a busy machine.
  await using idle = serveHttp(echo, { idleMs: 60 });
  assert.equal(await exchange(idle.port, ""), "");
  // A head in drops: each of them is no reason to wait longer.
  await using server = serveHttp(echo, { headMs: 60 });
  using drops = await RawClient.open(server.port);
  const sending = (async () => {
    for (const letter of `GET / HTTP/1.1\r\nX: ${"a".repeat(1000)}`) {
      await drops.send(letter);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })().catch(() => {});
  assert.match(await drops.rest(), /^HTTP\/1\.1 408 [^]*connection: close/);
  drops[Symbol.dispose]();
  await sending;
  await using waiting = serveHttp(echo, { bodyStallMs: 60, bodyMs: 200, bodyBytesPerMs: 1e6 });
  const body = await exchange(waiting.port, `POST / HTTP/1.1\r\n${HOST}Content-Length: 9\r\n\r\nabc`);
  assert.match(body, /^HTTP\/1\.1 408 [^]*connection: close[^]*did not arrive in time/);
  // A connection that was used is kept for a while, and no longer.
  await using keeping = serveHttp(echo, { idleMs: 2_000 });
  const used = await exchange(keeping.port, GET);
  assert.match(used, /^HTTP\/1\.1 200 /);
  assert.doesNotMatch(used, /connection: close/);
});

Deno.test("HttpServer closes on a client that does not read its answer", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = serveHttp(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)),
        cancel: () => gone.resolve(),
      }),
    ), { writeMs: 60 });
  using client = await RawClient.open(server.port);
  await client.send(GET);
  await gone.promise;
});

Deno.test("HttpServer bounds its connections: an idle one makes room, else it says so", async () => {
  const answer = Promise.withResolvers<Response>(), bothBusy = Promise.withResolvers<void>();
  let requests = 0;
  await using server = serveHttp(() => {
    if (++requests === 2) bothBusy.resolve();
    return answer.promise;
  }, { connections: 2 });
  using idle = await RawClient.open(server.port);
  using busy = await RawClient.open(server.port), other = await RawClient.open(server.port);
  assert.equal(await idle.rest(), "");
  await busy.send(GET);
  await other.send(GET);
  await bothBusy.promise;
  using more = await RawClient.open(server.port);
  assert.match(await more.rest(), /^HTTP\/1\.1 503 [^]*retry-after: 1[^]*connection: close/);
  answer.resolve(new Response("ok"));
  assert.equal(server.warnings.length, 1);
  assert.match(server.warnings[0]!, /2 connections are open/);
  other[Symbol.dispose]();
});

Deno.test("HttpServer holds many idle connections", async () => {
  const count = 1000;
  await using server = serveHttp(echo);
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i++) clients.push(await RawClient.open(server.port));
  for (const client of clients.slice(-20)) await client.send(GET);
  for (const client of clients.slice(-20)) assert.match(await client.until(/\}$/), / 200 /);
  assert.equal(server.server.connections, count);
  assert.ok(LISTEN_LIMITS.connections >= 5000);
  for (const client of clients) client[Symbol.dispose]();
});

Deno.test("HttpServer tells at once that a client left, wherever its request was cut", async () => {
  const aborted: string[] = [];
  let begun = Promise.withResolvers<void>(), over = Promise.withResolvers<void>();
  await using server = serveHttp(async (request) => {
    const text = await request.text();
    begun.resolve();
    await new Promise<void>((resolve) => request.signal.addEventListener("abort", () => resolve()));
    aborted.push(text);
    over.resolve();
    return new Response("late");
  });
  const sent = `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`;
  const bytes = new TextEncoder().encode(sent);
  for (let cut = 1; cut <= bytes.length; cut++) {
    begun = Promise.withResolvers<void>();
    over = Promise.withResolvers<void>();
    using client = await RawClient.open(server.port);
    await client.send(bytes.subarray(0, cut));
    // The rest comes in a packet of its own.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await client.send(bytes.subarray(cut));
    await begun.promise;
    client[Symbol.dispose]();
    await over.promise;
  }
  assert.deepEqual(aborted, Array(bytes.length).fill("hello"));
});

Deno.test("HttpServer finishes what is under way when it stops, and closes the rest", async () => {
  const begun = Promise.withResolvers<void>(), answer = Promise.withResolvers<Response>();
  const server = serveHttp((request) => {
    if (request.url.endsWith("/quick")) return new Response("quick");
    begun.resolve();
    return answer.promise;
  });
  using idle = await RawClient.open(server.port), busy = await RawClient.open(server.port);
  await idle.send(GET.replace("/", "/quick"));
  await idle.until(/quick$/);
  await busy.send(GET);
  await begun.promise;
  const stopped = server.server.shutdown(60_000);
  assert.match(await idle.rest(), /quick$/);
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: server.port }));
  answer.resolve(new Response("done"));
  assert.match(await busy.rest(), /connection: close[^]*done$/);
  await stopped;
  assert.equal(server.server.connections, 0);
});
