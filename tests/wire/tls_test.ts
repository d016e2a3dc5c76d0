/**
 * TLS against real servers: certificates that are right and wrong, and servers that speak only HTTP/2.
 *
 * The certificates of `testdata` come from an authority of our own; those that are valid are so until 2119.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createSecureServer } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { denoHost } from "../../lib/host/deno.ts";
import type { Connection, Host } from "../../lib/host/host.ts";
import { callOperation } from "../../lib/upstream/call.ts";
import { type Door, openDoor } from "../../lib/upstream/door.ts";
import { describeNetworkFault } from "../../lib/upstream/network_fault.ts";
import { context, failureOf, operation, serve, serveRaw } from "../../lib/upstream/testing.ts";
import { BrokenConnection } from "../../lib/upstream/wire/broken.ts";

const read = (name: string) => Deno.readTextFileSync(new URL(`testdata/${name}`, import.meta.url));
const CA = read("ca.pem");
const pair = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });

/** The host of this process, with an authority that it trusts besides. */
function trusting(authority = CA): Host & { fetched: string[]; connected: number } {
  const own = denoHost(() => {}), client = Deno.createHttpClient({ caCerts: [authority] });
  const host = {
    ...own,
    fetched: [] as string[],
    connected: 0,
    fetch: (request: Request | string, init?: RequestInit) => {
      host.fetched.push(String(request));
      return fetch(request, { ...init, client } as RequestInit);
    },
    async connect(options: Parameters<NonNullable<Host["connect"]>>[0]): Promise<Connection> {
      host.connected++;
      const tcp = await own.connect!(options);
      return { ...tcp, secure: (secure) => tcp.secure({ ...secure, caCerts: [authority] }) };
    },
    [Symbol.dispose]: () => client.close(),
  };
  return host;
}

