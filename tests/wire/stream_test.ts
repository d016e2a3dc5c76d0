/**
 * Requests and answers that are passed on as they come, over connections of our own and by `fetch` alike.
 *
 * @module
 */
import assert from "node:assert/strict";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { denoHost } from "../../lib/host/deno.ts";
import { memoryHost } from "../../lib/host/memory.ts";
import { openDoor, type StreamedRequest, type WireChoice } from "../../lib/upstream/door.ts";
import { failureOf, serveRaw } from "../../lib/upstream/testing.ts";
import { Deadline } from "../../lib/upstream/time/deadline.ts";
import { packets, sequence, validAnswer } from "./answers.ts";
import { bytesOf, textOf } from "./bytes.ts";

const BOTH: readonly WireChoice[] = ["own", "fetch"];
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42";

/** Opens a door, and sends over it. */
function sender(wire: WireChoice = "own", host = denoHost(() => {})) {
  const door = openDoor(host, wire);
  return async (
    origin: string,
    request: Partial<StreamedRequest> = {},
    more: { repeatable?: boolean } = {},
  ) => {
    const home = { origin, path: "" }, ending = new AbortController();
    const deadline = new Deadline({ deadline: performance.now() + 60_000 });
    const sending = { home, reach: [home], repeatable: more.repeatable ?? false };
    try {
      const sent = { method: "GET", url: `${origin}/`, headers: [], body: undefined, ...request };
      const response = await door.stream(sent, sending, deadline, ending.signal);
      return { response, end: () => ending.abort() };
    } finally {
      // From here on only the streams count.
      deadline.stop();
    }
  };
}

/** Reads a request from a connection until it has come as a whole, or the connection ends. */
async function readRequest(connection: Deno.TcpConn, isWhole: (text: string) => boolean): Promise<string> {
  const buffer = new Uint8Array(1 << 16);
  let text = "";
  while (!isWhole(text)) {
    const count = await connection.read(buffer).catch(() => null);
    if (count === null) break;
    text += textOf(buffer.subarray(0, count));
  }
  return text;
}

const hasHead = (text: string) => text.includes("\r\n\r\n");
const streamOf = (...pieces: string[]) => ReadableStream.from(pieces.map(bytesOf));

Deno.test("a body goes out in chunks, or with its length where that is known", async () => {
  const seen: string[] = [];
  await using server = serveRaw(async (connection) => {
    seen.push(await readRequest(connection, (text) => /\r\n0\r\n\r\n$|cdef$/.test(text)));
    await connection.write(bytesOf(OK));
  });
  const send = sender(), post = { method: "POST", url: `${server.origin}/a?b` };
  const pieces = ["ab", "", "cdef"];
  const first = await send(server.origin, { ...post, body: streamOf(...pieces) });
  assert.equal(await first.response.text(), "42");
  const second = await send(server.origin, { ...post, body: streamOf(...pieces), length: 6 });
  assert.equal(await second.response.text(), "42");
  assert.match(seen[0]!, /^POST \/a\?b HTTP\/1\.1\r\n/);
  assert.match(seen[0]!, /\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n4\r\ncdef\r\n0\r\n\r\n$/);
  assert.doesNotMatch(seen[0]!, /content-length|expect/i);
  assert.match(seen[1]!, /\r\nContent-Length: 6\r\n\r\nabcdef$/);
  assert.doesNotMatch(seen[1]!, /transfer-encoding|expect/i);
});

Deno.test("a body that breaks off, or is not as long as it says, is never taken for a whole one", async () => {
  const seen: string[] = [];
  await using server = serveRaw(async (connection) => {
    seen.push(await readRequest(connection, () => false));
  });
  const breaking = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytesOf("half"));
      controller.error(new Error("the caller left"));
    },
  });
  const send = sender(), post = { method: "POST" };
  await assert.rejects(send(server.origin, { ...post, body: breaking }), /the caller left/);
  await assert.rejects(send(server.origin, { ...post, body: streamOf("ab"), length: 3 }), /shorter/);
  await assert.rejects(send(server.origin, { ...post, body: streamOf("ab", "cd"), length: 3 }), /longer/);
  await new Promise<void>((resolve) => {
    const look = () => seen.length === 3 ? resolve() : setTimeout(look, 5);
    look();
  });
  for (const text of seen) assert.doesNotMatch(text, /\r\n0\r\n\r\n|abcd|Length: 3\r\n\r\nab./);
});

