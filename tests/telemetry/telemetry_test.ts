/**
 * Telemetry end to end: the program as users start it, real requests, and a collector that this test runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, rpc, run, startServer, upstream } from "../testing.ts";

const SECRET = "tok-s3cret-0123456789";

function capability(origin: string, more = ""): string {
  return `
ikanos: "1.0.0-beta5"
info: { display: Shop, version: "2.1" }
capability:
  binds: [{ namespace: env, keys: { SHOP_KEY: SHOP_KEY, COLLECTOR: COLLECTOR } }]
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      authentication: { type: apikey, key: key, value: "{{SHOP_KEY}}", placement: query }
      resources:
        orders:
          path: /orders/{{id}}
          operations:
            get-order:
              method: GET
              inputParameters: [{ name: id, in: path, type: string }]
  exposes:
    - type: mcp
      namespace: tools
      port: 3001
      tools:
        get-order:
          description: One order
          inputParameters: [{ name: id, type: string, required: true, description: Its number }]
          call: shop.get-order
          with: { id: "{{id}}" }
        two-steps:
          description: Two steps
          steps:
            - { type: call, name: first, call: shop.get-order, with: { id: "1" } }
            - { type: call, name: second, call: shop.get-order, with: { id: "2" } }
          outputParameters: [{ name: a, type: string, value: "{{first.id}}" }]
${more}`;
}

const OBSERVED = `
    - type: control
      port: 9090
      observability:
        exporters: { otlp: { endpoint: "{{COLLECTOR}}" } }
`;

/** An API: the order 9 fails, the order 7 fails once. */
function api() {
  let failed = false;
  return upstream((request) => {
    const id = new URL(request.url).pathname.split("/").pop();
    if (id === "9") return Response.json({ error: `no ${SECRET}` }, { status: 500 });
    if (id === "7" && !failed) {
      failed = true;
      return new Response("later", { status: 503 });
    }
    return Response.json({ id });
  });
}

