import assert from "node:assert/strict";
import { callOperation } from "../call.ts";
import type { ResponsePlan } from "../operation.ts";
import { context, failureOf, operation, OVER, serve, serveRaw } from "../testing.ts";

async function get(make: () => Response, plan: Partial<ResponsePlan> = {}, method = "GET") {
  await using server = serve(make);
  return await callOperation(
    operation(server.origin, { method, response: { maxBytes: 1 << 20, ...plan } }),
    { args: {} },
    context(),
  );
}

Deno.test("callOperation() gives no value for an answer without a body", async () => {
  for (const status of [204, 205, 304]) {
    assert.equal((await get(() => new Response(null, { status }))).value, undefined);
  }
  assert.equal((await get(() => new Response(""), { format: "json" })).value, undefined);
  assert.equal((await get(() => Response.json(1), {}, "HEAD")).value, undefined);
});

Deno.test("callOperation() reads byte order marks and charsets", async () => {
  const answer = (bytes: Uint8Array<ArrayBuffer>, type: string) =>
    get(() => new Response(bytes, { headers: { "content-type": type } }));
  const utf8 = new TextEncoder().encode('\ufeff{"a":"é"}');
  assert.deepEqual((await answer(utf8, "application/json")).value, { a: "é" });
  const latin = Uint8Array.from('{"a":"\u00e9"}', (c) => c.charCodeAt(0));
  assert.deepEqual((await answer(latin, "application/json; charset=iso-8859-1")).value, { a: "é" });
  const utf16 = Uint8Array.from(
    [...'\ufeff{"a":"é"}'].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]),
  );
  assert.deepEqual((await answer(utf16, "application/json")).value, { a: "é" });
});

Deno.test("callOperation() cuts off an endless body", async () => {
  let sent = 0;
  const chunk = new Uint8Array(1 << 16).fill(32);
  await using server = serve(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent += chunk.length;
          controller.enqueue(chunk);
        },
      }),
      { headers: { "content-type": "application/json" } },
    )
  );
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
  assert.equal(data.code, "response_too_large");
  assert.match(data.message, /1 MiB/);
  assert.ok(sent < 64 << 20, `${sent} bytes were sent`);
});

Deno.test("callOperation() does not read a body that says it is too long", async () => {
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    await connection.write(
      new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\nabc"),
    );
    await connection.read(new Uint8Array(1));
  });
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
  assert.equal(data.code, "response_too_large");
});

Deno.test("callOperation() cuts off a packed bomb", async () => {
  const zeros = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 256; i++) controller.enqueue(new Uint8Array(1 << 18));
      controller.close();
    },
  });
  const packed = await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).bytes();
  assert.ok(packed.length < 1 << 17);
  await using server = serve(() =>
    new Response(packed, { headers: { "content-encoding": "gzip", "content-type": "application/json" } })
  );
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
  assert.equal(data.code, "response_too_large");
});

/** A body in an encoding, as bytes. */
async function packed(text: string, format: CompressionFormat): Promise<Uint8Array<ArrayBuffer>> {
  return await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(format))).bytes();
}

