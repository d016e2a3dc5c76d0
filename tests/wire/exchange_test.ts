/**
 * The wire against real connections: what it reuses, what it sends again, and what it does when servers do odd things.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { callOperation, compileOperationCall } from "../../lib/upstream/call.ts";
import { type Door, openDoor } from "../../lib/upstream/door.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Host } from "../../lib/host/host.ts";
import type { Operation } from "../../lib/upstream/operation.ts";
import { argument, context, failureOf, operation, serveRaw } from "../../lib/upstream/testing.ts";
import { bytesOf, textOf } from "./bytes.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n42";

/** A server that answers each request of a connection as it is told, and counts. */
function answering(
  answer: (request: string, connection: number, nth: number) => string | undefined,
  more: { body?: boolean } = {},
) {
  const seen = { connections: 0, requests: [] as string[], closed: 0 };
  const server = serveRaw(async (connection) => {
    const mine = ++seen.connections, buffer = new Uint8Array(1 << 16);
    for (let nth = 1;; nth++) {
      let request = "";
      while (!request.includes("\r\n\r\n")) {
        const count = await connection.read(buffer).catch(() => null);
        if (count === null) {
          seen.closed++;
          return;
        }
        request += textOf(buffer.subarray(0, count));
      }
      const length = Number(/^content-length: (\d+)/im.exec(request)?.[1] ?? 0);
      while (more.body !== false && request.length < request.indexOf("\r\n\r\n") + 4 + length) {
        const count = await connection.read(buffer);
        if (count === null) return;
        request += textOf(buffer.subarray(0, count));
      }
      seen.requests.push(request);
      const text = answer(request, mine, nth);
      if (text === undefined) return;
      await connection.write(bytesOf(text));
    }
  });
  return { seen, server };
}

function call(origin: string, changes: Partial<Operation> = {}, milliseconds = 5000) {
  return callOperation(operation(origin, changes), { args: {} }, context(milliseconds));
}

