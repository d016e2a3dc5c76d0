import assert from "node:assert/strict";
import { compileText, toolSpec } from "../../tests/capability.ts";
import type { ExposesMcp, ExposesRest } from "../../schemas/mod.ts";
import type { Surface } from "../plan/capability.ts";
import { listen } from "./http.ts";
import { RawClient } from "./listener/testing.ts";
import { createHttpHandler, McpServer } from "./mcp/mod.ts";
import { createRestHandler } from "./rest/mod.ts";

const REST = `
  - type: rest
    namespace: web
    port: 4999
    resources:
      - path: /ask
        operations:
          - { method: GET, name: ask, call: api.op }
          - { method: POST, name: tell, call: api.op }`;

/** A whole request, as a client writes it. */
function requestOf(method: string, path: string, headers: readonly string[], body?: string): string {
  const lines = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1", ...headers];
  if (body !== undefined) lines.push("Content-Type: application/json", `Content-Length: ${body.length}`);
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

const VERSION = "io.modelcontextprotocol/protocolVersion";
const call = (more = {}) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "t", arguments: {}, ...more },
  });
const MODERN = ["Mcp-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: t"];
const REQUESTS = {
  "mcp with a handshake": requestOf("POST", "/mcp", [], call()),
  "mcp without a handshake": requestOf("POST", "/mcp", MODERN, call({ _meta: { [VERSION]: "2026-07-28" } })),
  "rest with a body": requestOf("POST", "/ask", [], '{"a":1}'),
  "rest without a body": requestOf("GET", "/ask", []),
};

/** Counts what happens, and waits for a count. */
class Counter {
  #count = 0;
  #waiting: [count: number, resolve: () => void] | undefined;

  add(): void {
    if (this.#waiting && ++this.#count === this.#waiting[0]) this.#waiting[1]();
  }

  /** Resolves when it has happened so often from now on. */
  reaches(count: number): Promise<void> {
    this.#count = 0;
    return new Promise((resolve) => this.#waiting = [count, resolve]);
  }
}

Deno.test("C9: a client that leaves ends its call on every surface, wherever its request was cut", async () => {
  const asked = new Counter(), left = new Counter();
  const api = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) =>
      new Promise<Response>((resolve) => {
        request.signal.addEventListener("abort", () => {
          left.add();
          resolve(new Response());
        });
        asked.add();
      }),
  );
  const operation = "path: /a\noperations: { op: { method: GET } }";
  const capability = await compileText(
    toolSpec(`http://127.0.0.1:${api.addr.port}`, { operation, tool: "call: api.op", more: REST }),
  );
  const [mcp, rest] = capability.surfaces as unknown as [Surface<ExposesMcp>, Surface<ExposesRest>];
  const listeners = [
    createHttpHandler(new McpServer(capability, mcp)),
    createRestHandler(capability, rest, {}),
  ].map((handler) => listen({ hostname: "127.0.0.1", port: 0, handler }));
  for (const [what, request] of Object.entries(REQUESTS)) {
    const { port } = listeners[what.startsWith("mcp") ? 0 : 1]!, count = request.length;
    const clients = await Promise.all(Array.from({ length: count }, () => RawClient.open(port)));
    const asking = asked.reaches(count), leaving = left.reaches(count);
    await Promise.all(clients.map((client, i) => client.send(request.slice(0, i + 1))));
    // The rest comes in a packet of its own.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all(clients.map((client, i) => client.send(request.slice(i + 1))));
    await asking;
    for (const client of clients) client[Symbol.dispose]();
    // Their own time would end the calls too, later.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: the calls went on`)), 50_000);
    });
    await Promise.race([leaving, late]);
    clearTimeout(timer);
  }
  await Promise.all(listeners.map((listener) => listener.close()));
  await api.shutdown();
  assert.equal(capability.surfaces.length, 2);
});
