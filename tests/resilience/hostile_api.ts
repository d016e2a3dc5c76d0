/**
 * An API that does what APIs must not do, each kind at a path of its own, down to the bytes.
 *
 * @module
 */

const encoder = new TextEncoder();
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

/** Sends bytes, and says whether the other side still takes them. */
type Send = (bytes: string | Uint8Array) => Promise<boolean>;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Text that is large once it is unpacked. */
async function bomb(): Promise<Uint8Array<ArrayBuffer>> {
  const spaces = new Uint8Array(1 << 20).fill(32);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (() => {
      let left = 200;
      return (controller: ReadableStreamDefaultController) =>
        left-- > 0 ? controller.enqueue(spaces) : controller.close();
    })(),
  });
  return new Uint8Array(await new Response(stream.pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
}

let packed: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** What each path does; the connection is closed when it is done. */
const KINDS: Readonly<Record<string, (send: Send, end: Promise<unknown>) => Promise<unknown>>> = {
  ok: (send) => send(`${HEAD}Content-Length: 11\r\nConnection: close\r\n\r\n{"ok":true}`),
  /** Closes before it answers. */
  reset: () => Promise.resolve(),
  /** Takes the request, and says nothing. */
  stall: (_send, end) => end,
  /** Says the half of a head. */
  halfhead: async (send, end) => {
    await send("HTTP/1.1 200 OK\r\nContent-Ty");
    await end;
  },
  /** Begins its answer and stays silent. */
  silence: async (send, end) => {
    await send(`${HEAD}Content-Length: 100\r\n\r\n{"ok":`);
    await end;
  },
  /** Sends a byte now and then. */
  drip: async (send) => {
    await send(`${HEAD}Content-Length: 100000\r\n\r\n[`);
    while (await send(" ")) await pause(10);
  },
  /** Sends header after header. */
  headers: async (send) => {
    await send("HTTP/1.1 200 OK\r\n");
    const more = `X-More: ${"x".repeat(1000)}\r\n`.repeat(16);
    while (await send(more)) await pause(0);
  },
  /** Breaks off in the middle of its body. */
  truncate: (send) => send(`${HEAD}Content-Length: 100\r\n\r\n{"ok":true}`),
  /** Breaks off between chunks. */
  chunks: (send) => send(`${HEAD}Transfer-Encoding: chunked\r\n\r\nb\r\n{"ok":true}\r\n`),
  /** Sends more than it said. */
  more: (send) => send(`${HEAD}Content-Length: 11\r\n\r\n{"ok":true}HTTP/1.1 200 OK\r\n\r\n{"ok":false}`),
  /** Says two lengths. */
  lengths: (send) => send(`${HEAD}Content-Length: 11\r\nContent-Length: 2\r\n\r\n{"ok":true}`),
  /** Says a length that is none. */
  lie: (send) => send(`${HEAD}Content-Length: 99999999999999999999\r\n\r\n{"ok":true}`),
  /** Is small and unpacks to 200 MiB. */
  bomb: async (send) => {
    const body = await (packed ??= bomb());
    await send(
      `${HEAD}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    );
    await send(body);
  },
  /** Is no HTTP. */
  garbage: (send) => send(crypto.getRandomValues(new Uint8Array(4096))),
  /** Says that it is packed, and is not. */
  unpacked: (send) => send(`${HEAD}Content-Encoding: gzip\r\nContent-Length: 11\r\n\r\n{"ok":true}`),
  /** Wants to be left alone. */
  storm: (send) =>
    send("HTTP/1.1 429 No\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
  /** Wants to be left alone for a day. */
  later: (send) =>
    send("HTTP/1.1 429 No\r\nRetry-After: 86400\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
};

/** The names of everything it can do. */
export const HOSTILITIES: readonly string[] = Object.keys(KINDS);

/** An API that does what APIs must not do. */
export interface HostileApi extends AsyncDisposable {
  readonly origin: string;
  /** How often each path was asked for. */
  readonly asked: ReadonlyMap<string, number>;
  /** How many connections are open. */
  readonly open: number;
}

/** Starts it. The path `/v1/KIND` of a request says what is done. */
export function hostileApi(): HostileApi {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }), asked = new Map<string, number>();
  const connections = new Set<Deno.TcpConn>();
  const talk = async (connection: Deno.TcpConn) => {
    connections.add(connection);
    try {
      const chunk = new Uint8Array(8192), size = await connection.read(chunk);
      if (size === null) return;
      const kind = /^GET \/v1\/(\w+) /.exec(new TextDecoder().decode(chunk.subarray(0, size)))?.[1] ?? "";
      asked.set(kind, (asked.get(kind) ?? 0) + 1);
      const end = (async () => {
        while (await connection.read(new Uint8Array(1024)).catch(() => null) !== null);
      })();
      const send: Send = async (bytes) => {
        let rest = typeof bytes === "string" ? encoder.encode(bytes) : bytes;
        while (rest.length > 0) {
          const sent = await connection.write(rest).catch(() => 0);
          if (sent === 0) return false;
          rest = rest.subarray(sent);
        }
        return true;
      };
      await KINDS[kind]?.(send, end);
    } catch {
      // The other side has gone.
    } finally {
      if (connections.delete(connection)) connection.close();
    }
  };
  const running = (async () => {
    for await (const connection of listener) void talk(connection);
  })();
  return {
    origin: `http://127.0.0.1:${listener.addr.port}`,
    asked,
    get open() {
      return connections.size;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of connections) {
        connections.delete(connection);
        connection.close();
      }
      await running;
    },
  };
}
