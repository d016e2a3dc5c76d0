import assert from "node:assert/strict";
import { SpanExporter } from "./export_spans.ts";

/** A collector that answers by path. */
function collector(statuses: Readonly<Record<string, number>>) {
  const paths: string[] = [], bodies: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    paths.push(pathname);
    bodies.push(await request.text());
    return new Response("{}", { status: statuses[pathname] ?? 200 });
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const settings = {
    url: `${origin}/v1/traces`,
    metricsUrl: `${origin}/v1/metrics`,
    logsUrl: `${origin}/v1/logs`,
    headers: {},
    resource: { "service.name": "shop" },
    version: "1",
  };
  return { paths, bodies, settings, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("SpanExporter sends metrics beside spans, and of those that wait the newest alone", async () => {
  await using sink = collector({});
  const exporter = new SpanExporter(sink.settings, assert.fail);
  exporter.add({ type: "spans", text: '{"name":"a"}', count: 1 });
  for (const name of ["one", "two", "three"]) exporter.addMetrics(JSON.stringify({ name }));
  await exporter.finish();
  assert.deepEqual([...sink.paths].sort(), ["/v1/metrics", "/v1/traces"]);
  const { resourceMetrics: [sent] } = JSON.parse(sink.bodies[sink.paths.indexOf("/v1/metrics")]!);
  assert.deepEqual(sent.resource.attributes, [{ key: "service.name", value: { stringValue: "shop" } }]);
  assert.deepEqual(sent.scopeMetrics[0].metrics, [{ name: "three" }]);
});

Deno.test("SpanExporter sends no more metrics to a collector that has no place for them, and says so once", async () => {
  await using sink = collector({ "/v1/metrics": 404 });
  const told: string[] = [], exporter = new SpanExporter(sink.settings, (message) => told.push(message));
  for (let i = 0; i < 3; i++) {
    exporter.addMetrics("{}");
    exporter.add({ type: "spans", text: "{}", count: 1 });
    await exporter.finish();
  }
  assert.deepEqual(sink.paths.filter((path) => path === "/v1/metrics").length, 1);
  assert.equal(sink.paths.filter((path) => path === "/v1/traces").length, 3);
  assert.deepEqual(told.length, 1);
  assert.match(
    told[0]!,
    /^metrics are not sent: the collector 127\.0\.0\.1:\d+ answered 404; OTEL_METRICS_EXPORTER=none/,
  );
});

Deno.test("SpanExporter says that metrics could not be sent, and goes on", async () => {
  await using sink = collector({ "/v1/metrics": 400 });
  const told: string[] = [], exporter = new SpanExporter(sink.settings, (message) => told.push(message));
  for (let i = 0; i < 3; i++) {
    exporter.addMetrics("{}");
    await exporter.finish();
  }
  assert.equal(sink.paths.length, 3);
  assert.equal(told.length, 1);
  assert.match(
    told[0]!,
    /^metrics could not be sent: the collector .* answered 400; the next ones hold what these held$/,
  );
});

Deno.test("SpanExporter sends lines of the log, until a collector says that it has no place for them", async () => {
  await using sink = collector({});
  const exporter = new SpanExporter(sink.settings, assert.fail), { bodies, paths } = sink;
  for (const name of ["one", "two"]) {
    exporter.add({ type: "records", text: JSON.stringify({ body: { stringValue: name } }), count: 1 });
  }
  await exporter.finish();
  const sent = bodies.flatMap((text) => JSON.parse(text).resourceLogs[0].scopeLogs[0].logRecords);
  assert.deepEqual(sent, [{ body: { stringValue: "one" } }, { body: { stringValue: "two" } }]);
  assert.deepEqual([...new Set(paths)], ["/v1/logs"]);

  await using other = collector({ "/v1/logs": 404 });
  const told: string[] = [], lone = new SpanExporter(other.settings, (message) => told.push(message));
  for (let i = 0; i < 3; i++) {
    lone.add({ type: "records", text: "{}", count: 1 });
    await lone.finish();
  }
  assert.equal(other.paths.length, 1);
  assert.match(
    told.join(),
    /^lines of the log are not sent: the collector .* answered 404; OTEL_LOGS_EXPORTER=none/,
  );
});
