/**
 * The host that Deno is.
 *
 * @module
 */
import {
  AddressDenied,
  type Connection,
  type ConnectOptions,
  type Entry,
  type Host,
  type LogEntry,
  type SecureOptions,
} from "./host.ts";
import { listenTcp } from "./tcp_listener.ts";

const IS_DENO = "Deno" in globalThis;

/**
 * Makes the host of this process or worker.
 *
 * @param log Takes the lines for the operator.
 */
export function denoHost(log: (entry: LogEntry) => void): Host {
  return {
    fetch: (request, init) => fetch(request, init),
    lookup,
    // Elsewhere the library runs too, and sends by fetch.
    connect: IS_DENO ? connect : undefined,
    listen: IS_DENO ? listenTcp : undefined,
    readText: (path) => Deno.readTextFile(path),
    readBytes,
    resolve,
    entries,
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

/**
 * Looking a name up takes the right to reach it on every port, which the sandbox does not give. There, a connection
 * is opened to the port that is granted, without sending anything, to see which address it leads to.
 */
async function lookup(hostname: string, port: number): Promise<readonly string[] | "denied"> {
  if (granted(hostname)) {
    const { lookup } = await import("node:dns/promises");
    try {
      return (await lookup(hostname, { all: true })).map((found) => found.address);
    } catch {
      return [];
    }
  }
  try {
    const connection = await connect({ hostname, port });
    connection.close();
    return [connection.address];
  } catch (error) {
    return error instanceof AddressDenied ? "denied" : [];
  }
}

function granted(host: string): boolean {
  return !IS_DENO || Deno.permissions.querySync({ name: "net", host }).state === "granted";
}

function kindOf({ isFile, isDirectory }: Pick<Deno.FileInfo, "isFile" | "isDirectory">): Entry["kind"] {
  return isFile ? "file" : isDirectory ? "folder" : "other";
}

async function readBytes(path: string, most: number, real?: string): Promise<Uint8Array<ArrayBuffer>> {
  // Asked before it is opened: opening a pipe would wait for whoever writes into it.
  if (!(await Deno.stat(path)).isFile) throw new Error(`${path} is not a file`);
  const file = await Deno.open(path);
  try {
    const { isFile, size, ino, dev } = await file.stat();
    if (!isFile) throw new Error(`${path} is not a file`);
    if (size > most) throw new RangeError(`${path} has ${size} bytes, more than ${most}`);
    if (real !== undefined) {
      // The path may have led elsewhere for just as long as it took to open it: the file that is open is at that place.
      const leads = async () => await Deno.realPath(path) === real;
      const stays = await leads() && isSame(await Deno.stat(path), { ino, dev }) && await leads();
      if (!stays) throw new Error(`${path} leads to another file than it did`);
    }
    const bytes = new Uint8Array(size + 1);
    let length = 0;
    for (
      let count = await file.read(bytes);
      count !== null;
      count = await file.read(bytes.subarray(length))
    ) {
      length += count;
      if (length > size) throw new RangeError(`${path} grows while it is read`);
    }
    return bytes.slice(0, length);
  } finally {
    file.close();
  }
}

/** Whether two descriptions are of one file, as far as the file system tells files apart. */
function isSame(a: Pick<Deno.FileInfo, "ino" | "dev">, b: Pick<Deno.FileInfo, "ino" | "dev">): boolean {
  return a.ino === null || b.ino === null || a.ino === b.ino && a.dev === b.dev;
}

async function resolve(path: string): Promise<Entry | undefined> {
  try {
    const [name, stat] = await Promise.all([Deno.realPath(path), Deno.stat(path)]);
    return { name, kind: kindOf(stat), size: stat.size };
  } catch (error) {
    // A path through a file, a link to itself and a name that no file can have lead nowhere.
    const { NotFound, NotADirectory, FilesystemLoop } = Deno.errors;
    if ([NotFound, NotADirectory, FilesystemLoop].some((kind) => error instanceof kind)) return undefined;
    if ((error as { code?: unknown } | undefined)?.code === "ENAMETOOLONG") return undefined;
    throw error;
  }
}

async function entries(path: string): Promise<Entry[]> {
  const out: Entry[] = [];
  for await (const entry of Deno.readDir(path)) out.push({ name: entry.name, kind: kindOf(entry), size: 0 });
  return out;
}

async function connect({ hostname, port, signal }: ConnectOptions): Promise<Connection> {
  signal?.throwIfAborted();
  let tcp: Deno.TcpConn;
  try {
    tcp = await Deno.connect({ hostname, port, ...(signal ? { signal } : {}) });
  } catch (error) {
    const refused = error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
    const place = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
    throw refused && granted(place) ? new AddressDenied(`${hostname} leads to a denied address`) : error;
  }
  tcp.setNoDelay(true);
  return connectionOf(tcp, undefined);
}

/** A connection of the runtime, with what is known of it. */
function connectionOf(conn: Deno.TcpConn | Deno.TlsConn, protocol: string | undefined): Connection {
  return {
    address: conn.remoteAddr.hostname,
    protocol,
    read: (into) => conn.read(into),
    write: (from) => conn.write(from),
    close() {
      try {
        conn.close();
      } catch {
        // It is closed already.
      }
    },
    keepAlive: (keeps) => keeps ? conn.ref() : conn.unref(),
    secure: (options) => secure(conn as Deno.TcpConn, options),
  };
}

async function secure(
  tcp: Deno.TcpConn,
  { hostname, alpn, caCerts, signal }: SecureOptions,
): Promise<Connection> {
  const conn = await Deno.startTls(tcp, {
    hostname,
    alpnProtocols: [...alpn],
    ...(caCerts ? { caCerts: [...caCerts] } : {}),
  });
  let ended = false;
  const end = () => {
    if (!ended) conn.close();
    ended = true;
  };
  signal?.addEventListener("abort", end);
  try {
    const { alpnProtocol } = await conn.handshake();
    signal?.throwIfAborted();
    return connectionOf(conn, alpnProtocol ?? undefined);
  } catch (error) {
    end();
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
  }
}