Deno.test("a connection is used again once its answer was read", async () => {
  const { seen, server } = answering(() => OK);
  await using _ = server;
  for (let i = 0; i < 3; i++) assert.equal((await call(server.origin)).value, 42);
  assert.equal(seen.connections, 1);
  assert.match(seen.requests[0]!, /^GET \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  assert.match(seen.requests[0]!, /\r\nUser-Agent: Capstan\/\d/);
});

Deno.test("a connection is not used again where the server says so, or its answer ends with it", async () => {
  const answers = [
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1",
    "HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 1\r\n\r\n1",
    "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n1",
    "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 1\r\n\r\n1",
  ];
  for (const text of answers) {
    const { seen, server } = answering(() => text);
    await using _ = server;
    await call(server.origin);
    await call(server.origin);
    assert.equal(seen.connections, 2, text);
  }
  const { seen, server } = answering(() =>
    "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n1"
  );
  await using _ = server;
  await call(server.origin);
  await call(server.origin);
  assert.equal(seen.connections, 1);
});

Deno.test("a request that may be repeated goes out once more when a kept connection was closed under it", async () => {
  const { seen, server } = answering((_, connection, nth) => connection === 1 && nth === 2 ? undefined : OK);
  await using _ = server;
  await call(server.origin);
  assert.equal((await call(server.origin)).value, 42);
  assert.equal(seen.connections, 2);
  assert.equal(seen.requests.length, 3);
});

Deno.test("a request that may not be repeated goes out once", async () => {
  const { seen, server } = answering((_, connection, nth) => connection === 1 && nth === 2 ? undefined : OK);
  await using _ = server;
  const changes = { method: "POST", repeatable: false };
  await call(server.origin, changes);
  const data = await failureOf(call(server.origin, changes));
  assert.equal(data.code, "unreachable");
  assert.equal(data.retryable, false);
  assert.match(data.message, /closed the connection before it answered/);
  assert.equal(seen.requests.length, 2);
});

/** The host of this process, and how many of its connections the wire has closed. */
function counting(): { door: Door; closed: () => Promise<void> } {
  const own = denoHost(() => {}), closing: (() => void)[] = [];
  let closed = 0;
  const connect: NonNullable<Host["connect"]> = async (options) => {
    const connection = await own.connect!(options);
    return {
      ...connection,
      close() {
        connection.close();
        closed++;
        for (const go of closing.splice(0)) go();
      },
    };
  };
  return {
    door: openDoor({ ...own, connect }),
    closed: () => closed > 0 ? Promise.resolve() : new Promise((resolve) => closing.push(resolve)),
  };
}

Deno.test("a connection that the server closes while it waits is not used again", async () => {
  const first = Promise.withResolvers<void>(), { door, closed } = counting();
  let connections = 0;
  await using server = serveRaw(async (connection) => {
    connections++;
    await connection.read(new Uint8Array(4096));
    await connection.write(bytesOf(OK));
    if (connections === 1) await first.promise;
    else await connection.read(new Uint8Array(1));
  });
  const run = () =>
    callOperation(
      operation(server.origin, { method: "POST", repeatable: false }),
      { args: {} },
      context(60_000),
      door,
    );
  await run();
  first.resolve();
  await closed();
  assert.equal((await run()).value, 42);
  assert.equal(connections, 2);
});

Deno.test("bytes that nobody asked for close a connection that waits", async () => {
  const first = Promise.withResolvers<void>(), { door, closed } = counting();
  let connections = 0;
  await using server = serveRaw(async (connection) => {
    const poisons = ++connections === 1;
    await connection.read(new Uint8Array(4096));
    await connection.write(bytesOf(OK));
    await first.promise;
    // An answer before its request: what smuggling leaves behind.
    if (poisons) await connection.write(bytesOf(OK.replace("42", "13")));
    await connection.read(new Uint8Array(1)).catch(() => null);
  });
  const run = () => callOperation(operation(server.origin), { args: {} }, context(60_000), door);
  assert.equal((await run()).value, 42);
  first.resolve();
  await closed();
  assert.equal((await run()).value, 42);
});

Deno.test("a call that is over closes its connection, and its answer is nobody's", async () => {
  const controller = new AbortController();
  let connections = 0;
  await using server = serveRaw(async (connection) => {
    const late = ++connections === 1, buffer = new Uint8Array(4096);
    await connection.read(buffer);
    if (!late) await connection.write(bytesOf(OK));
    else controller.abort();
    // Whoever is gone is noticed here.
    if (await connection.read(buffer).catch(() => null) === null && late) {
      await connection.write(bytesOf(OK.replace("42", "13")));
    }
  });
  const data = await failureOf(
    callOperation(
      operation(server.origin, { repeatable: false }),
      { args: {} },
      context(60_000, controller.signal),
    ),
  );
  assert.equal(data.code, "timeout");
  assert.equal((await call(server.origin)).value, 42);
  assert.equal(connections, 2);
});

Deno.test("a caller who goes away ends a body that is being read", async () => {
  const controller = new AbortController();
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    await connection.write(bytesOf("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"));
    setTimeout(() => controller.abort(), 20);
    await connection.read(new Uint8Array(1)).catch(() => null);
  });
  const data = await failureOf(
    callOperation(operation(server.origin), { args: {} }, context(5000, controller.signal)),
  );
  assert.equal(data.code, "timeout");
  assert.match(data.message, /cancelled/);
});

