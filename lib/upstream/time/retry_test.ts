import assert from "node:assert/strict";
import { compileOperationCall } from "../call.ts";
import { backoff, retryAfter } from "./retry.ts";
import { context, failureOf, operation, serve, serveRaw } from "../testing.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const asked = (value: string, date?: string) =>
  retryAfter(new Headers({ "retry-after": value, ...(date === undefined ? {} : { date }) }), NOW);

Deno.test("retryAfter() reads seconds and dates, and nothing else", () => {
  assert.equal(retryAfter(new Headers(), NOW), undefined);
  assert.equal(asked("0"), 0);
  assert.equal(asked(" 7 "), 7);
  assert.equal(asked("1.5"), 1.5);
  assert.equal(asked("Sat, 31 Jan 2026 12:00:05 GMT"), 5);
  assert.equal(asked("Saturday, 31-Jan-26 12:00:05 GMT"), 5);
  assert.equal(asked("Sat, 31 Jan 2026 11:00:00 GMT"), 0);
  for (const value of ["-5", "soon", "5 seconds", "1e3", "Infinity", "2026-01-31T12:00:05Z", ""]) {
    assert.equal(asked(value), undefined, value);
  }
});

Deno.test("retryAfter() takes no longer time than a year", () => {
  const year = 366 * 24 * 3600;
  for (const value of ["9".repeat(30), "9".repeat(400), "Fri, 31 Dec 9999 00:00:00 GMT"]) {
    assert.equal(asked(value), year, value);
  }
});

Deno.test("retryAfter() counts from the server's clock, which may be wrong", () => {
  assert.equal(asked("Sat, 31 Jan 2026 18:00:05 GMT", "Sat, 31 Jan 2026 18:00:00 GMT"), 5);
  assert.equal(asked("Sat, 31 Jan 2026 12:00:05 GMT", "nonsense"), 5);
});

Deno.test("backoff() grows, and is never the same for all", () => {
  assert.equal(backoff(1, 0), 100);
  assert.equal(backoff(1, 1), 200);
  assert.equal(backoff(2, 1), 400);
});

Deno.test("a Retry-After that fits into the deadline is waited for", async () => {
  let requests = 0;
  await using server = serve(() =>
    ++requests === 1
      ? new Response(null, { status: 429, headers: { "retry-after": "0" } })
      : Response.json("served")
  );
  const call = compileOperationCall(operation(server.origin));
  assert.equal((await call({ args: {} }, context())).value, "served");
  assert.equal(requests, 2);
});

Deno.test("a wait between tries ends at once when the caller goes away", async () => {
  let requests = 0;
  const waiting = Promise.withResolvers<void>();
  await using server = serve(() => {
    requests++;
    waiting.resolve();
    return new Response(null, { status: 503, headers: { "retry-after": "3000" } });
  });
  const controller = new AbortController();
  const call = compileOperationCall(operation(server.origin));
  const failure = failureOf(call({ args: {} }, context(3_600_000, controller.signal)));
  await waiting.promise;
  setTimeout(() => controller.abort(), 50);
  assert.match((await failure).message, /cancelled/);
  assert.equal(requests, 1);
});

Deno.test("a connection is used again after answers that nobody reads to the end", async () => {
  let connections = 0, requests = 0;
  await using server = serveRaw(async (connection) => {
    connections++;
    const buffer = new Uint8Array(4096),
      answers: Record<string, string> = {
        "/404": "404 Not Found",
        "/503": "503 Service Unavailable",
        "/302": "302 Found\r\nLocation: /200",
        "/401": '401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"',
      };
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      requests++;
      const [, path] = new TextDecoder().decode(buffer.subarray(0, n)).split(" ");
      const body = '{"message":"words of the API"}';
      await connection.write(
        new TextEncoder().encode(
          `HTTP/1.1 ${answers[path!] ?? "200 OK"}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        ),
      );
    }
  });
  const call = compileOperationCall(operation(server.origin, {
    path: ["/", { name: "path", get: ({ args }) => args["path"] }],
    credentials: [{ type: "digest", username: "u", password: "p" }],
  }));
  for (const path of ["404", "302", "404", "503", "401", "200"]) {
    await call({ args: { path } }, context()).catch(() => {});
  }
  assert.ok(requests >= 9, `${requests}`);
  assert.equal(connections, 1);
});
