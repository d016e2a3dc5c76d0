import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { shop } from "../../../../tests/mcp/shop.ts";
import { questionsOf } from "./questions.ts";
import { readState, writeState } from "./request_state.ts";

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
  const choices = { type: "string", enum: ["a", "b"] };
  assert.deepEqual(
    questionsOf([{ name: "x", schema: { type: "array", items: choices, minItems: 1 } }])![0]!.field,
    {
      type: "array",
      minItems: 1,
      items: choices,
    },
  );
  for (const name of ["apiKey", "api_key", "userPassword", "access-token", "client_secret", "PIN", "cvv"]) {
    assert.ok(!one(name, { type: "string" }), name);
  }
  for (const name of ["author", "spinner", "key", "shipping"]) assert.ok(one(name, { type: "string" }), name);
  assert.ok(!one("x", { type: "string", format: "password" }));
  assert.ok(!one("x", { type: "object", properties: { token: { type: "string" } }, required: ["token"] }));
});

Deno.test("questionsOf() offers choices with the titles that a person reads", () => {
  const field = (schema: object) => questionsOf([{ name: "x", schema: schema as never }])![0]!.field;
  const titles = [{ const: "a", title: "First" }, { const: "b", title: "Second" }];
  assert.deepEqual(field({ type: "string", enum: ["a", "b"], oneOf: titles }), {
    type: "string",
    oneOf: titles,
  });
  const named = { type: "string", enum: ["a", "b"], enumNames: ["First", "Second"] };
  assert.deepEqual(field(named), named);
  const several = { type: "array", items: { type: "string", enum: ["a", "b"], oneOf: titles } };
  assert.deepEqual(field(several), { type: "array", items: { anyOf: titles } });
});

Deno.test("a state is taken for an hour", async () => {
  const state = await writeState("a", { big: 12345678901234567890n }, 0);
  assert.deepEqual({ ...await readState("a", state, 3_599_999) }, { big: 12345678901234567890n });
  assert.equal(await readState("a", state, 3_600_000), undefined);
  assert.equal(await readState("b", state, 1), undefined);
});