Deno.test("an answer that ends too early is never taken for a whole one, wherever it ends", async () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  const whole = [
    `${head}Content-Length: 5\r\n\r\n12345`,
    `${head}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\n123\r\n2\r\n45\r\n0\r\nX-T: 1\r\n\r\n`,
    `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head}Content-Length: 5\r\n\r\n12345`,
  ];
  for (const text of whole) {
    let end = 0;
    await using server = serveRaw(async (connection) => {
      await connection.read(new Uint8Array(4096));
      await connection.write(bytesOf(text.slice(0, end)));
    });
    for (end = 0; end < text.length; end++) {
      const data = await failureOf(call(server.origin, { repeatable: false }));
      assert.equal(data.code, "unreachable", `${end}: ${data.message}`);
      assert.match(
        data.message,
        /closed the connection (before it answered|inside the (head|body) of its answer)/,
      );
    }
    end = text.length;
    assert.equal((await call(server.origin)).value, 12345);
  }
});

Deno.test("a connection that is reset is never taken for a whole answer, wherever that happens", async () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  const answers = [
    "",
    head,
    `${head}Content-Length: 5\r\n\r\n123`,
    `${head}Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\n`,
    // What ends with its connection is whole only where that is closed in order.
    `${head}\r\n123`,
  ];
  let answer = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      // What is sent has to arrive before the reset, which would take it back; where it does not, less came.
      if (answer === "") socket.resetAndDestroy();
      else socket.write(answer, () => socket.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (answer of answers) {
      const data = await failureOf(call(origin, { repeatable: false }));
      assert.equal(data.code, "unreachable", JSON.stringify(answer));
      assert.match(data.message, /closed the connection/);
    }
  } finally {
    server.close();
  }
});

Deno.test("an answer is read alike wherever its packets end", async () => {
  const text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
    "Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\n2\r\n45\r\n0\r\n\r\n";
  let cut = 0;
  await using server = serveRaw(async (connection) => {
    connection.setNoDelay(true);
    const buffer = new Uint8Array(4096);
    while (await connection.read(buffer) !== null) {
      await connection.write(bytesOf(text.slice(0, cut)));
      await new Promise((resolve) => setTimeout(resolve, 1));
      await connection.write(bytesOf(text.slice(cut)));
    }
  });
  for (cut = 1; cut < text.length; cut++) assert.equal((await call(server.origin)).value, 12345, `${cut}`);
});

const LARGE = "x".repeat(3 << 20);
const upload: Partial<Operation> = {
  method: "POST",
  repeatable: false,
  body: {
    type: "text",
    parts: [{ name: "text", get: ({ args }) => args["text"] }],
    contentType: "text/plain",
  },
};

Deno.test("a large body waits until it is wanted, and goes out as a whole", async () => {
  let received = 0, asked = false;
  await using server = serveRaw(async (connection) => {
    const buffer = new Uint8Array(1 << 16), count = await connection.read(buffer);
    const head = textOf(buffer.subarray(0, count!));
    asked = /\r\nExpect: 100-continue\r\n/.test(head) && head.endsWith("\r\n\r\n");
    await connection.write(bytesOf("HTTP/1.1 100 Continue\r\n\r\n"));
    while (received < LARGE.length) received += (await connection.read(buffer))!;
    await connection.write(bytesOf(OK));
    await connection.read(buffer).catch(() => null);
  });
  const run = compileOperationCall(operation(server.origin, upload));
  assert.equal((await run({ args: { text: LARGE } }, context(20_000))).value, 42);
  assert.ok(asked);
  assert.equal(received, LARGE.length);
});

Deno.test("a server that refuses a large body gets none of it", async () => {
  const { seen, server } = answering(() => "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", {
    body: false,
  });
  await using _ = server;
  const data = await failureOf(
    callOperation(operation(server.origin, upload), { args: { text: LARGE } }, context(20_000)),
  );
  assert.equal(data.upstream?.status, 413);
  assert.ok(seen.requests[0]!.endsWith("\r\n\r\n"), "some of the body was sent");
});