/** Waits until a server has said what is looked for. */
async function until(text: () => string, pattern: RegExp): Promise<void> {
  for (let i = 0; !pattern.test(text()); i++) {
    assert.ok(i < 6000, `not said: ${pattern}\n${text()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const call = (url: string, name: string, args = {}, meta = {}) =>
  rpc(url, "tools/call", { name, arguments: args, ...meta });

Deno.test("serve tells of calls that fail, and with --verbose of every call, without secrets", async () => {
  await using shop = api();
  await using folder = await folderWith({ "shop.yml": capability(shop.origin) });
  for (const verbose of [false, true]) {
    await using server = await startServer(CAPSTAN, [
      "serve",
      `${folder.path}/shop.yml`,
      "--port",
      "0",
      ...(verbose ? ["--verbose"] : []),
    ], { env: { SHOP_KEY: SECRET } });
    const [url] = server.urls;
    await call(url!, "get-order", { id: "1" });
    if (verbose) await call(url!, "get-order", { id: "7" });
    await call(url!, "get-order", { id: "9" });
    await call(url!, "get-order", {});
    await until(() => server.err(), /invalid_arguments/);
    await server.end();
    const err = server.err();
    assert.match(
      err,
      /Z warning: mcp tools get-order: upstream_error, [\d.]+ ms, 1 request: shop\.get-order answered 500/,
    );
    assert.match(err, /Z warning: mcp tools get-order: invalid_arguments, [\d.]+ ms: /);
    assert.equal(/get-order: ok, [\d.]+ ms, 1 request\n/.test(err), verbose);
    assert.equal(/get-order: ok, [\d.]+ ms, 2 requests, 1 retry\n/.test(err), verbose);
    if (verbose) assert.match(err, /shop\.get-order answered 503 and was asked again\n/);
    assert.ok(!err.includes(SECRET), err);
  }
});

Deno.test("serve --log json writes one object a line", async () => {
  await using shop = api();
  await using folder = await folderWith({ "shop.yml": capability(shop.origin) });
  await using server = await startJson(["serve", `${folder.path}/shop.yml`, "--port", "0", "--log", "json"]);
  await call(server.url, "get-order", { id: "9" });
  await until(() => server.err(), /upstream_error/);
  await server.end();
  const lines = server.err().trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const line of lines) assert.ok(line["time"] && line["level"] && line["message"], JSON.stringify(line));
  const failed = lines.find((line) => line["logger"] === "call")!;
  assert.deepEqual(
    [failed["surface"], failed["name"], failed["outcome"], failed["level"]],
    ["tools", "get-order", "upstream_error", "warning"],
  );
});

/** Starts a server whose lines are JSON. */
async function startJson(args: readonly string[]) {
  const [program, ...first] = CAPSTAN;
  const child = new Deno.Command(program, {
    args: [...first, ...args],
    env: { NO_COLOR: "1", SHOP_KEY: SECRET },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  await until(() => text, / on http:[^"]+"/);
  const end = async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await reading;
    await child.status;
  };
  return { url: / on (http:[^"]+)"/.exec(text)![1]!, err: () => text, end, [Symbol.asyncDispose]: end };
}

/** A collector that keeps what it was sent. */
function collector(status = 200) {
  return upstream(() => new Response("{}", { status }));
}

interface Sent {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly status: { readonly code: number };
}

Deno.test("traces go to the collector of the document, carry on what came in, and hold no secret", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736", parent = "00f067aa0ba902b7";
  await using shop = api();
  await using sink = collector();
  await using folder = await folderWith({ "shop.yml": capability(shop.origin, OBSERVED) });
  const server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`, "--port", "0"], {
    env: { SHOP_KEY: SECRET, COLLECTOR: sink.origin, OTEL_EXPORTER_OTLP_HEADERS: "x-key=abc%20d" },
  });
  const [url] = server.urls;
  await call(url!, "two-steps", {}, { _meta: { traceparent: `00-${trace}-${parent}-01` } });
  await call(url!, "get-order", { id: "9" });
  await server.end();
  assert.ok(sink.requests.length > 0, server.err());
  const spans: Sent[] = [], reports = sink.requests.filter(({ url }) => url.pathname === "/v1/metrics");
  // What was counted is sent once a minute, and when the capability stops.
  assert.equal(reports.length, 1, server.err());
  assert.equal(reports[0]!.headers.get("x-key"), "abc d");
  assert.ok(!reports[0]!.body.includes(SECRET), reports[0]!.body);
  const { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] } = JSON.parse(reports[0]!.body);
  const counted = metrics.find(({ name }: { name: string }) => name === "capstan.calls").sum.dataPoints;
  assert.deepEqual(counted.map(({ asInt }: { asInt: string }) => asInt), ["1", "1"]);
  const logs = sink.requests.filter(({ url }) => url.pathname === "/v1/logs");
  const told = logs.flatMap(({ body }) => JSON.parse(body).resourceLogs[0].scopeLogs[0].logRecords);
  assert.deepEqual(told.map(({ severityText }: { severityText: string }) => severityText), ["WARN"]);
  assert.match(told[0].body.stringValue, /^mcp tools get-order: upstream_error, /);
  assert.ok(!JSON.stringify(told).includes(SECRET));
  for (
    const { method, url, headers, body } of sink.requests.filter((request) =>
      !reports.includes(request) && !logs.includes(request)
    )
  ) {
    assert.deepEqual([method, url.pathname, headers.get("x-key")], ["POST", "/v1/traces", "abc d"]);
    assert.ok(!body.includes(SECRET) && !body.includes("key="), body);
    const { resourceSpans: [one] } = JSON.parse(body);
    const resource = Object.fromEntries(
      one.resource.attributes.map((a: Sent["attributes"][0]) => [a.key, a.value]),
    );
    assert.deepEqual(resource["service.name"], { stringValue: "Shop" });
    assert.deepEqual(resource["service.version"], { stringValue: "2.1" });
    spans.push(...one.scopeSpans[0].spans);
  }
  const mine = spans.filter((span) => span.traceId === trace);
  const [root] = mine.filter(({ kind }) => kind === 2), steps = mine.filter(({ kind }) => kind === 1);
  assert.deepEqual([root!.name, root!.parentSpanId, root!.status.code], ["tools/call two-steps", parent, 1]);
  assert.deepEqual(steps.map(({ name }) => name).sort(), ["step first", "step second"]);
  for (const step of steps) assert.equal(step.parentSpanId, root!.spanId);
  const clients = mine.filter(({ kind }) => kind === 3);
  assert.deepEqual(clients.map(({ name }) => name), ["GET /orders/{id}", "GET /orders/{id}"]);
  const sent = shop.requests.map(({ headers }) => headers.get("traceparent"));
  for (const client of clients) assert.ok(sent.includes(`00-${trace}-${client.spanId}-01`));
  const failed = spans.find(({ name, traceId }) => name === "tools/call get-order" && traceId !== trace)!;
  assert.equal(failed.status.code, 2);
  assert.equal(told[0].traceId, failed.traceId);
});

