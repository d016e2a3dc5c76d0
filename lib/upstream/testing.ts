/**
 * What the tests of this room share: operations, and servers that close themselves.
 *
 * @module
 */
import type { Call } from "../telemetry/call.ts";
import assert from "node:assert/strict";
import { denoHost } from "../host/deno.ts";
import { openDoor, replaceDefaultDoor, type WireChoice } from "./door.ts";
import { CallError, type CallErrorData } from "./error.ts";
import type { Field, Operation } from "./operation.ts";

/**
 * The wire that these tests run over: `deno task test:wires` runs them over the runtime's `fetch` as well.
 */
export const OVER: WireChoice = Deno.env.get("CAPSTAN_TEST_WIRE") === "fetch" ? "fetch" : "own";
if (OVER === "fetch") replaceDefaultDoor(openDoor(denoHost(() => {}), OVER));

/** A server on a free port. */
export interface TestServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
}

/** Serves on loopback until disposed. */
export function serve(handler: (request: Request) => Response | Promise<Response>): TestServer {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Serves raw bytes: what a well-behaved server would not do. */
export function serveRaw(handler: (connection: Deno.TcpConn) => Promise<void>): TestServer {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr, running: Promise<void>[] = [];
  const connections = new Set<Deno.TcpConn>();
  const accepting = (async () => {
    for await (const connection of listener) {
      connections.add(connection);
      running.push(
        handler(connection).catch(() => {}).finally(() => {
          connections.delete(connection);
          try {
            connection.close();
          } catch {
            // The handler has closed it.
          }
        }),
      );
    }
  })();
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of connections) connection.close();
      await accepting;
      await Promise.all(running);
    },
  };
}

/** A field that takes the argument of its name. */
export function argument(name: string): Field {
  return { name, get: ({ args }) => args[name] };
}

/** A GET of the root that may be repeated, with what a test changes. */
export function operation(origin: string, changes: Partial<Operation> = {}): Operation {
  return {
    name: "api.operation",
    method: "GET",
    base: { origin, path: "" },
    path: ["/"],
    query: [],
    headers: [],
    cookies: [],
    fixedHeaders: [],
    credentials: [],
    response: { maxBytes: 1 << 20 },
    reach: [{ origin, path: "" }],
    repeatable: true,
    ...changes,
  };
}

/** A context whose call has so much time, in milliseconds. */
export function context(milliseconds = 60_000, signal?: AbortSignal): Call {
  return { deadline: performance.now() + milliseconds, ...(signal ? { signal } : {}) };
}

/** The data of the `CallError` a promise must fail with. */
export async function failureOf(promise: Promise<unknown> | (() => unknown)): Promise<CallErrorData> {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    assert.ok(error instanceof CallError, `not a CallError: ${error}`);
    return error.data;
  }
  assert.fail("it did not fail");
}
