/**
 * Capstan as a library, as a program that depends on it sees it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  call,
  CallError,
  compileCapability,
  findFlow,
  inspect,
  preview,
  readSpecification,
  serve,
  type Specification,
  validate,
} from "../../mod.ts";
import { consumedShop, failing, shopEnv as env } from "../docs/shop.ts";
import { folderWith, ROOT, rpc, run, upstream } from "../testing.ts";

/** A shop behind a token, with a tool that cannot run beside one that can. */
const SHOP = `ikanos: "1.0.0-beta5"
capability:
${consumedShop()}
  exposes:
    - type: mcp
      namespace: shop-tools
      port: 3001
      tools:
        get-item:
          description: One item
          call: shop.get-item
          outputParameters:
            - type: object
              properties: { price: { type: number, mapping: $.price } }
        get-order: { description: One order, call: shop.get-order }
        in-steps:
          description: Two requests
          inputParameters: { id: { type: integer, description: Which, required: true } }
          steps: { one: { type: call, call: shop.get-item, with: { id: "{{id}}" } } }
`;

function shopAt(origin: string): Specification {
  return readSpecification("shop.yml", { text: SHOP, baseUris: { shop: `${origin}/v1` } });
}

Deno.test("call() gives the value, and bytes where the output is binary", async () => {
  await using api = upstream((request) =>
    request.url.endsWith("/photo")
      ? new Response(new Uint8Array([1, 2, 3]))
      : Response.json({ price: 5, page: 1 })
  );
  const capability = await compileCapability(shopAt(api.origin), { env });
  assert.deepEqual(await call(capability, "get-item", { id: 7 }), { price: 5 });
  assert.deepEqual(await call(capability, "shop.get-item", { id: 7 }), { price: 5, page: 1 });
  assert.deepEqual(await call(capability, "shop.get-photo", { id: 7 }), new Uint8Array([1, 2, 3]));
  assert.equal(api.requests[0]!.headers.get("authorization"), "Bearer s3cret-token");
});

Deno.test("call() fails with one error, which survives JSON and holds no secret", async () => {
  await using api = upstream((request) =>
    Response.json({ message: `who is ${request.headers.get("authorization")}?` }, { status: 403 })
  );
  const capability = await compileCapability(shopAt(api.origin), { env });
  const error = await failing(call(capability, "get-item", { id: 7 })), text = JSON.stringify(error);
  assert.equal(error.data.code, "forbidden");
  assert.deepEqual(JSON.parse(text), error.data);
  assert.match(text, /who is Bearer \*\*\*\?/);
  assert.doesNotMatch(`${text} ${error.message} ${error.stack}`, /s3cret/);
});

Deno.test("call() explains what it cannot do: unknown names, bad arguments, what was set aside", async () => {
  const capability = await compileCapability(readSpecification("shop.yml", { text: SHOP }), { env });
  const unknown = await failing(call(capability, "get-itme"));
  assert.deepEqual([unknown.data.code, unknown.data.hint], ["invalid_arguments", "Did you mean get-item?"]);
  const wrong = await failing(call(capability, "get-item", { id: "seven" }));
  assert.deepEqual(wrong.data.fields?.map(({ name, expected }) => [name, expected]), [["id", "integer"]]);
  const aside = await failing(call(capability, "get-order"));
  assert.equal(aside.data.code, "misconfigured");
  assert.match(aside.message, /^get-order cannot run: .*get-order/);
  assert.match(aside.data.source!, /^shop\.yml:25:\d+$/);
  assert.throws(() => findFlow(capability, "get-order"), CallError);
});

Deno.test("call() ends when its signal says so or its time is over, and takes the request with it", async () => {
  let asked = 0, cancelled = 0, arrives = () => {};
  await using api = upstream(async (request) => {
    asked++;
    arrives();
    await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    cancelled++;
    return new Response();
  });
  const capability = await compileCapability(shopAt(api.origin), { env }), id = 7;
  assert.equal((await failing(call(capability, "get-item", { id }, { timeout: 50 }))).data.code, "timeout");
  const arrived = new Promise<void>((resolve) => arrives = resolve), controller = new AbortController();
  const calling = failing(call(capability, "get-item", { id }, controller));
  await arrived;
  controller.abort();
  await calling;
  // On a busy machine the first may be over before it was sent.
  while (cancelled < asked) await new Promise((resolve) => setTimeout(resolve, 5));
});