for (const knows of ["refuses the question", "says nothing to it"] as const) {
  Deno.test(`a server that ${knows} gets the body without it, and is not asked again`, async () => {
    const heads: string[] = [];
    let received = 0;
    await using server = serveRaw(async (connection) => {
      const buffer = new Uint8Array(1 << 16);
      for (;;) {
        let head = "";
        while (!head.includes("\r\n\r\n")) {
          const count = await connection.read(buffer).catch(() => null);
          if (count === null) return;
          head += textOf(buffer.subarray(0, count));
        }
        const asked = /\r\nexpect: 100-continue\r\n/i.test(head), at = head.indexOf("\r\n\r\n") + 4;
        heads.push(asked ? "asked" : "sent");
        if (asked && knows === "refuses the question") {
          return void await connection.write(bytesOf("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"));
        }
        for (received = head.length - at; received < LARGE.length;) {
          received += (await connection.read(buffer))!;
        }
        await connection.write(bytesOf(OK));
      }
    });
    const run = compileOperationCall(operation(server.origin, upload));
    for (let i = 0; i < 2; i++) {
      assert.equal((await run({ args: { text: LARGE } }, context(60_000))).value, 42);
      assert.equal(received, LARGE.length);
    }
    assert.deepEqual(heads, knows === "refuses the question" ? ["asked", "sent", "sent"] : ["asked", "sent"]);
  });
}

Deno.test("an answer that comes while the body is still being sent is read, and ends the connection", async () => {
  let connections = 0, answered = Promise.withResolvers<void>();
  await using server = serveRaw(async (connection) => {
    connections++;
    await connection.read(new Uint8Array(1024));
    await connection.write(bytesOf("HTTP/1.1 100 Continue\r\n\r\n"));
    await connection.read(new Uint8Array(1 << 16));
    await connection.write(bytesOf("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}"));
    // Closing it with bytes that were not read would take the answer back.
    await answered.promise;
  });
  // More than what a socket takes at once.
  const text = "x".repeat(32 << 20);
  for (let i = 0; i < 2; i++) {
    const data = await failureOf(
      callOperation(operation(server.origin, upload), { args: { text } }, context(20_000)),
    );
    assert.equal(data.upstream?.status, 401, data.message);
    answered.resolve();
    answered = Promise.withResolvers();
  }
  assert.equal(connections, 2);
});

Deno.test("many calls wait for many slow answers at the same time, each for its own", async () => {
  const waiting: (() => void)[] = [], count = 500;
  await using server = serveRaw(async (connection) => {
    const buffer = new Uint8Array(4096), length = await connection.read(buffer);
    const n = /\?n=(\d+)/.exec(textOf(buffer.subarray(0, length!)))![1]!;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === count) { for (const go of waiting) go(); }
    });
    await connection.write(bytesOf(`HTTP/1.1 200 OK\r\nContent-Length: ${n.length}\r\n\r\n${n}`));
    await connection.read(buffer).catch(() => null);
  });
  const run = compileOperationCall(operation(server.origin, { query: [argument("n")] }));
  const values = await Promise.all(
    Array.from({ length: count }, (_, n) => run({ args: { n: n + 1 } }, context(60_000))),
  );
  assert.deepEqual(values.map(({ value }) => value), Array.from({ length: count }, (_, n) => n + 1));
});

Deno.test("values cannot break out of the request line or a header", async () => {
  const { seen, server } = answering(() => OK);
  await using _ = server;
  const run = compileOperationCall(operation(server.origin, {
    path: ["/a/", { name: "p", get: ({ args }) => args["p"] }],
    query: [argument("q")],
  }));
  await run({ args: { p: "x\r\nHost: evil\r\n\r\nGET /y", q: "1 HTTP/1.1\r\nX: y" } }, context());
  assert.equal(seen.requests.length, 1);
  const lines = seen.requests[0]!.split("\r\n");
  assert.equal(lines.filter((line) => /^host:/i.test(line)).length, 1);
  assert.match(lines[0]!, /^GET \/a\/[\w%]+\?q=[\w%.+]+ HTTP\/1\.1$/);
});
