/**
 * What a hostile client makes a server repeat and keep has a bound, and none of it is a fault of the server's own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileText } from "../../../tests/capability.ts";
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import type { Handler } from "../http.ts";
import { Session } from "./clients.ts";
import { changeSession, readListen } from "./listen.ts";
import { McpServer } from "./server.ts";
import { createHttpHandler } from "./transports/http.ts";
import { sessionKey } from "./transports/session_http.ts";

async function hostile(): Promise<Handler> {
  const compiled = await compileText(`ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: echo
      port: 3987
      tools: { hello: { description: Says hello, outputParameters: [{ name: said, type: string, value: hello }] } }
      resources: { one: { uri: "item://{id}", description: One, outputParameters: [{ name: id, type: string, value: "{{id}}" }] } }
      prompts: { ask: { description: Asks, arguments: { a: { description: A } }, template: [{ role: user, content: "{{a}}" }] } }
`);
  return createHttpHandler(new McpServer(compiled, compiled.surfaces[0] as Surface<ExposesMcp>));
}

async function ask(handler: Handler, method: string, params: unknown, headers: Record<string, string> = {}) {
  const response = await handler(
    new Request("http://127.0.0.1/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    }),
  );
  const text = await response.text();
  return { text, error: JSON.parse(text).error as { code: number; message: string } | undefined };
}

const LONG = "a".repeat(1_000_000);

Deno.test("a server repeats only the beginning of what nobody knows", async () => {
  const handler = await hostile();
  for (
    const [method, params] of [
      ["tools/call", { name: LONG }],
      [LONG, {}],
      ["resources/read", { uri: LONG }],
      ["resources/read", { uri: `item://${LONG}` }],
      ["resources/subscribe", { uri: `item://${LONG}` }],
      ["prompts/get", { name: LONG }],
      ["prompts/get", { name: "ask", arguments: { [LONG]: "x" } }],
      ["completion/complete", {
        ref: { type: "ref/prompt", name: LONG },
        argument: { name: "a", value: "" },
      }],
      ["logging/setLevel", { level: LONG }],
    ] as const
  ) {
    const { text, error } = await ask(handler, method, params, { "mcp-session-id": "one" });
    assert.ok(error, method.slice(0, 20));
    assert.ok(text.length < 10_000, `${method.slice(0, 20)}: ${text.length} characters`);
  }
});

Deno.test("what is no text where a text belongs is an error of the client's", async () => {
  const handler = await hostile(), odd = { toString: null, valueOf: 1 };
  for (
    const [method, params] of [
      ["tools/call", { name: odd }],
      ["resources/read", { uri: odd }],
      ["resources/subscribe", { uri: [odd] }],
      ["prompts/get", { name: odd }],
      ["prompts/get", { name: "ask", arguments: { a: odd, __proto__: odd } }],
      ["completion/complete", { ref: { type: "ref/prompt", name: odd }, argument: { name: "a", value: "" } }],
      ["completion/complete", {
        ref: { type: "ref/resource", uri: odd },
        argument: { name: "a", value: "" },
      }],
      ["completion/complete", {
        ref: { type: "ref/resource", uri: "item://{id}" },
        argument: { name: odd, value: odd },
      }],
      ["logging/setLevel", { level: odd }],
      ["tasks/get", { taskId: odd }],
    ] as const
  ) {
    const { error, text } = await ask(handler, method, params);
    if (error) assert.notEqual(error.code, -32603, `${method}: ${text}`);
    assert.doesNotMatch(text, /TypeError|Cannot convert|internal/i, method);
  }
});

Deno.test("under a long name of a session nothing is kept", () => {
  assert.equal(sessionKey(new Headers({ "mcp-session-id": "a".repeat(257) }), undefined), undefined);
  assert.equal(sessionKey(new Headers({ "mcp-session-id": "a".repeat(256) }), undefined)?.length, 256);
});

Deno.test("the addresses of one client have a bound in number and in length", () => {
  const session = new Session(),
    add = (uri: string) => changeSession(session, "resources/subscribe", { uri }, () => true);
  for (let i = 0; i < 16; i++) add(`item://${i}/${"a".repeat(4000)}`);
  assert.throws(() => add(`item://more/${"a".repeat(4000)}`), /65536 characters/);
  add("item://0/" + "a".repeat(4000));
  changeSession(session, "resources/unsubscribe", { uri: "item://0/" + "a".repeat(4000) }, () => true);
  add(`item://x/${"a".repeat(4000)}`);
  assert.equal(session.uris.size, 16);
  for (
    const uris of [[LONG], Array.from({ length: 1001 }, (_, i) => `${i}`), Array(100).fill("a".repeat(1000))]
  ) {
    assert.throws(
      () => readListen(1, { notifications: { resourceSubscriptions: uris } }, { resources: {} }),
      /no more than 1000 addresses/,
    );
  }
});