Deno.test("nothing of a trace is sent where nobody asked for traces", async () => {
  await using shop = api();
  await using folder = await folderWith({ "shop.yml": capability(shop.origin) });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`, "--port", "0"], {
    env: { SHOP_KEY: SECRET },
  });
  await call(server.urls[0]!, "get-order", { id: "1" }, {
    _meta: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
  });
  assert.equal(shop.requests[0]!.headers.get("traceparent"), null);
});

Deno.test("a collector that refuses is told once, and calls go on", async () => {
  await using shop = api();
  await using sink = collector(401);
  await using folder = await folderWith({ "shop.yml": capability(shop.origin, OBSERVED) });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`, "--port", "0"], {
    env: { SHOP_KEY: SECRET, COLLECTOR: sink.origin },
  });
  const answer = await call(server.urls[0]!, "get-order", { id: "1" });
  assert.equal((answer["result"] as { isError: boolean }).isError, false);
  await until(
    () => server.err(),
    /warning: traces are lost: the collector 127\.0\.0\.1:\d+ answered 401 \(2 spans so far\)/,
  );
});

Deno.test("the collector belongs to the reach with its reason, and operations cannot call it", async () => {
  await using folder = await folderWith({ "shop.yml": capability("https://api.example.com", OBSERVED) });
  const env = { SHOP_KEY: SECRET, COLLECTOR: "https://otel.example.com:4318" };
  const { out } = await run(CAPSTAN, ["permissions", `${folder.path}/shop.yml`, "--format", "json"], { env });
  const manifest = JSON.parse(out) as { net: string[]; services: { host: string; reason: string }[] };
  assert.deepEqual(manifest.net, ["api.example.com:443"]);
  assert.deepEqual(manifest.services.map(({ host }) => host), ["otel.example.com:4318"]);
  assert.match(manifest.services[0]!.reason, /traces/);
  const flags = await run(CAPSTAN, ["permissions", `${folder.path}/shop.yml`], { env });
  assert.match(flags.out, /--allow-net=api\.example\.com:443,otel\.example\.com:4318/);
});

Deno.test("with OTEL_DENO nothing starts that sends a credential in a query", async () => {
  await using folder = await folderWith({ "shop.yml": capability("https://api.example.com") });
  for (
    const args of [["serve", `${folder.path}/shop.yml`], [
      "call",
      `${folder.path}/shop.yml`,
      "get-order",
      "id=1",
    ]]
  ) {
    const { code, err } = await run(CAPSTAN, args, {
      env: {
        SHOP_KEY: SECRET,
        OTEL_DENO: "true",
        OTEL_TRACES_EXPORTER: "none",
        OTEL_LOGS_EXPORTER: "none",
        OTEL_METRICS_EXPORTER: "none",
      },
    });
    assert.equal(code, 1);
    assert.match(err, /OTEL_DENO=true .*the API key of shop travels in the query; unset OTEL_DENO/);
  }
});

Deno.test("call --verbose shows the request as sent and the answer as it came, secrets out", async () => {
  await using shop = api();
  await using folder = await folderWith({ "shop.yml": capability(shop.origin) });
  const env = { SHOP_KEY: SECRET };
  const { code, out, err } = await run(CAPSTAN, [
    "call",
    `${folder.path}/shop.yml`,
    "get-order",
    "id=1",
    "--verbose",
  ], {
    env,
  });
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { id: "1" });
  assert.match(err, /^> GET http:\/\/127\.0\.0\.1:\d+\/orders\/1\?key=\*\*\*$/m);
  assert.match(err, /^< 200 after \d+ ms$/m);
  assert.match(err, /^< content-type: application\/json$/mi);
  assert.match(err, /^< \{"id":"1"\}$/m);
  const failed = await run(CAPSTAN, ["call", `${folder.path}/shop.yml`, "get-order", "id=9", "--verbose"], {
    env,
  });
  assert.equal(failed.code, 1);
  assert.match(failed.err, /^< \{"error":"no \*\*\*"\}$/m);
  assert.ok(!(err + failed.err).includes(SECRET));
});
