/**
 * Capabilities in programs of others: surfaces as functions, callables with schemas, a host of the program's own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { memoryHost } from "../../lib/host/memory.ts";
import { CapstanError, compileCapability, OptionError, readSpecification, StartError } from "../../mod.ts";
import { consumedShop } from "../docs/shop.ts";

const DOCUMENT = `ikanos: "1.0.0-beta5"
binds:
  - { namespace: keys, keys: { SHOP_TOKEN: SHOP_TOKEN, API_TOKEN: API_TOKEN } }
capability:
${consumedShop()}
  exposes:
    - type: mcp
      namespace: tools
      port: 3001
      tools:
        get-item:
          description: One item
          inputParameters: { id: { type: integer, description: Which, required: true } }
          call: shop.get-item
          with: { id: "{{id}}" }
          outputParameters:
            - type: object
              properties: { price: { type: number, mapping: $.price } }
        get-order: { description: One order, call: shop.get-order }
    - type: rest
      namespace: api
      port: 3002
      authentication: { type: bearer, token: "{{API_TOKEN}}" }
      resources:
        items:
          path: /items/{{id}}
          operations:
            read-item:
              method: GET
              inputParameters: { id: { in: path, type: integer } }
              call: shop.get-item
              with: { id: "{{id}}" }
    - { type: control, port: 3003 }
`;

const VARIABLES = { SHOP_TOKEN: "s3cret-token", API_TOKEN: "let-me-in" };

function world(env: Record<string, string> = VARIABLES) {
  const requests: Request[] = [];
  const host = memoryHost({
    env,
    fetch(request) {
      requests.push(request);
      return Response.json({ price: 5, page: 1 });
    },
  });
  return { host, requests };
}

async function compiled(env?: Record<string, string>) {
  const made = world(env), spec = readSpecification("shop.yml", { text: DOCUMENT });
  return { ...made, capability: await compileCapability(spec, { host: made.host }) };
}

function toolCall(url: string, name: string, args: unknown): Request {
  return new Request(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } }),
  });
}

Deno.test("capability.callables is everything that is offered, with schemas, or with the reason", async () => {
  const { capability } = await compiled();
  await using _ = capability;
  assert.deepEqual(capability.callables.map(({ kind, name, namespace }) => [kind, name, namespace]), [
    ["tool", "get-item", "tools"],
    ["tool", "get-order", "tools"],
    ["operation", "read-item", "api"],
    ...capability.callables.filter(({ kind }) => kind === "endpoint").map((
      c,
    ) => [c.kind, c.name, c.namespace]),
    ["consumed", "shop.get-item", undefined],
    ["consumed", "shop.get-photo", undefined],
  ]);
  const [item, order] = capability.callables;
  assert.equal(item!.description, "One item");
  assert.deepEqual(item!.inputSchema!["required"], ["id"]);
  assert.equal(item!.outputSchema!["type"], "object");
  assert.equal(item!.semantics?.safe, true);
  assert.equal(order!.disabled?.code, "unknown-operation");
  assert.equal(order!.inputSchema, undefined);
  assert.equal(capability.callables[0], capability.surface("tools").callables[0], "one table, one view");
  assert.doesNotThrow(() => JSON.stringify(capability.callables));
});

Deno.test("capability.call() calls through the host it was given, and knows who calls", async () => {
  const { capability, requests } = await compiled();
  await using _ = capability;
  assert.deepEqual(await capability.call("get-item", { id: 7 }, { caller: { id: "ada", scheme: "test" } }), {
    price: 5,
  });
  assert.equal(requests[0]!.url, "https://shop.example.com/v1/items/7");
  assert.equal(requests[0]!.headers.get("authorization"), "Bearer s3cret-token");
  await assert.rejects(
    capability.call("get-item", { id: "seven" }),
    (error) => error instanceof CapstanError && error.code === "invalid_arguments",
  );
});

Deno.test("surface.fetch answers MCP in memory, detached from its object", async () => {
  const { capability } = await compiled();
  await using _ = capability;
  const { fetch } = capability.surface("tools");
  const answer = await fetch(toolCall("http://anywhere.example/mcp", "get-item", { id: 7 }));
  assert.match(await answer.text(), /"structuredContent":\{"price":5\}/);
  const foreign = toolCall("http://anywhere.example/mcp", "get-item", { id: 7 });
  foreign.headers.set("origin", "https://evil.example");
  assert.equal((await fetch(foreign)).status, 403);
});

Deno.test("surface.fetch asks who calls, unless the program has found out", async () => {
  const { capability, requests } = await compiled();
  await using _ = capability;
  const api = capability.surface("api"), url = "http://x.example/items/7";
  assert.equal(api.authentication, "bearer");
  const refused = await api.fetch(new Request(url));
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get("www-authenticate")!, /^Bearer/);
  assert.equal(requests.length, 0);
  const headers = { authorization: "Bearer let-me-in" };
  assert.deepEqual(await (await api.fetch(new Request(url, { headers }))).json(), { price: 5, page: 1 });
  const known = await api.handle(new Request(url), { caller: { id: "ada", scheme: "session" } });
  assert.equal(known.status, 200);
});

Deno.test("a surface whose authentication has no value answers nobody, and ready() says why", async () => {
  const { capability, host } = await compiled({ SHOP_TOKEN: "t" });
  await using _ = capability;
  const api = capability.surface("api");
  const error = await api.ready().catch((error) => error);
  assert.ok(error instanceof StartError, String(error));
  assert.equal(error.code, "not_served");
  assert.match(error.message, /API_TOKEN/);
  const answer = await api.fetch(new Request("http://x.example/items/7"));
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /The log has the reason under/);
  assert.match(host.logged.at(-1)!.message, /API_TOKEN/);
  await capability.surface("tools").ready();
});

Deno.test("a control surface that asks nobody answers only callers whom the program knows", async () => {
  const { capability } = await compiled();
  await using _ = capability;
  const control = capability.surface("control"), request = () => new Request("http://x.example/health/live");
  assert.equal((await control.fetch(request())).status, 403);
  const known = await control.handle(request(), { caller: { id: "operator", scheme: "session" } });
  assert.equal(known.status, 200);
});

Deno.test("capability.surface() says which there are", async () => {
  const { capability } = await compiled();
  await using _ = capability;
  assert.equal(capability.surface("rest").namespace, "api");
  assert.throws(
    () => capability.surface("tolls"),
    (error) => error instanceof OptionError && /there are tools, api, control/.test(error.message),
  );
});

Deno.test("a closed surface answers nothing more", async () => {
  const { capability } = await compiled(), { fetch, ready } = capability.surface("tools");
  await ready();
  await capability.close();
  assert.equal((await fetch(toolCall("http://x.example/mcp", "get-item", { id: 7 }))).status, 503);
});
