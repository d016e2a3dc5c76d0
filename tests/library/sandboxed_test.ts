/**
 * A capability in its sandbox, held by a program: calls, events, reloading, telemetry, the end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { inspect, openSandbox, readSpecification, type SandboxEvent, serve, StartError } from "../../mod.ts";
import { consumedShop, failing, shopEnv as env } from "../docs/shop.ts";
import { rpc, upstream } from "../testing.ts";

function shop(origin: string, { price = "price", more = "" } = {}) {
  return readSpecification("shop.yml", {
    text: `ikanos: "1.0.0-beta5"
capability:
${consumedShop(origin)}
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
          outputParameters: [{ type: object, properties: { ${price}: { type: number, mapping: $.price } } }]
${more}`,
  });
}

Deno.test("openSandbox() calls inside the sandbox: values, bytes, integers with all digits, failures", async () => {
  await using api = upstream((request) =>
    request.url.endsWith("/photo")
      ? new Response(new Uint8Array([1, 2, 3]))
      : request.url.endsWith("/items/9")
      ? new Response("gone: Bearer s3cret-token", { status: 410 })
      : new Response(`{"price": 5, "big": 12345678901234567890}`, {
        headers: { "content-type": "application/json" },
      })
  );
  await using sandbox = await openSandbox(shop(api.origin), { env });
  assert.deepEqual(sandbox.surfaces, []);
  assert.deepEqual(await sandbox.call("get-item", { id: 7 }), { price: 5 });
  assert.deepEqual(await sandbox.call("shop.get-item", { id: 7 }), { price: 5, big: 12345678901234567890n });
  assert.deepEqual(await sandbox.call("shop.get-photo", { id: 7 }), new Uint8Array([1, 2, 3]));
  const wrong = await failing(sandbox.call("get-item", { id: "seven" }));
  assert.equal(wrong.code, "invalid_arguments");
  const unknown = await failing(sandbox.call("get-itme"));
  assert.equal(unknown.data.hint, "Did you mean get-item?");
  const gone = await failing(sandbox.call("get-item", { id: 9 }));
  assert.doesNotMatch(JSON.stringify(gone), /s3cret/);
});

Deno.test("a call into the sandbox ends with its signal and its time, and takes the request with it", async () => {
  const arrived = Promise.withResolvers<void>(), cancelled = Promise.withResolvers<void>();
  await using api = upstream(async (request) => {
    request.signal.addEventListener("abort", () => cancelled.resolve());
    arrived.resolve();
    await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    return new Response();
  });
  await using sandbox = await openSandbox(shop(api.origin), { env });
  const controller = new AbortController(),
    calling = failing(sandbox.call("get-item", { id: 7 }, controller));
  // Whether it is aborted before or after it was sent is not left to the speed of the machine.
  await arrived.promise;
  controller.abort();
  await calling;
  await cancelled.promise;
  assert.equal((await failing(sandbox.call("get-item", { id: 7 }, { timeout: 50 }))).code, "timeout");
  const aborted = await failing(sandbox.call("get-item", { id: 7 }, { signal: AbortSignal.abort() }));
  assert.notEqual(aborted.code, "internal");
});

Deno.test("a call that was made before stop() is finished, one after it fails at once", async () => {
  await using api = upstream(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return Response.json({ price: 5 });
  });
  const sandbox = await openSandbox(shop(api.origin), { env }), calling = sandbox.call("get-item", { id: 7 });
  await sandbox.stop();
  assert.deepEqual(await calling, { price: 5 });
  assert.match((await failing(sandbox.call("get-item", { id: 7 }))).message, /has ended/);
});

Deno.test("serve() tells events: lines of calls, drift; and can be called beside its clients", async () => {
  await using api = upstream(() => Response.json({ price: "no number" }));
  const events: SandboxEvent[] = [], heard = Promise.withResolvers<void>();
  await using serving = await serve(shop(api.origin), {
    ...{ env, port: 0, requests: "all", format: "json" },
    onEvent(event) {
      events.push(event);
      if (["drift", "lines"].every((type) => events.some((e) => e.type === type))) heard.resolve();
    },
  });
  const { url } = serving.surfaces[0]!;
  await rpc(url, "tools/call", { name: "get-item", arguments: { id: 7 } });
  assert.deepEqual(await serving.call("get-item", { id: 7 }), { price: null });
  await heard.promise;
  const line = events.flatMap((event) => event.type === "lines" ? event.lines : [])[0]!;
  assert.match(line, /"get-item"/);
});

Deno.test("reload() serves another document, and refuses one that reaches further", async () => {
  await using api = upstream(() => Response.json({ price: 5 }));
  await using other = upstream(() => Response.json({ price: 6 }));
  const events: SandboxEvent[] = [];
  await using serving = await serve(shop(api.origin), {
    env,
    port: 0,
    onEvent: (event) => events.push(event),
  });
  const next = await serving.reload(shop(api.origin, { price: "cost" }));
  assert.equal(next.ok, true);
  assert.deepEqual(await serving.call("get-item", { id: 7 }), { cost: 5 });
  const further = await serving.reload(shop(other.origin));
  assert.equal(further.ok, false);
  assert.match(further.message!, /reaches 127\.0\.0\.1:\d+, which was not granted/);
  assert.deepEqual(await serving.call("get-item", { id: 7 }), { cost: 5 });
  assert.deepEqual(events.filter(({ type }) => type === "reloaded").length, 2);
});

const CONTROL = "    - { type: control, port: 3009, management: { reload: true } }\n";

Deno.test("the control port reloads what the program gives, and says so where it gives nothing", async () => {
  await using api = upstream(() => Response.json({ price: 5 }));
  const first = shop(api.origin, { more: CONTROL.replace("3009", "0") });
  const second = shop(api.origin, { price: "cost", more: CONTROL.replace("3009", "0") });
  const post = async (serving: { surfaces: readonly { type: string; url: string }[] }) => {
    const { url } = serving.surfaces.find(({ type }) => type === "control")!;
    const response = await fetch(`${url}/config/reload`, { method: "POST" });
    return { status: response.status, text: await response.text() };
  };
  {
    await using serving = await serve(first, { env, port: 0, onReread: () => second });
    const { status, text } = await post(serving);
    assert.equal(status, 200, text);
    assert.deepEqual(await serving.call("get-item", { id: 7 }), { cost: 5 });
  }
  await using serving = await serve(first, { env, port: 0 });
  const { text } = await post(serving);
  assert.match(text, /gives it no other document/);
});

Deno.test("the library refuses what the runtime's telemetry would give away", async () => {
  const spec = readSpecification("shop.yml", {
    text: `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: https://shop.example.com
      authentication: { type: apikey, key: k, value: "{{KEY}}", placement: query }
      resources: { a: { path: /a, operations: { b: { method: GET } } } }
`,
  });
  const given = { env: (name: string) => name === "OTEL_DENO" ? "true" : "value" };
  await assert.rejects(
    openSandbox(spec, given),
    (error) => error instanceof StartError && /OTEL_DENO=true/.test(error.message),
  );
});

Deno.test("inspect() tells of the collector that Capstan calls for a capability", async () => {
  const more =
    "    - type: control\n      port: 3009\n      observability: { exporters: { otlp: { endpoint: http://traces.example.com:4318 } } }\n";
  const { services, reach } = await inspect(shop("https://shop.example.com", { more }), { env });
  assert.deepEqual(services?.map(({ host }) => host), ["traces.example.com:4318"]);
  assert.deepEqual(reach, ["shop.example.com:443"]);
});

Deno.test("serve() sends traces to the collector of the document, as the command does", async () => {
  await using api = upstream(() => Response.json({ price: 5 }));
  const received: string[] = [];
  await using sink = upstream(async (request) => {
    received.push(await request.text());
    return Response.json({});
  });
  const more =
    `    - type: control\n      port: 0\n      observability: { exporters: { otlp: { endpoint: "${sink.origin}" } } }\n`;
  const serving = await serve(shop(api.origin, { more }), { env, port: 0 });
  await rpc(serving.surfaces[0]!.url, "tools/call", { name: "get-item", arguments: { id: 7 } });
  await serving.stop();
  assert.match(received.join(), /"service\.name"/);
  assert.doesNotMatch(received.join(), /s3cret/);
});

Deno.test("openSandbox() opens without a variable that other calls need, serve() does not", async () => {
  await using api = upstream(() => Response.json({ price: 5 }));
  const more = `        fixed:
          description: Needs nothing
          outputParameters: [{ name: n, type: number, value: 1 }]
`;
  const spec = shop(api.origin, { more }), none = { env: () => undefined };
  assert.deepEqual(spec.diagnostics, []);
  await using sandbox = await openSandbox(spec, none);
  assert.ok(sandbox.diagnostics.some(({ code }) => code === "missing-variable"));
  assert.deepEqual(await sandbox.call("fixed"), { n: 1 });
  const error = await failing(sandbox.call("get-item", { id: 7 }));
  assert.equal(error.code, "misconfigured");
  assert.match(error.message, /SHOP_TOKEN/);
  assert.equal(api.requests.length, 0);
  await assert.rejects(openSandbox(spec, { ...none, strict: true }), StartError);
  await assert.rejects(serve(spec, { ...none, port: 0 }), StartError);
});
