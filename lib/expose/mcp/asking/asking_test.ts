import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { compileText, startUpstream } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import { McpServer } from "../server.ts";
import { createHttpHandler } from "../transports/http.ts";
import { questionsOf } from "./questions.ts";
import { readState, writeState } from "./request_state.ts";

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      resources:
        order:
          path: /orders
          operations:
            order:
              method: POST
              inputParameters:
                item: { in: query, type: string }
                count: { in: query, type: integer }
                password: { in: query, type: string }
        address:
          path: /addresses
          operations:
            send:
              method: POST
              body: { type: json, data: { to: "{{to}}", note: "{{note}}" } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3985
      tools:
        order:
          description: Orders something
          inputParameters:
            item: { type: string, description: What, required: true }
            count: { type: integer, description: How many, minimum: 1, required: true }
          call: shop.order
        log-in:
          description: Logs somebody in
          inputParameters: { password: { type: string, description: The password, required: true } }
          call: shop.order
        send:
          description: Sends something
          inputParameters:
            to: { type: object, description: Where to, required: true, properties: { city: { type: string, required: true } } }
            note: { type: string, description: What it says, required: true }
          call: shop.send
      prompts:
        greet:
          description: Greets somebody
          arguments: { who: { description: Whom } }
          template: [{ role: user, content: "Greet {{who}}" }]
`;

/** A server, and what its API was asked. */
async function shop(options: { isShared?: boolean } = {}) {
  const seen: string[] = [];
  const api = startUpstream((request, body) => {
    seen.push(`${new URL(request.url).search} ${body}`.trim());
    return Response.json({ ok: true });
  });
  const capability = await compileText(SPEC(api.origin));
  const server = new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>, options);
  const handle = createHttpHandler(server);
  const ask = async (
    method: string,
    params: object,
    clientCapabilities: object = { elicitation: {} },
    id?: string,
  ) => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": clientCapabilities,
      "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" },
    };
    const response = await handle(
      new Request("http://127.0.0.1/mcp", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "accept": "application/json, text/event-stream",
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": method,
          ...("name" in params ? { "mcp-name": params.name as string } : {}),
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } }),
      }),
      id === undefined ? undefined : { id, scheme: "basic" },
    );
    return await response.json();
  };
  return { ask, handle, seen, close: () => api[Symbol.asyncDispose]() };
}

const accept = (content: object) => ({ action: "accept", content });

Deno.test("a call that lacks arguments is answered with a form, and goes on with what was filled in", async () => {
  const { ask, seen, close } = await shop(), args = { item: "tea" };
  const first = (await ask("tools/call", { name: "order", arguments: args })).result;
  assert.equal(first.resultType, "input_required");
  assert.deepEqual(first.inputRequests, {
    arguments: {
      method: "elicitation/create",
      params: {
        mode: "form",
        message: "order needs count.",
        requestedSchema: {
          type: "object",
          properties: { count: { type: "integer", description: "How many", minimum: 1 } },
          required: ["count"],
        },
      },
    },
  });
  assert.deepEqual(seen, []);
  const { requestState } = first;
  const inputResponses = { arguments: accept({ count: 3, item: "salt", other: 1 }), more: accept({}) };
  const call = { name: "order", arguments: args, inputResponses, requestState };
  assert.equal((await ask("tools/call", call)).result.resultType, "complete");
  // What the caller gave stays, and what nobody asked for goes nowhere.
  assert.deepEqual(seen, ["?item=tea&count=3"]);
  await close();
});

Deno.test("answers are kept over rounds, in a state that nobody else can make or use", async () => {
  const { ask, seen, close } = await shop(), name = "send";
  const first = (await ask("tools/call", { name, arguments: {} })).result;
  assert.deepEqual(Object.keys(first.inputRequests), ["arguments", "to"]);
  const to = { inputResponses: { to: accept({ city: "Oslo" }) }, requestState: first.requestState };
  const second = (await ask("tools/call", { name, ...to })).result;
  assert.deepEqual(Object.keys(second.inputRequests), ["arguments"]);
  const { requestState } = second, note = { inputResponses: { arguments: accept({ note: "hi" }) } };
  for (const wrong of [`${requestState}x`, `x${requestState}`, "", ".", 5, null]) {
    const { error } = await ask("tools/call", { name, ...note, requestState: wrong });
    assert.equal(error.code, -32602, String(wrong));
  }
  assert.equal((await ask("tools/call", { name: "order", requestState })).error.code, -32602);
  assert.equal((await ask("tools/call", { name, requestState }, undefined, "ada")).error.code, -32602);
  await ask("tools/call", { name, ...note, requestState });
  assert.deepEqual(seen, ['{"to":{"city":"Oslo"},"note":"hi"}']);
  await close();
});

Deno.test("who declines is not asked again, and answers that are none are refused", async () => {
  const { ask, seen, close } = await shop(), name = "order", given = { name, arguments: { item: "tea" } };
  const declined = await ask("tools/call", {
    ...given,
    inputResponses: { arguments: { action: "decline" } },
  });
  assert.equal(declined.result.isError, true);
  assert.match(declined.result.content[0].text, /asked for count, and did not answer/);
  for (const inputResponses of [null, 5, [], { arguments: 5 }, { arguments: { action: "accept" } }]) {
    assert.equal((await ask("tools/call", { ...given, inputResponses })).error.code, -32602);
  }
  const wrong = await ask("tools/call", {
    ...given,
    inputResponses: { arguments: accept({ count: "many" }) },
  });
  assert.match(wrong.result.content[0].text, /invalid_arguments/);
  assert.deepEqual(seen, []);
  await close();
});

Deno.test("a mistake in what is given is for the model to correct: nobody is asked", async () => {
  const { ask, close } = await shop(), name = "order";
  for (const args of [{ itme: "tea" }, { item: "tea", count: "many" }, { item: "tea", more: 1 }]) {
    const { result } = await ask("tools/call", { name, arguments: args });
    assert.match(result.content[0].text, /^invalid_arguments: /);
  }
  await close();
});

Deno.test("the SDK asks its user, and calls again with the answer", async () => {
  const { handle, seen, close } = await shop(), asked: unknown[] = [];
  const client = new Client({ name: "test", version: "1" }, {
    versionNegotiation: { mode: "auto" },
    capabilities: { elicitation: { form: {} } },
  });
  client.setRequestHandler("elicitation/create", ({ params }) => {
    asked.push(params.message);
    return { action: "accept", content: { item: "tea", count: 2 } };
  });
  const fetch = async (url: string | URL, init?: RequestInit) => await handle(new Request(url, init));
  await client.connect(new StreamableHTTPClientTransport(new URL("http://127.0.0.1/mcp"), { fetch }));
  const { isError } = await client.callTool({ name: "order", arguments: {} });
  assert.deepEqual([isError ?? false, asked, seen], [false, ["order needs item, count."], [
    "?item=tea&count=2",
  ]]);
  await client.close();
  await close();
});

Deno.test("nobody is asked for a secret, by a client that shows no forms, or where several workers serve", async () => {
  const { ask, close } = await shop(), shared = await shop({ isShared: true });
  const failure = async (answer: Promise<{ result: { content: { text: string }[]; isError: boolean } }>) =>
    assert.match((await answer).result.content[0]!.text, /invalid_arguments: .*got nothing/);
  await failure(ask("tools/call", { name: "log-in", arguments: {} }));
  for (const declared of [{}, { elicitation: { url: {} } }, { sampling: {} }]) {
    await failure(ask("tools/call", { name: "order", arguments: { item: "tea" } }, declared));
  }
  await failure(shared.ask("tools/call", { name: "order", arguments: { item: "tea" } }));
  const { capabilities } = (await shared.ask("server/discover", {})).result;
  assert.equal(capabilities.extensions, undefined);
  await close();
  await shared.close();
});

Deno.test("the arguments of a prompt are asked for as well", async () => {
  const { ask, close } = await shop(), name = "greet";
  const { inputRequests, requestState } = (await ask("prompts/get", { name })).result;
  assert.deepEqual(inputRequests.arguments.params.requestedSchema.required, ["who"]);
  const inputResponses = { arguments: accept({ who: "Ada" }) };
  const { messages } = (await ask("prompts/get", { name, inputResponses, requestState })).result;
  assert.equal(messages[0].content.text, "Greet Ada");
  const declined = { arguments: { action: "cancel" } };
  assert.equal((await ask("prompts/get", { name, inputResponses: declined })).error.code, -32602);
  await close();
});

Deno.test("questionsOf() asks for what forms can hold, and for no secret", () => {
  const one = (name: string, schema: object) =>
    questionsOf([{ name, schema: schema as never }]) !== undefined;
  for (const type of ["string", "number", "integer", "boolean"]) assert.ok(one("x", { type }), type);
  for (const type of ["array", "object", ["string", "null"], undefined]) assert.ok(!one("x", { type }));
  for (const name of ["apiKey", "api_key", "userPassword", "access-token", "client_secret", "PIN", "cvv"]) {
    assert.ok(!one(name, { type: "string" }), name);
  }
  for (const name of ["author", "spinner", "key", "shipping"]) assert.ok(one(name, { type: "string" }), name);
  assert.ok(!one("x", { type: "string", format: "password" }));
  assert.ok(!one("x", { type: "object", properties: { token: { type: "string" } }, required: ["token"] }));
});

Deno.test("a state is taken for an hour", async () => {
  const state = await writeState("a", { big: 12345678901234567890n }, 0);
  assert.deepEqual({ ...await readState("a", state, 3_599_999) }, { big: 12345678901234567890n });
  assert.equal(await readState("a", state, 3_600_000), undefined);
  assert.equal(await readState("b", state, 1), undefined);
});
