import assert from "node:assert/strict";
import { echo, exchange, RawClient, serveHttp } from "./testing.ts";
import { answerText } from "./text_answer.ts";

async function* slowly(parts: readonly string[]): AsyncGenerator<string> {
  for (const part of parts) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield part;
  }
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const HOST = "Host: a\r\n", CLOSE = "Connection: close\r\n";

Deno.test("HttpServer answers what is HTTP/1.1, wherever it is cut", async () => {
  await using server = serveHttp(echo);
  const chunked = `POST /c?d=e HTTP/1.1\r\n${HOST}Transfer-Encoding: Chunked\r\n\r\n` +
    '3;a=b;c="d"\r\nabc\r\n2\r\nde\r\n0\r\nx-trailer: 1\r\n\r\n';
  const sized = `\r\nPUT http://a/ HTTP/1.1\r\nhOST:\ta \r\nContent-Length: 5\r\nX: \xe9\r\n\r\nhello`;
  const last = `GET /%20?q=%7b HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
  const sent = chunked + sized + last, bytes = Uint8Array.from(sent, (c) => c.charCodeAt(0));
  const bodies: string[] = [];
  for (let cut = 1; cut < bytes.length; cut++) {
    using client = await RawClient.open(server.port);
    await client.send(bytes.subarray(0, cut));
    await client.send(bytes.subarray(cut));
    const answers = (await client.rest()).split(/(?=HTTP\/1\.1 )/);
    assert.equal(answers.length, 3, `cut at ${cut}`);
    bodies.push(answers.map((answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4)).join("\n"));
    assert.match(answers[0]!, /^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*date: \w{3}, \d\d .* GMT\r\n/);
    assert.doesNotMatch(answers[1]!, /connection: close/);
    assert.match(answers[2]!, /connection: close/);
  }
  assert.deepEqual([...new Set(bodies)], [
    [
      '{"method":"POST","path":"/c?d=e","body":"abcde"}',
      '{"method":"PUT","path":"/","body":"hello"}',
      '{"method":"GET","path":"/%20?q=%7b","body":""}',
    ].join("\n"),
  ]);
});

/** Requests that are refused, each with the status. What follows them is never read as another request. */
const REFUSED: readonly (readonly [status: number, head: string])[] = [
  // Where does the body end? (request smuggling)
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 1\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 1, 1\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: +1\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 0x1\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 1 1\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length:\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length:\t1\r\n\r\nX`],
  [400, `POST / HTTP/1.1\r\n${HOST}Content-Length : 1\r\n\r\nX`],
  [501, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  [501, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  [501, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  [501, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`],
  [501, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  [
    400,
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`.replace(
      ":\r\n c",
      ": chunked\r\n c",
    ),
  ],
  [
    400,
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  [400, `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  [400, `POST / HTTP/1.1\n${HOST}\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}X: a\nContent-Length: 9\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}X: a\x00b\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}X\x00: a\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}: a\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n${HOST}no colon\r\n\r\n`],
  [400, `POST / HTTP/1.1\r\n X: a\r\n${HOST}\r\n`],
  [400, `\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`],
  // Who is asked?
  [400, "GET / HTTP/1.1\r\n\r\n"],
  [400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"],
  [400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
  [400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"],
  [400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"],
  [400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"],
  [400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"],
  [400, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"],
  [400, "GET http://x@a/ HTTP/1.1\r\nHost: a\r\n\r\n"],
  [400, "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"],
  // What is asked?
  [400, `GET  / HTTP/1.1\r\n${HOST}\r\n`],
  [400, `GET /\tHTTP/1.1\r\n${HOST}\r\n`],
  [400, `GET / HTTP/1.1 \r\n${HOST}\r\n`],
  [400, `GET / http/1.1\r\n${HOST}\r\n`],
  [400, `GET / HTTP/1.1x\r\n${HOST}\r\n`],
  [400, `GET /\r\n${HOST}\r\n`],
  [400, `G{T / HTTP/1.1\r\n${HOST}\r\n`],
  [400, `${"G".repeat(40)} / HTTP/1.1\r\n${HOST}\r\n`],
  [400, `GET /#a HTTP/1.1\r\n${HOST}\r\n`],
  [400, `GET a HTTP/1.1\r\n${HOST}\r\n`],
  [400, `GET * HTTP/1.1\r\n${HOST}\r\n`],
  [400, `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`],
  [400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  [505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  [505, `GET / HTTP/1.2\r\n${HOST}\r\n`],
  [505, `GET / HTTP/0.9\r\n${HOST}\r\n`],
  [414, `GET /${"a".repeat(33_000)} HTTP/1.1\r\n${HOST}\r\n`],
  [414, `GET /${"a".repeat(70_000)}`],
  [431, `GET / HTTP/1.1\r\n${HOST}X: ${"a".repeat(66_000)}`],
  [431, `GET / HTTP/1.1\r\n${HOST}${"X: a\r\n".repeat(201)}\r\n`],
  [417, `POST / HTTP/1.1\r\n${HOST}Expect: a-miracle\r\nContent-Length: 1\r\n\r\n`],
  // What is no chunk?
  ...[
    "x\r\n",
    "-1\r\n",
    "0x1\r\na\r\n",
    "1 \r\na\r\n",
    "1\na\r\n0\r\n\r\n",
    "2\r\nabc\r\n",
    "1\r\na0\r\n\r\n",
    "\r\n",
    "ffffffffffffffff\r\n",
    "1;\x00\r\na\r\n",
    "1\r\n\r\n\r\n",
    "0\r\nContent-Length: 5\r\n\r\n",
    "0\r\n a: b\r\n\r\n",
  ]
    .map((body) => [400, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}`] as const),
];

Deno.test("HttpServer refuses what is not HTTP/1.1, closes, and takes nothing behind it for a request", async () => {
  const seen: string[] = [];
  await using server = serveHttp((request) => {
    seen.push(request.url);
    return echo(request);
  });
  for (const [status, sent] of REFUSED) {
    const bytes = Uint8Array.from(`${sent}GET /smuggled HTTP/1.1\r\n${HOST}\r\n`, (c) => c.charCodeAt(0));
    const answer = await exchange(server.port, bytes), shown = JSON.stringify(sent.slice(0, 120));
    assert.equal(statusOf(answer), status, shown);
    assert.match(answer, /connection: close/, shown);
    assert.equal(answer.split("HTTP/1.1 ").length, 2, shown);
  }
  assert.ok(seen.every((url) => !url.includes("smuggled")), JSON.stringify(seen));
});

Deno.test("HttpServer speaks HTTP/1.0, HEAD, 204 and OPTIONS * as they are", async () => {
  await using server = serveHttp((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/none") return new Response(null, { status: 204 });
    if (pathname === "/stream") {
      return new Response(ReadableStream.from(slowly(["a", "bc"])).pipeThrough(new TextEncoderStream()));
    }
    return answerText(request, "text", { status: 200, headers: { "content-type": "text/plain" } });
  });
  const bare = await exchange(server.port, "GET / HTTP/1.0\r\n\r\n");
  assert.match(
    bare,
    /^HTTP\/1\.1 200 OK\r\ncontent-type: text\/plain\r\n.*\r\ncontent-length: 4\r\nconnection: close\r\n\r\ntext$/,
  );
  using kept = await RawClient.open(server.port);
  await kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  assert.match(await kept.until(/text$/), /connection: keep-alive/);
  const head = await exchange(server.port, `HEAD / HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
  assert.match(head, /content-length: 4\r\n[^]*\r\n\r\n$/);
  const none = await exchange(server.port, `GET /none HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
  assert.doesNotMatch(none, /content-length|transfer-encoding/);
  assert.match(none, /^HTTP\/1\.1 204 No Content\r\n[^]*\r\n\r\n$/);
  assert.equal(statusOf(await exchange(server.port, `OPTIONS * HTTP/1.1\r\n${HOST}${CLOSE}\r\n`)), 200);
  const old = await exchange(server.port, "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  assert.match(old, /connection: close\r\n\r\nabc$/);
  const chunked = await exchange(server.port, `GET /stream HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
  assert.match(chunked, /transfer-encoding: chunked[^]*\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n$/);
});

Deno.test("HttpServer asks for a body that waits to be wanted, and only then", async () => {
  await using server = serveHttp((request) =>
    request.url.endsWith("/no") ? new Response("no", { status: 403 }) : echo(request)
  );
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\n${HOST}Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n`;
  using client = await RawClient.open(server.port);
  await client.send(head("/yes"));
  assert.equal(await client.until(/\r\n\r\n/), "HTTP/1.1 100 Continue\r\n\r\n");
  await client.send("ab");
  assert.match(await client.until(/\}$/), /"body":"ab"/);
  // Nobody knows whether the body of a refused request follows.
  const refused = await exchange(server.port, head("/no"));
  assert.equal(statusOf(refused), 403);
  assert.match(refused, /connection: close/);
});

Deno.test("HttpServer keeps the order of requests sent ahead, and passes over bodies that nobody read", async () => {
  await using server = serveHttp(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/slow") await new Promise((resolve) => setTimeout(resolve, 20));
    return new Response(pathname);
  });
  const post = (path: string, length: number) =>
    `POST ${path} HTTP/1.1\r\n${HOST}Content-Length: ${length}\r\n\r\n${"x".repeat(length)}`;
  const sent = post("/slow", 10) + post("/a", 20_000) + post("/b", 0) + post("/slow", 5000) +
    `GET /last HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
  const answers = await exchange(server.port, sent);
  assert.deepEqual(answers.split(/HTTP\/1\.1 200 OK[^]*?\r\n\r\n/).slice(1), [
    "/slow",
    "/a",
    "/b",
    "/slow",
    "/last",
  ]);
  // More than is worth reading: the connection ends, and the answer still arrives.
  const large = await exchange(server.port, post("/large", 900_000));
  assert.match(large, /connection: close[^]*\/large$/);
});

Deno.test("HttpServer writes no header that could be read as another, and says a length that is true", async () => {
  await using server = serveHttp((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/name") return answerText(request, "", { status: 200, headers: { "a: b\r\nc": "d" } });
    if (pathname === "/value") return answerText(request, "", { status: 200, headers: { a: "b\r\nc: d" } });
    if (pathname === "/own") {
      const headers = {
        "transfer-encoding": "chunked",
        connection: "upgrade",
        date: "x",
        "content-length": "1",
      };
      return answerText(request, "ä\ud83d\ude00", { status: 200, headers });
    }
    const body = new Blob(["abc"]).stream();
    return new Response(body, { headers: { "content-length": pathname === "/short" ? "5" : "2" } });
  });
  const get = (path: string) => exchange(server.port, `GET ${path} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
  assert.equal(statusOf(await get("/name")), 500);
  assert.equal(statusOf(await get("/value")), 500);
  const own = await get("/own");
  assert.doesNotMatch(own, /transfer-encoding|upgrade|date: x/);
  assert.match(own, /content-length: 6\r\n/);
  assert.match(await get("/short"), /content-length: 5[^]*abc$/);
  assert.doesNotMatch(await get("/long"), /abc/);
});
