import assert from "node:assert/strict";
import { Secret } from "../expression/secret.ts";
import { callOperation, compileOperationCall } from "./call.ts";
import { argument, context, failureOf, operation, serve, serveRaw } from "./testing.ts";

Deno.test("callOperation() sends what the operation and the scope say, and decodes JSON", async () => {
  await using server = serve(async (request) =>
    Response.json({
      method: request.method,
      url: request.url.slice(request.url.indexOf("/", 8)),
      authorization: request.headers.get("authorization"),
      type: request.headers.get("content-type"),
      body: await request.text(),
    })
  );
  const answer = await callOperation(
    operation(server.origin, {
      method: "POST",
      base: { origin: server.origin, path: "/v1" },
      path: ["/orders/", argument("id")],
      query: [argument("tag"), argument("$expand"), argument("none")],
      body: { type: "json", get: ({ args }) => args["body"] },
      credentials: [{ type: "bearer", token: new Secret("t0ken") }],
    }),
    { args: { id: "a/b c", tag: ["x", "y&z"], $expand: ["a", "b"], body: { n: 1 } } },
    context(),
  );
  assert.deepEqual(answer.value, {
    method: "POST",
    url: "/v1/orders/a%2Fb%20c?tag=x&tag=y%26z&$expand=a,b",
    authorization: "Bearer t0ken",
    type: "application/json",
    body: '{"n":1}',
  });
  assert.equal(answer.status, 200);
});

Deno.test("compileOperationCall() maps error statuses, with the API's own words and without secrets", async () => {
  await using server = serve((request) =>
    Response.json({ error: { message: `no ${request.headers.get("authorization")}` } }, {
      status: Number(new URL(request.url).pathname.slice(1)),
    })
  );
  const call = compileOperationCall(operation(server.origin, {
    path: ["/", argument("status")],
    credentials: [{ type: "bearer", token: new Secret("s3cr3t-token") }],
    repeatable: false,
    source: "x.yml:3:5",
  }));
  for (
    const [status, code, retryable] of [
      [400, "upstream_error", false],
      [401, "unauthorized", false],
      [403, "forbidden", false],
      [404, "not_found", false],
      [409, "conflict", false],
      [410, "not_found", false],
      [422, "upstream_error", false],
      [429, "rate_limited", true],
      [500, "upstream_error", false],
      [503, "upstream_error", false],
    ] as const
  ) {
    const data = await failureOf(call({ args: { status } }, context()));
    assert.equal(data.code, code, String(status));
    assert.equal(data.retryable, retryable, String(status));
    assert.equal(data.upstream?.status, status);
    assert.equal(data.source, "x.yml:3:5");
    assert.match(data.message, /no Bearer \*\*\*/);
    assert.ok(!JSON.stringify(data).includes("s3cr3t"));
    assert.notEqual(data.hint, "");
  }
});

Deno.test("compileOperationCall() tells a fault of its own as one, and keeps its cause from callers", async () => {
  await using server = serve(() => Response.json(1));
  const broken = () => {
    throw new Error("a detail with s3cr3t-token in it");
  };
  const call = compileOperationCall(operation(server.origin, {
    query: [{ name: "q", get: broken }],
    credentials: [{ type: "bearer", token: new Secret("s3cr3t-token") }],
    source: "x.yml:3:5",
  }));
  const data = await failureOf(call({ args: {} }, context()));
  assert.equal(data.code, "internal");
  assert.equal(data.source, "x.yml:3:5");
  assert.doesNotMatch(JSON.stringify(data), /s3cr3t|detail/);
});

Deno.test("compileOperationCall() asks again after a connection that breaks inside a body", async () => {
  let requests = 0;
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    const body = ++requests < 3 ? 'Content-Length: 50\r\n\r\n{"a":' : "Content-Length: 2\r\n\r\n42";
    await connection.write(new TextEncoder().encode(`${head}${body}`));
  });
  const answer = await callOperation(operation(server.origin), { args: {} }, context());
  assert.equal(answer.value, 42);
  assert.equal(requests, 3);
});