/** Answers each connection once with these headers and bytes, and counts. */
function answering(headers: string, body: Uint8Array | string, status = "200 OK") {
  const state = { requests: 0 };
  const server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    state.requests++;
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const head =
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\n${headers}\r\n\r\n`;
    await connection.write(Uint8Array.from([...new TextEncoder().encode(head), ...bytes]));
  });
  return { state, server };
}

Deno.test("callOperation() undoes the content encodings that servers use", async () => {
  const gzip = await packed('{"a":1}', "gzip");
  const twice = await new Response(
    new Blob([gzip]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  const cases: [string, Uint8Array | string][] = [
    ["gzip", gzip],
    ["x-gzip", gzip],
    ["deflate", await packed('{"a":1}', "deflate")],
    ["deflate", await packed('{"a":1}', "deflate-raw")],
    ["DEFLATE", await packed('{"a":1}', "deflate")],
    ["gzip, gzip", twice],
    ["identity", '{"a":1}'],
    ["utf-8", '{"a":1}'],
  ];
  for (const [encoding, body] of cases) {
    const { server } = answering(`Content-Encoding: ${encoding}`, body);
    await using _ = server;
    const answer = await callOperation(operation(server.origin), { args: {} }, context());
    assert.deepEqual(answer.value, { a: 1 }, encoding);
  }
});

Deno.test("callOperation() says that a body is not in the encoding it claims, and does not try again", async () => {
  const gzip = await packed('{"a":1}', "gzip");
  for (
    const [encoding, body] of [
      ["gzip", '{"a":1}'],
      ["gzip", gzip.subarray(0, 15)],
      ["br", '{"a":1}'],
      ["deflate", Uint8Array.of(0x78, 0x9c, 0xff, 0xff, 0xff, 0xff)],
      ["x-gzip", '{"a":1}'],
    ] as const
  ) {
    const { server, state } = answering(`Content-Encoding: ${encoding}`, body);
    await using _ = server;
    const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
    assert.equal(data.code, "bad_response", encoding);
    assert.match(data.message, new RegExp(encoding), encoding);
    assert.equal(data.upstream?.status, 200);
    assert.equal(state.requests, 1);
  }
  const { server } = answering("Content-Encoding: zstd", "(\xb5/\xfd");
  await using _ = server;
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
  assert.equal(data.code, "bad_response");
  assert.match(data.message, /zstd/);
  const { server: boxed } = answering("Content-Encoding: gzip, gzip, gzip", gzip);
  await using __ = boxed;
  const often = await failureOf(callOperation(operation(boxed.origin), { args: {} }, context()));
  assert.equal(often.code, "bad_response");
  assert.match(often.message, /3 times/);
});

Deno.test("callOperation() cuts off a bomb that only deflate holds", async () => {
  const { server } = answering("Content-Encoding: deflate", await packed(" ".repeat(1 << 22), "deflate"));
  await using _ = server;
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
  assert.equal(data.code, "response_too_large");
});

Deno.test("callOperation() explains an answer that is no HTTP", async () => {
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    await connection.write(new TextEncoder().encode("220 mail.example.com ESMTP\r\n"));
  });
  const data = await failureOf(
    callOperation(operation(server.origin, { repeatable: false }), { args: {} }, context()),
  );
  if (OVER === "fetch") {
    assert.equal(data.code, "unreachable");
    assert.match(data.message, /did not answer in HTTP/);
    return;
  }
  assert.equal(data.code, "bad_response");
  assert.match(
    data.message,
    /not valid HTTP: it begins with "220 mail\.example\.com ESMTP", not with HTTP/,
  );
});

Deno.test("callOperation() tells where JSON is broken, and knows a login page", async () => {
  const bad = await failureOf(() =>
    get(() => new Response('{"a": tru', { headers: { "content-type": "application/json" } }))
  );
  assert.equal(bad.code, "bad_response");
  assert.match(bad.message, /column/);
  assert.equal(bad.upstream?.body, '{"a": tru');
  assert.equal(bad.upstream?.status, 200);
  const page = await failureOf(() =>
    get(
      () =>
        new Response("<!DOCTYPE html><form><input type='password'></form>", {
          headers: { "content-type": "text/html" },
        }),
      { format: "json" },
    )
  );
  for (
    const [type, text] of [["application/xml", "<r/>"], ["image/png", "\x89PNG\r\n"], [
      "text/csv",
      "a,b",
    ]] as const
  ) {
    const other = await failureOf(() =>
      get(() => new Response(text, { headers: { "content-type": type } }), { format: "json" })
    );
    assert.equal(other.code, "bad_response");
    assert.match(other.message, new RegExp(type));
    assert.match(other.operatorHint!, /outputRawFormat: (xml|binary|csv)/);
  }
  assert.match(page.message, /login page/);
  assert.match(page.operatorHint!, /authentication/);
});

Deno.test("callOperation() tells an error whose body never ends without waiting for it", async () => {
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    await connection.write(
      new TextEncoder().encode("HTTP/1.1 404 No\r\nContent-Length: 999\r\n\r\nno such ord"),
    );
    await connection.read(new Uint8Array(1));
  });
  const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context(3_600_000)));
  assert.equal(data.code, "not_found");
  assert.equal(data.upstream?.body, "no such ord");
});

Deno.test("callOperation() gives bytes as they are", async () => {
  const bytes = new Uint8Array([0, 255, 1, 2]);
  const answer = await get(() => new Response(bytes, { headers: { "content-type": "image/png" } }), {
    format: "binary",
  });
  assert.deepEqual(answer.bytes, bytes);
  assert.equal(answer.mediaType, "image/png");
});

Deno.test("callOperation() gives bytes that no other body stands beside in memory", async () => {
  await using server = serve(({ url }) =>
    new Response("x".repeat(url.endsWith("/large") ? 100_000 : 10), {
      headers: { "content-type": "application/octet-stream" },
    })
  );
  for (const path of ["/", "/large"]) {
    const { bytes } = await callOperation(
      operation(server.origin, { path: [path] }),
      { args: {} },
      context(),
    );
    assert.ok(bytes!.length >= 10);
    assert.ok(
      new Uint8Array(bytes!.buffer).every((byte, i) => byte === 120 || i >= bytes!.length && byte === 0),
    );
    assert.ok(bytes!.buffer.byteLength <= bytes!.length + 1);
  }
});