function listen(name: string, handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, ...pair(name) }, handler);
  return {
    origin: `https://localhost:${server.addr.port}`,
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const call = (origin: string, door: Door, milliseconds = 10_000) =>
  callOperation(operation(origin), { args: {} }, context(milliseconds), door);

Deno.test("calls go over TLS, one connection for many, and large bodies arrive whole", async () => {
  const large = JSON.stringify({ text: "é".repeat(200_000) });
  await using server = listen("good", (request) => {
    return request.url.endsWith("/large")
      ? new Response(large, { headers: { "content-type": "application/json" } })
      : Response.json(42);
  });
  const host = trusting(), door = openDoor(host);
  for (let i = 0; i < 3; i++) assert.equal((await call(server.origin, door)).value, 42);
  const { value } = await callOperation(
    operation(server.origin, { path: ["/large"] }),
    { args: {} },
    context(),
    door,
  );
  assert.deepEqual(value, JSON.parse(large));
  assert.equal(host.connected, 1);
  assert.equal(host.fetched.length, 0);
});

Deno.test("an address instead of a name is checked against the addresses of the certificate", async () => {
  await using server = listen("good", () => Response.json(42));
  assert.equal((await call(`https://127.0.0.1:${server.port}`, openDoor(trusting()))).value, 42);
});

for (
  const [certificate, fault, hint] of [
    ["expired", /the certificate of localhost:\d+ has expired/, /clock/],
    ["future", /the certificate of localhost:\d+ is not valid yet/, /clock/],
    ["wrong", /the certificate of localhost:\d+ is for another name/, /host name/],
  ] as const
) {
  Deno.test(`a certificate that is ${certificate} is refused, and said so, over both wires`, async () => {
    let requests = 0;
    await using server = listen(certificate, () => {
      requests++;
      return Response.json(42);
    });
    for (const wire of ["own", "fetch"] as const) {
      const data = await failureOf(call(server.origin, openDoor(trusting(), wire)));
      assert.equal(data.code, "unreachable");
      assert.equal(data.retryable, false);
      assert.match(data.message, fault);
      assert.match(data.operatorHint!, hint);
    }
    assert.equal(requests, 0);
  });
}

Deno.test("a certificate of an authority that nobody knows is refused, and said so, over both wires", async () => {
  await using server = listen("good", () => Response.json(42));
  for (const wire of ["own", "fetch"] as const) {
    const data = await failureOf(call(server.origin, openDoor(denoHost(() => {}), wire)));
    assert.match(data.message, /comes from an authority that is not known here/);
    assert.match(data.operatorHint!, /DENO_CERT/);
  }
});

for (
  const [certificate, fault, hint] of [
    ["authority", /is that of an authority \(CA:TRUE\), and none of a server/, /CA:FALSE/],
    ["nameless", /holds no host name/, /subjectAltName/],
  ] as const
) {
  Deno.test(`a certificate that its server made itself is told what it lacks: ${certificate}`, async () => {
    await using server = listen(certificate, () => Response.json(42));
    for (const wire of ["own", "fetch"] as const) {
      const data = await failureOf(call(server.origin, openDoor(trusting(read(`${certificate}.pem`)), wire)));
      assert.match(data.message, fault, wire);
      assert.match(data.operatorHint!, hint, wire);
      assert.equal(data.retryable, false);
    }
  });
}

Deno.test("what a server says when it ends the handshake is told, over both wires", async () => {
  let answer: Uint8Array = new Uint8Array(0);
  await using server = serveRaw(async (connection) => {
    await connection.read(new Uint8Array(4096));
    await connection.write(answer);
  });
  const origin = server.origin.replace("http://127.0.0.1", "https://localhost");
  for (
    const [alert, fault] of [
      [40, /no version of TLS, or no cipher, in common/],
      [70, /no version of TLS, or no cipher, in common/],
      [112, /has no certificate for this host name/],
      [116, /wants a certificate from its clients/],
      [80, /ended the TLS handshake/],
      [undefined, /ended the TLS handshake/],
    ] as const
  ) {
    answer = alert === undefined ? new Uint8Array(0) : new Uint8Array([0x15, 3, 3, 0, 2, 2, alert]);
    for (const wire of ["own", "fetch"] as const) {
      const once = operation(origin, { repeatable: false }), door = openDoor(denoHost(() => {}), wire);
      const data = await failureOf(callOperation(once, { args: {} }, context(), door));
      assert.equal(data.code, "unreachable");
      assert.match(data.message, fault, `${wire} ${alert}`);
    }
  }
});

Deno.test("what a server says only after the handshake is told as well", () => {
  const alert = new Error("received fatal alert: CertificateRequired");
  const { message, lasting } = describeNetworkFault(
    new BrokenConnection("before it answered", alert),
    "a.test",
  );
  assert.equal(message, "a.test wants a certificate from its clients, which Capstan does not send");
  assert.equal(lasting, true);
});

Deno.test("a body that ends with its connection is whole only where TLS says that it ends, over both wires", async () => {
  const server = createTlsServer(pair("good"), (socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[1,2]", () => {
        // Somebody between cuts it off: what came looks like a whole answer.
        for (const raw of connections) raw.destroy();
      });
    });
  });
  const connections: Socket[] = [];
  server.on("connection", (socket: Socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    for (const wire of ["own", "fetch"] as const) {
      const host = trusting();
      const run = callOperation(
        operation(origin, { repeatable: false }),
        { args: {} },
        context(),
        openDoor(host, wire),
      );
      const data = await failureOf(run);
      assert.equal(data.code, "unreachable", wire);
      assert.match(data.message, /closed the connection/, wire);
    }
  } finally {
    server.close();
  }
});

Deno.test("a server that speaks no TLS on its port is said to do so, over both wires", async () => {
  await using server = serve(() => Response.json(42));
  for (const wire of ["own", "fetch"] as const) {
    const data = await failureOf(call(server.origin.replace("http:", "https:"), openDoor(trusting(), wire)));
    assert.equal(data.code, "unreachable");
    assert.match(data.message, /does not speak TLS on this port/);
  }
});

Deno.test("a server that speaks only HTTP/2 is called by fetch, and at once the next time", async () => {
  const server = createSecureServer({ ...pair("good"), allowHTTP1: false });
  server.on("stream", (stream) => {
    stream.respond({ ":status": 200, "content-type": "application/json" });
    stream.end("42");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  const host = trusting(), door = openDoor(host);
  try {
    for (let i = 0; i < 2; i++) assert.equal((await call(origin, door)).value, 42);
    assert.equal(host.connected, 1);
    assert.equal(host.fetched.length, 2);
  } finally {
    (host as unknown as Disposable)[Symbol.dispose]();
    await new Promise((resolve) => server.close(resolve));
  }
});

Deno.test("a handshake that never ends is over with its call", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const silent = listener.accept();
  const origin = `https://localhost:${(listener.addr as Deno.NetAddr).port}`;
  const data = await failureOf(call(origin, openDoor(trusting()), 100));
  assert.equal(data.code, "timeout");
  (await silent).close();
  listener.close();
});
