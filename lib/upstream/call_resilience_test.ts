import assert from "node:assert/strict";
import { callOperation } from "./call.ts";
import { argument, context, failureOf, operation, serve, serveRaw } from "./testing.ts";

Deno.test("callOperation() ends at the deadline while a slow server dribbles", async () => {
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    // Something comes all the time, and it never ends.
    for (const c of "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[") {
      await connection.write(new TextEncoder().encode(c));
    }
    for (;;) {
      await connection.write(new TextEncoder().encode("1,"));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context(300)));
  assert.equal(data.code, "timeout");
  assert.equal(data.retryable, true);
});

Deno.test("callOperation() stops when the caller goes away while the body is read", async () => {
  const begun = Promise.withResolvers<void>(), closed = Promise.withResolvers<void>();
  await using server = serve(() =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("[1,"));
          begun.resolve();
        },
        cancel: () => closed.resolve(),
      }),
      { headers: { "content-type": "application/json" } },
    )
  );
  const controller = new AbortController();
  const call = failureOf(
    callOperation(operation(server.origin), { args: {} }, context(60_000, controller.signal)),
  );
  await begun.promise;
  setTimeout(() => controller.abort(), 100);
  assert.match((await call).message, /cancelled/);
  await closed.promise;
});

Deno.test("callOperation() tries a repeatable call again after faults of the network and passing statuses", async () => {
  let requests = 0;
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    const answer = ++requests === 1
      ? ""
      : requests === 2
      ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n42";
    await connection.write(new TextEncoder().encode(answer));
  });
  const answer = await callOperation(operation(server.origin), { args: {} }, context());
  assert.equal(answer.value, 42);
  assert.equal(requests, 3);
});

Deno.test("callOperation() does not repeat what may not be repeated", async () => {
  let requests = 0;
  await using server = serve(() => {
    requests++;
    return new Response(null, { status: 503 });
  });
  const data = await failureOf(
    callOperation(operation(server.origin, { method: "POST", repeatable: false }), { args: {} }, context()),
  );
  assert.equal(requests, 1);
  assert.equal(data.retryable, false);
});

Deno.test("callOperation() returns at once when Retry-After lies beyond the deadline", async () => {
  await using server = serve(() => new Response(null, { status: 429, headers: { "retry-after": "7200" } }));
  // Whoever waited would wait for an hour.
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context(3_600_000)));
  assert.equal(data.code, "rate_limited");
  assert.equal(data.retryAfterSeconds, 7200);
});

Deno.test("callOperation() explains refused and unknown hosts", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const refused = await failureOf(
    callOperation(operation(`http://127.0.0.1:${port}`, { repeatable: false }), { args: {} }, context()),
  );
  assert.equal(refused.code, "unreachable");
  assert.match(refused.message, /refused the connection/);
  const unknown = await failureOf(
    callOperation(operation("http://nothing.invalid", { repeatable: false }), { args: {} }, context()),
  );
  assert.equal(unknown.code, "unreachable");
});

Deno.test("callOperation() never calls forbidden addresses, however they are written", async () => {
  for (
    const host of [
      "169.254.169.254",
      "2852039166",
      "0xa9fea9fe",
      "0251.0376.0251.0376",
      "169.254.43518",
      "[::ffff:169.254.169.254]",
      "[::ffff:a9fe:a9fe]",
      "[64:ff9b::a9fe:a9fe]",
      "[fe80::1]",
      "[fd00:ec2::254]",
      "100.100.100.200",
      "metadata.google.internal",
    ]
  ) {
    const { origin } = new URL(`http://${host}/`);
    const data = await failureOf(callOperation(operation(origin), { args: {} }, context()));
    assert.equal(data.code, "blocked", host);
  }
});

Deno.test("callOperation() refuses path values that would leave their segment", async () => {
  let reached = false;
  await using server = serve(() => {
    reached = true;
    return new Response("");
  });
  const one = operation(server.origin, { path: ["/a/", argument("id"), "/b"] });
  for (
    const id of [
      "",
      null,
      undefined,
      ".",
      "..",
      "%2e%2e",
      "x/../y",
      "x\\..\\y",
      "%2E.",
      "x%2f..",
      "%252e%252e",
      "..%5c",
    ]
  ) {
    const data = await failureOf(callOperation(one, { args: { id } }, context()));
    assert.equal(data.code, "invalid_arguments", String(id));
    assert.equal(data.fields?.[0]?.name, "id");
  }
  const dotted = operation(server.origin, { path: ["/a/.", argument("id")] });
  assert.equal(
    (await failureOf(callOperation(dotted, { args: { id: "." } }, context()))).code,
    "invalid_arguments",
  );
  assert.equal(reached, false);
});

Deno.test("callOperation() refuses line breaks in headers and lets credentials win", async () => {
  let seen = new Headers();
  await using server = serve((request) => {
    seen = request.headers;
    return Response.json(1);
  });
  const one = operation(server.origin, {
    headers: [argument("X-A"), argument("authorization"), argument("Host"), argument("Cookie")],
    cookies: [argument("c")],
    credentials: [
      { type: "basic", username: "é", password: "p" },
      { type: "apikey", placement: "cookie", name: "key", value: "k" },
    ],
  });
  for (const value of ["a\r\nX-B: 1", "a\nb", "a\0b"]) {
    const data = await failureOf(callOperation(one, { args: { "X-A": value } }, context()));
    assert.equal(data.code, "invalid_arguments");
  }
  await callOperation(
    one,
    { args: { authorization: "Bearer mine", Host: "evil", Cookie: "key=mine; d=1", c: "a; key=x\r\n" } },
    context(),
  );
  assert.equal(seen.get("authorization"), "Basic w6k6cA==");
  assert.equal(seen.get("host"), new URL(server.origin).host);
  assert.equal(seen.get("cookie"), "d=1; c=a%3B key=x%0D%0A; key=k");
});