Deno.test("an answer that comes before the body is out is passed on, and ends the body", async () => {
  const cancelled = Promise.withResolvers<void>();
  await using server = serveRaw(async (connection) => {
    await readRequest(connection, hasHead);
    await connection.write(bytesOf("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno"));
    await cancelled.promise;
  });
  // After its first piece nothing comes any more.
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!begun) controller.enqueue(bytesOf("x"));
      begun = true;
      return begun ? undefined : new Promise(() => {});
    },
    cancel: () => cancelled.resolve(),
  });
  const { response } = await sender()(server.origin, { method: "POST", body });
  assert.equal(response.status, 413);
  assert.equal(await response.text(), "no");
  await cancelled.promise;
});

Deno.test("an answer goes on when the time until its beginning is over, and ends with its exchange", async () => {
  const go = Promise.withResolvers<void>(), closed = Promise.withResolvers<void>();
  await using server = serveRaw(async (connection) => {
    await readRequest(connection, hasHead);
    await connection.write(bytesOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"));
    await go.promise;
    await connection.write(bytesOf("3\r\ntwo\r\n"));
    await readRequest(connection, () => false);
    closed.resolve();
  });
  // `sender` stops the time as soon as the answer has begun.
  const { response, end } = await sender()(server.origin), reader = response.body!.getReader();
  assert.equal(textOf((await reader.read()).value!), "one");
  go.resolve();
  assert.equal(textOf((await reader.read()).value!), "two");
  end();
  await closed.promise;
  await assert.rejects(reader.read());
});

Deno.test("a reader who leaves closes the connection; an answer that was read leaves it to the next request", async () => {
  let connections = 0;
  const closed = Promise.withResolvers<void>();
  await using server = serveRaw(async (connection) => {
    const first = ++connections === 1;
    for (;;) {
      if (await readRequest(connection, hasHead) === "") break;
      await connection.write(bytesOf(first ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" : OK));
    }
    if (first) closed.resolve();
  });
  const send = sender();
  const { response } = await send(server.origin), reader = response.body!.getReader();
  assert.equal(textOf((await reader.read()).value!), "abc");
  await reader.cancel();
  await closed.promise;
  for (let i = 0; i < 3; i++) assert.equal(await (await send(server.origin)).response.text(), "42");
  assert.equal(connections, 2);
});

Deno.test("what may be sent twice is, where a kept connection was closed under it; a body that streams is not", async () => {
  let nth = 0;
  await using server = serveRaw(async (connection) => {
    for (let requests = 0; requests < 2; requests++) {
      if (await readRequest(connection, hasHead) === "") return;
      // The second request of each connection is taken, and not answered.
      if (requests === 1) return;
      nth++;
      await connection.write(bytesOf(OK));
    }
  });
  const send = sender();
  for (let i = 0; i < 2; i++) {
    const { response } = await send(server.origin, {}, { repeatable: true });
    assert.equal(await response.text(), "42");
  }
  assert.equal(nth, 2);
  await assert.rejects(send(server.origin, { method: "POST", body: streamOf("x") }), /before it answered/);
});

Deno.test("a name that leads to metadata is refused before a byte of a stream is sent", async () => {
  const done: string[] = [];
  const host = memoryHost({
    names: { "rebinding.test": ["192.0.2.1"] },
    connect: () =>
      Promise.resolve({
        address: "169.254.169.254",
        read: () => new Promise(() => {}),
        write(from: Uint8Array) {
          done.push("write");
          return Promise.resolve(from.length);
        },
        close: () => void done.push("close"),
        keepAlive() {},
        secure: () => Promise.reject(new Error("no TLS here")),
      }),
  });
  const data = await failureOf(
    sender("own", host)("http://rebinding.test", {
      method: "POST",
      body: streamOf("secret"),
    }),
  );
  assert.equal(data.code, "blocked");
  assert.deepEqual(done, ["close"]);
});

Deno.test("what is packed with gzip comes unpacked over both wires, whole or not at all", async () => {
  const text = "héllo ".repeat(20_000), packed = gzipSync(text), asked: string[] = [];
  let answer: Uint8Array = new Uint8Array(0);
  await using server = serveRaw(async (connection) => {
    asked.push(await readRequest(connection, hasHead));
    for (let at = 0; at < answer.length;) at += await connection.write(answer.subarray(at));
  });
  const head = (length: number) =>
    bytesOf(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${length}\r\n\r\n`);
  for (const wire of BOTH) {
    answer = new Uint8Array([...head(packed.length), ...packed]);
    const { response } = await sender(wire)(server.origin);
    assert.equal(await response.text(), text, wire);
    assert.equal(response.headers.get("content-encoding"), null, wire);
    assert.equal(response.headers.get("content-length"), null, wire);
    // The connection breaks off, then the packing does.
    for (const length of [packed.length, packed.length - 9]) {
      answer = new Uint8Array([...head(length), ...packed.subarray(0, packed.length - 9)]);
      await assert.rejects((await sender(wire)(server.origin)).response.text(), `${wire} ${length}`);
    }
  }
  assert.match(asked[0]!, /\r\nAccept-Encoding: gzip\r\n/);
});

Deno.test("what the caller asks for in its own words stays packed, and is named", async () => {
  const bytes = brotliCompressSync("héllo"), asked: string[] = [];
  await using server = serveRaw(async (connection) => {
    asked.push(await readRequest(connection, hasHead));
    await connection.write(
      bytesOf(`HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: ${bytes.length}\r\n\r\n`),
    );
    await connection.write(bytes);
  });
  const { response } = await sender()(server.origin, { headers: [["Accept-Encoding", "br"]] });
  assert.match(asked[0]!, /\r\nAccept-Encoding: br\r\n/);
  assert.equal(asked[0]!.match(/accept-encoding/gi)!.length, 1);
  assert.equal(response.headers.get("content-encoding"), "br");
  assert.deepEqual(await response.bytes(), new Uint8Array(bytes));
});

Deno.test("an odd answer, or a status that nobody can pass on, is refused", async () => {
  let answer = "";
  await using server = serveRaw(async (connection) => {
    await readRequest(connection, hasHead);
    await connection.write(bytesOf(answer));
  });
  for (
    const [text, reason] of [
      ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n42", /two Content-Length/],
      ["HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n42", /its status is 999/],
    ] as const
  ) {
    answer = text;
    const data = await failureOf(sender()(server.origin));
    assert.equal(data.code, "bad_response");
    assert.match(data.message, reason);
  }
  answer = `HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n${"x".repeat(20_000)}${OK}`;
  await assert.rejects((await sender()(server.origin)).response.text(), /more came than it says/);
});

Deno.test("both wires pass valid answers on alike, wherever their packets end", async () => {
  const random = sequence(20_262);
  let cut: Uint8Array[] = [];
  await using server = serveRaw(async (connection) => {
    connection.setNoDelay(true);
    await readRequest(connection, hasHead);
    for (const packet of cut) await connection.write(packet);
  });
  const read = async (wire: WireChoice, method: string) => {
    const { response } = await sender(wire)(server.origin, { method });
    return {
      status: response.status,
      body: await response.text(),
      type: response.headers.get("content-type"),
    };
  };
  for (let run = 0; run < 40; run++) {
    const { method, bytes } = validAnswer(random);
    cut = packets(bytes, random);
    const what = `run ${run}: ${method} ${JSON.stringify(textOf(bytes))}`;
    assert.deepEqual(await read("own", method), await read("fetch", method), what);
  }
});