Deno.test("preview() shows the request of one call, and says so where there is more than one", async () => {
  const capability = await compileCapability(readSpecification("shop.yml", { text: SHOP }), { env });
  assert.deepEqual(preview(capability, "get-item", { id: 7 }), {
    method: "GET",
    url: "https://shop.example.com/v1/items/7",
    headers: [["Authorization", "Bearer ***"]],
  });
  assert.throws(() => preview(capability, "in-steps", { id: 7 }), (error) => {
    assert.ok(error instanceof CallError);
    assert.match(error.message, /in-steps is not a single request/);
    // The same preview would say the same again.
    assert.equal(error.data.retryable, false);
    assert.equal(error.data.code, "misconfigured");
    return true;
  });
  assert.throws(() => preview(capability, "get-item", {}), CallError);
});

Deno.test("readSpecification() refuses a base URI of nothing, or that is none", () => {
  const read = (baseUris: Record<string, string>) => () =>
    readSpecification("shop.yml", { text: SHOP, baseUris });
  assert.throws(
    read({ shops: "https://x.example" }),
    /nothing consumed has the namespace shops; there are shop/,
  );
  assert.throws(read({ shop: "file:///etc" }), /http or https/);
});

Deno.test("validate() and inspect() tell of what cannot run, without asking for variables", async () => {
  const spec = readSpecification("shop.yml", { text: SHOP }), none = { env: () => undefined };
  const found = await validate(spec, none);
  assert.deepEqual(found.map(({ code, severity }) => [code, severity]), [
    ["missing-variable", "warning"],
    ["unknown-operation", "error"],
  ]);
  const { surfaces, disabled, variables, reach } = await inspect(spec, none);
  assert.deepEqual(surfaces[0]?.tools?.map(({ name }) => name), ["get-item", "in-steps"]);
  assert.deepEqual(disabled.map(({ node }) => node), ["tool get-order"]);
  assert.deepEqual(variables, [{ name: "SHOP_TOKEN", from: "environment", set: false }]);
  assert.deepEqual(reach, ["shop.example.com:443"]);
});

Deno.test("serve() goes on when an output drifts, tells what was set aside, and stops when asked to", async () => {
  await using api = upstream(() => Response.json({ price: "no number" }));
  const serving = await serve(shopAt(api.origin), { env, port: 0 });
  let over = false;
  void serving.finished.then(() => over = true);
  assert.deepEqual(serving.disabled, ["tool get-order"]);
  for (let i = 0; i < 3; i++) {
    const answer = await rpc(serving.surfaces[0]!.url, "tools/call", {
      name: "get-item",
      arguments: { id: 7 },
    });
    assert.deepEqual((answer["result"] as { structuredContent: unknown }).structuredContent, { price: null });
  }
  assert.equal(over, false);
  await serving.stop();
  await serving.finished;
  await assert.rejects(fetch(serving.surfaces[0]!.url));
});

Deno.test("serve() says why it cannot, with what was found", async () => {
  const spec = readSpecification("shop.yml", { text: SHOP });
  const error = await serve(spec, { env, port: 0, strict: true }).catch((error) => error);
  assert.equal(error.name, "StartError");
  assert.deepEqual(error.diagnostics.map((d: { code: string }) => d.code), ["unknown-operation"]);
  assert.match(error.message, /shop\.yml:25:\d+: error unknown-operation/);
});

Deno.test("a program elsewhere can depend on it", async () => {
  await using folder = await folderWith({
    "deno.json": JSON.stringify({
      imports: { "@capstan/capstan": `${ROOT}mod.ts` },
      unstable: ["worker-options"],
    }),
    "main.ts": `
      import { call, compileCapability, readSpecification, serve } from "@capstan/capstan";
      const spec = readSpecification("${ROOT}examples/hello.yml");
      const greeting = await call(await compileCapability(spec), "greet", { who: "you" });
      await using serving = await serve(spec, { port: 0 });
      console.log(JSON.stringify([greeting, serving.surfaces[0].namespace]));
    `,
  });
  const { code, out, err } = await run(
    [Deno.execPath()],
    ["run", "-A", "--quiet", `${folder.path}/main.ts`],
    {
      cwd: folder.path,
    },
  );
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), [{ greeting: "Hello, you!" }, "hello"]);
});

Deno.test("S12: what is found of binds reaches who compiles, and who serves and cannot", async () => {
  const spec = readSpecification("bound.yml", {
    text: SHOP.replace(
      /^ikanos:.*\n/m,
      (line) => `${line}binds: [{ namespace: k, location: "file:///./none.env", keys: { SHOP_TOKEN: T } }]\n`,
    ),
  });
  const none = { env: () => undefined };
  const { diagnostics } = await compileCapability(spec, none);
  assert.equal(diagnostics[0]?.code, "file-not-found");
  assert.match(diagnostics[0]!.message, /the bind k names the file .*none\.env/);
  const error = await serve(spec, { ...none, port: 0 }).catch((error) => error);
  assert.equal(error.name, "StartError");
  assert.equal(error.diagnostics[0].code, "file-not-found");
});
