/**
 * What the tests of this room share: a server on a free port, and a client that sends bytes.
 *
 * @module
 */
import { listenTcp } from "../../host/tcp_listener.ts";
import { intake, IntakeError } from "../intake.ts";
import { LISTEN_LIMITS, type ListenLimits } from "./limits.ts";
import { HttpServer } from "./serve_http.ts";

/** A server that runs until disposed. */
export interface TestHttpServer extends AsyncDisposable {
  readonly server: HttpServer;
  readonly port: number;
  /** What the operator read. */
  readonly warnings: string[];
}

/** Serves on loopback. */
export function serveHttp(
  answer: (request: Request, remote: string) => Response | Promise<Response>,
  limits: Partial<ListenLimits> = {},
): TestHttpServer {
  const warnings: string[] = [];
  const server = new HttpServer(listenTcp({ hostname: "127.0.0.1", port: 0 }), {
    answer,
    fault: (error) =>
      new Response(error instanceof IntakeError ? error.message : "fault", {
        status: error instanceof IntakeError ? error.status : 500,
      }),
    authority: "127.0.0.1",
    warn: (message) => warnings.push(message),
    limits: { ...LISTEN_LIMITS, ...limits },
  });
  return {
    server,
    port: server.port,
    warnings,
    [Symbol.asyncDispose]: () => server.shutdown(5000),
  };
}

/** Answers with what was asked: its method, address and body. */
export async function echo(request: Request): Promise<Response> {
  const bytes = request.body ? await intake.read(request.body, 1 << 22) : undefined;
  return Response.json({
    method: request.method,
    path: request.url.replace(/^http:\/\/[^/]*/, ""),
    body: new TextDecoder().decode(bytes ?? new Uint8Array()),
  });
}

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** Bytes of a text, one for each character. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** A connection that sends bytes as they are. */
export class RawClient implements Disposable {
  readonly #conn: Deno.TcpConn;
  #seen = "";

  /** @param conn The connection. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects. */
  static async open(port: number): Promise<RawClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return new RawClient(conn);
  }

  /** Sends. */
  async send(bytes: Uint8Array | string): Promise<void> {
    let left = typeof bytes === "string" ? encoder.encode(bytes) : bytes;
    while (left.length > 0) left = left.subarray(await this.#conn.write(left));
  }

  /** Reads until what came matches; gives all of it. At the end of the connection it gives what there is. */
  async until(pattern: RegExp): Promise<string> {
    const buffer = new Uint8Array(1 << 16);
    while (!pattern.test(this.#seen)) {
      const count = await this.#conn.read(buffer).catch(() => null);
      if (count === null) break;
      this.#seen += decoder.decode(buffer.subarray(0, count));
    }
    return this.#seen;
  }

  /** Reads to the end of the connection. */
  rest(): Promise<string> {
    return this.until(/(?!)/);
  }

  /** Sends no more. */
  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Closes. */
  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
  }
}

/** Sends bytes over a connection of their own, and gives all that is answered until the server closes. */
export async function exchange(port: number, bytes: Uint8Array | string): Promise<string> {
  using client = await RawClient.open(port);
  await client.send(bytes).catch(() => {});
  return await client.rest();
}
