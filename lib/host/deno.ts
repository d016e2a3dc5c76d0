/**
 * The host that Deno is.
 *
 * @module
 */
import type { Connection, ConnectOptions, Host, LogEntry } from "./host.ts";

/**
 * Makes the host of this process or worker.
 *
 * @param log Takes the lines for the operator.
 */
export function denoHost(log: (entry: LogEntry) => void): Host {
  return {
    fetch: (request, init) => fetch(request, init),
    async lookup(hostname) {
      const { lookup } = await import("node:dns/promises");
      try {
        return (await lookup(hostname, { all: true })).map((found) => found.address);
      } catch {
        return [];
      }
    },
    connect,
    readText: (path) => Deno.readTextFile(path),
    env(name) {
      try {
        return Deno.env.get(name);
      } catch {
        return undefined;
      }
    },
    log,
    now: () => Date.now(),
  };
}

async function connect({ hostname, port, tls, signal }: ConnectOptions): Promise<Connection> {
  signal?.throwIfAborted();
  const tcp = await Deno.connect({ hostname, port, ...(signal ? { signal } : {}) });
  const address = tcp.remoteAddr.hostname;
  if (!tls) {
    return {
      address,
      read: (into) => tcp.read(into),
      write: (from) => tcp.write(from),
      close: () => tcp.close(),
    };
  }
  const conn = await Deno.startTls(tcp, {
    hostname,
    alpnProtocols: [...tls.alpn],
    ...(tls.caCerts ? { caCerts: [...tls.caCerts] } : {}),
  });
  const { alpnProtocol } = await conn.handshake();
  return {
    address,
    protocol: alpnProtocol ?? undefined,
    read: (into) => conn.read(into),
    write: (from) => conn.write(from),
    close: () => conn.close(),
  };
}
