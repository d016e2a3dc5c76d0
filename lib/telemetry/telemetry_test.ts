import assert from "node:assert/strict";
import type { UpstreamTarget } from "./call.ts";
import { isoTime, jsonLine, type LogRecord, textLine } from "./log.ts";
import type { TelemetrySettings } from "./settings.ts";
import { Telemetry } from "./telemetry.ts";
import { hasPromtool, promtool, readPrometheus } from "./testing.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736", SPAN = "00f067aa0ba902b7";
const TARGET = {
  type: "mcp",
  surface: 'odd "name"\n\\',
  kind: "tool",
  name: "list-orders",
  title: "tools/call list-orders",
  attributes: { "mcp.method.name": "tools/call" },
};
const UPSTREAM: UpstreamTarget = {
  name: "shop.list",
  method: "GET",
  origin: "https://api.example.com:8443",
  template: "/orders/{id}",
  traced: false,
};
const REQUEST = {
  method: "GET",
  url: "https://api.example.com/orders/1?key=s3cret",
  headers: [],
  body: undefined,
};
const SAME = () => (text: string) => text;
const SETTINGS: TelemetrySettings = { requests: "none", format: "text", metrics: false, keepLogs: 0 };
const TRACES = { sampling: 1, propagation: "w3c", keep: 3, exported: false } as const;

function telemetryWith(settings: Partial<TelemetrySettings>) {
  const lines: string[] = [], spans: string[] = [], records: string[] = [];
  const telemetry = new Telemetry((text) => text.replaceAll("s3cret", "***"));
  telemetry.configure({ ...SETTINGS, ...settings }, {
    lines: (more) => lines.push(...more),
    spans: (text) => spans.push(text),
    records: (text) => records.push(text),
    figures: () => ({ residentBytes: 1e6, heapBytes: 5e5 }),
    version: "1.2.3",
  });
  return { telemetry, point: telemetry.point(TARGET), lines, spans, records };
}

class Failed extends Error {
  readonly data = {
    code: "upstream_error",
    message: "shop.list answered 500 with s3cret",
    source: "shop.yml:3:4",
  };
}

Deno.test("nothing is made of a call when nobody wants to know of it", () => {
  const { telemetry, point } = telemetryWith({});
  assert.equal(point.begin({}), undefined);
  assert.equal(telemetry.metricsText(), undefined);
  assert.equal(telemetry.traces(), undefined);
  assert.equal(telemetry.logs(), undefined);
  const end = telemetry.follow(() => {});
  assert.ok(point.begin({}), "somebody follows the log");
  end();
  assert.equal(point.begin({}), undefined);
});

Deno.test("a line holds a bounded piece of what a caller or an API wrote", () => {
  const { telemetry, point, lines } = telemetryWith({ requests: "failures", keepLogs: 10 });
  const long = "a".repeat(1_000_000);
  point.begin({})!.fail({ data: { code: "upstream_error", message: `${long} s3cret` } });
  const told = point.begin({})!;
  told.tell({ code: "odd_answer", message: long, place: "shop.list" });
  told.end();
  telemetry.flush();
  for (const text of [...lines, JSON.stringify(telemetry.logs())]) {
    assert.ok(text.length < 20_000, `${text.length} characters`);
  }
});

Deno.test("the request log tells of failures always, of successes where it is asked to", () => {
  for (const requests of ["failures", "all"] as const) {
    const { telemetry, point, lines } = telemetryWith({ requests });
    const good = point.begin({})!, watch = good.upstream(UPSTREAM);
    watch.sending(REQUEST, SAME);
    watch.answered({ status: 503, headers: [] });
    watch.retried("shop.list answered 503 and was asked again");
    watch.sending(REQUEST, SAME);
    watch.answered({ status: 200, headers: [] });
    watch.end();
    good.end();
    point.begin({})!.fail(new Failed());
    telemetry.flush();
    const [event, ...calls] = lines;
    assert.match(
      event!,
      /^\d\d:\d\d:\d\dZ warning: mcp .* list-orders: shop\.list answered 503 and was asked again$/s,
    );
    if (requests === "all") assert.match(calls.shift()!, /list-orders: ok, [\d.]+ ms, 2 requests, 1 retry$/s);
    assert.equal(calls.length, 1);
    assert.match(
      calls[0]!,
      /Z warning: mcp .* list-orders: upstream_error, [\d.]+ ms: shop\.list answered 500 with \*\*\*$/s,
    );
  }
});

Deno.test("the line of a call that went well is that of its record, in text and in JSON", () => {
  for (const traces of [undefined, TRACES]) {
    for (const format of ["text", "json"] as const) {
      const { telemetry, point, lines } = telemetryWith({ requests: "all", format, keepLogs: 20, traces });
      for (const caller of [undefined, { id: 'a "b"\n', scheme: "basic" }]) {
        for (const sent of [0, 1, 2]) {
          const call = point.begin({}, caller)!;
          for (let i = 0; i < sent; i++) call.upstream(UPSTREAM).sending(REQUEST, SAME);
          if (sent === 2) call.retries++;
          call.end(200);
        }
      }
      telemetry.flush();
      const write = format === "json" ? jsonLine : textLine;
      assert.deepEqual(lines, telemetry.logs()!.reverse().map(write));
      assert.equal(lines.length, 6);
    }
  }
});

Deno.test("isoTime() writes a moment as the runtime does", () => {
  for (const time of [0, 9, 99, 999, 1000, 1.9e12 + 7.96, 1_795_907_191_402.99, 951_782_400_000]) {
    assert.equal(isoTime(time), new Date(time).toISOString());
  }
});

Deno.test("lines of the log go to a collector as OTLP: failures and events, and with --verbose every call", () => {
  for (const requests of ["none", "failures", "all"] as const) {
    const { telemetry, point, records } = telemetryWith({ requests, logsExported: true, traces: TRACES });
    const good = point.begin({})!;
    good.tell({ code: "coerced", place: "limit", message: "limit came as text with s3cret" });
    good.end();
    point.begin({ params: { _meta: { traceparent: `00-${TRACE}-${SPAN}-01` } } })!.fail(new Failed());
    telemetry.flush();
    const sent = JSON.parse(`[${records.join(",")}]`);
    assert.deepEqual(sent.map(({ severityText }: { severityText: string }) => severityText), [
      "WARN",
      ...(requests === "all" ? ["INFO"] : []),
      "WARN",
    ]);
    const failed = sent.at(-1),
      attributes = Object.fromEntries(
        failed.attributes.map(({ key, value }: { key: string; value: unknown }) => [key, value]),
      );
    assert.equal(failed.traceId, TRACE);
    assert.match(failed.spanId, /^[0-9a-f]{16}$/);
    assert.match(failed.timeUnixNano, /^\d{19}$/);
    assert.match(failed.body.stringValue, /upstream_error.* shop\.list answered 500 with \*\*\*$/s);
    assert.deepEqual(attributes["capstan.logger"], { stringValue: "call" });
    assert.deepEqual(attributes["capstan.error.code"], { stringValue: "upstream_error" });
    assert.deepEqual(attributes["capstan.requests"], { intValue: "0" });
    assert.ok(!records.join().includes("s3cret"));
  }
});

Deno.test("with format json a line is one object, with the ids of its trace", () => {
  const { telemetry, point, lines } = telemetryWith({ requests: "all", format: "json", traces: TRACES });
  point.begin({ params: { _meta: { traceparent: `00-${TRACE}-${SPAN}-01` } } }, {
    id: "ada",
    scheme: "basic",
  })!
    .fail(new Failed());
  telemetry.flush();
  const line = JSON.parse(lines[0]!) as Record<string, unknown>;
  assert.deepEqual(
    [line["level"], line["logger"], line["outcome"], line["traceId"], line["caller"], line["kind"]],
    ["warning", "call", "upstream_error", TRACE, "ada", "tool"],
  );
  assert.deepEqual(line["error"], {
    code: "upstream_error",
    message: "shop.list answered 500 with ***",
    source: "shop.yml:3:4",
  });
  assert.equal(new Date(line["time"] as string).toISOString(), line["time"]);
});

Deno.test("what a call has to tell is logged once for each kind and place, and then at 10 and 100", () => {
  const { telemetry, point, lines } = telemetryWith({ requests: "failures", metrics: true });
  for (let i = 0; i < 120; i++) {
    const call = point.begin({})!;
    call.tell({ code: "coerced", place: "limit", message: "limit came as text with s3cret" });
    call.tell({ code: "not_found_in_answer", place: "$.x", message: "told by the log of drift" });
    call.end();
  }
  telemetry.flush();
  assert.deepEqual(lines.map((line) => /list-orders: (.*)$/s.exec(line)![1]), [
    "limit came as text with ***",
    "limit came as text with *** (10 times so far)",
    "limit came as text with *** (100 times so far)",
  ]);
  const events = readPrometheus(telemetry.metricsText()!).filter(({ name }) =>
    name === "capstan_call_events_total"
  );
  assert.deepEqual(events.map(({ labels, value }) => [labels["code"], value]), [
    ["coerced", 120],
    ["not_found_in_answer", 120],
  ]);
});

Deno.test("metrics count and time calls and requests, and are what Prometheus reads", () => {
  const { telemetry, point } = telemetryWith({ metrics: true });
  for (let i = 0; i < 3; i++) {
    const call = point.begin({})!, watch = call.upstream(UPSTREAM);
    watch.sending(REQUEST, SAME);
    if (i < 2) watch.answered({ status: 200, headers: [] });
    watch.end(i < 2 ? undefined : { data: { code: "timeout" } });
    if (i < 2) call.end();
    else call.fail(new Failed());
  }
  const open = point.begin({})!, samples = readPrometheus(telemetry.metricsText()!);
  const value = (name: string, labels: Record<string, string>) =>
    samples.find((s) => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v))
      ?.value;
  const { surface } = TARGET;
  assert.equal(value("capstan_calls_total", { surface, type: "mcp", name: "list-orders", outcome: "ok" }), 2);
  assert.equal(value("capstan_calls_total", { outcome: "upstream_error" }), 1);
  assert.equal(value("capstan_call_duration_seconds_count", { name: "list-orders" }), 3);
  assert.equal(value("capstan_calls_in_flight", { surface }), 1);
  assert.equal(value("capstan_upstream_requests_total", { operation: "shop.list", outcome: "200" }), 2);
  assert.equal(value("capstan_upstream_requests_total", { operation: "shop.list", outcome: "timeout" }), 1);
  assert.equal(value("process_resident_memory_bytes", {}), 1e6);
  assert.equal(value("capstan_build_info", { version: "1.2.3" }), 1);
  open.end();
  assert.equal(telemetry.status().calls.running, 0);
});

Deno.test("promtool takes the metrics", { ignore: !hasPromtool() }, async () => {
  const { telemetry, point } = telemetryWith({ metrics: true });
  point.begin({})!.end();
  const { code, said } = await promtool(telemetry.metricsText()!);
  assert.equal(code, 0, said);
});

Deno.test("a trace has the call, its steps and its requests, and no query", () => {
  const { telemetry, point, spans } = telemetryWith({ traces: { ...TRACES, exported: true } });
  const call = point.begin({
    headers: new Headers({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: "a=1" }),
  })!;
  const step = call.step("read", "call")!, watch = step.upstream(UPSTREAM)!;
  const headers = Object.fromEntries(watch.sending(REQUEST, SAME)!);
  watch.answered({ status: 404, headers: [] });
  watch.end(new Failed());
  step.end(new Failed());
  call.fail(new Failed());
  telemetry.flush();
  const view = telemetry.trace(TRACE)!, byName = new Map(view.spans.map((span) => [span.name, span]));
  const server = byName.get("tools/call list-orders")!, inner = byName.get("step read")!;
  const client = byName.get("GET /orders/{id}")!;
  assert.deepEqual(
    [server.parentSpanId, inner.parentSpanId, client.parentSpanId],
    [SPAN, server.spanId, inner.spanId],
  );
  assert.deepEqual([server.kind, inner.kind, client.kind], ["SERVER", "INTERNAL", "CLIENT"]);
  assert.deepEqual(headers, {
    traceparent: `00-${TRACE}-${client.spanId}-01`,
    tracestate: "a=1",
  });
  assert.deepEqual(client.attributes, {
    "http.request.method": "GET",
    "url.template": "/orders/{id}",
    "server.address": "api.example.com",
    "server.port": 8443,
    "capstan.operation": "shop.list",
    "http.response.status_code": 404,
    "error.type": "404",
  });
  assert.equal(server.attributes["error.type"], "upstream_error");
  assert.ok(!/s3cret|\?/.test(JSON.stringify(view) + spans.join()));
  const sent = JSON.parse(`[${spans.join(",")}]`) as {
    name: string;
    kind: number;
    startTimeUnixNano: string;
  }[];
  assert.deepEqual(sent.map(({ kind }) => kind).sort(), [1, 2, 3]);
  for (const { startTimeUnixNano } of sent) assert.match(startTimeUnixNano, /^\d{19}$/);
});

Deno.test("the newest traces are kept, and found by name and outcome", () => {
  const { telemetry, point } = telemetryWith({ traces: TRACES });
  for (let i = 0; i < 5; i++) {
    const call = point.begin({})!;
    if (i === 3) call.fail(new Failed());
    else call.end();
  }
  assert.equal(telemetry.traces()!.length, 3);
  assert.equal(telemetry.traces({ status: "error" })!.length, 1);
  assert.equal(telemetry.traces({ operation: "list-" })!.length, 3);
  assert.equal(telemetry.traces({ operation: "nothing" })!.length, 0);
  assert.equal(telemetry.traces({ limit: 2 })!.length, 2);
  assert.equal(telemetry.trace("f".repeat(32)), undefined);
  assert.equal(telemetry.status().traces?.kept, 3);
});

Deno.test("a trace that is not recorded is passed on as it came, and a new one is sampled by its share", () => {
  const { telemetry, point } = telemetryWith({ traces: { ...TRACES, sampling: 0 } });
  const call = point.begin({ headers: new Headers({ traceparent: `00-${TRACE}-${SPAN}-00` }) })!;
  assert.equal(call.step("read", "call"), undefined);
  const [[name, value]] = call.upstream(UPSTREAM).sending(REQUEST, SAME)! as [[string, string]];
  assert.deepEqual([name, value.slice(0, 36), value.slice(-2)], ["traceparent", `00-${TRACE}-`, "00"]);
  call.end();
  point.begin({})!.end();
  assert.equal(telemetry.traces()!.length, 0);
  point.begin({ headers: new Headers({ traceparent: `00-${TRACE}-${SPAN}-01` }) })!.end();
  assert.equal(telemetry.traces()!.length, 1, "its caller records it");
});

Deno.test("an author's own trace headers are left alone", () => {
  const { point } = telemetryWith({ traces: TRACES });
  const call = point.begin({})!;
  assert.equal(call.upstream({ ...UPSTREAM, traced: true }).sending(REQUEST, SAME), undefined);
  call.end();
});

Deno.test("lines of the log are kept, filtered by level, and heard by those who follow", () => {
  const { telemetry, point, lines } = telemetryWith({ keepLogs: 2 }), heard: LogRecord[] = [];
  const end = telemetry.follow((record) => heard.push(record));
  for (let i = 0; i < 3; i++) point.begin({})!.end();
  point.begin({})!.fail(new Failed());
  end();
  telemetry.log({ time: 0, level: "debug", logger: "capstan", message: "unheard" });
  telemetry.flush();
  assert.deepEqual(heard.map(({ level }) => level), ["info", "info", "info", "warning"]);
  assert.deepEqual(telemetry.logs()!.map(({ message }) => message.slice(0, 7)), ["unheard", "mcp odd"]);
  assert.equal(telemetry.logs({ level: "warning" })!.length, 1);
  assert.equal(telemetry.logs({ logger: "call", limit: 5 })!.length, 1);
  assert.deepEqual(lines, [], "nothing is for the terminal");
});

Deno.test("telemetry goes on where that of the document before leaves off", () => {
  const { telemetry, point, lines } = telemetryWith({
    metrics: true,
    requests: "all",
    traces: TRACES,
    keepLogs: 9,
  });
  point.begin({})!.end();
  const running = point.begin({})!, after = new Telemetry((text) => text);
  after.takeOver(telemetry);
  after.point({ ...TARGET }).begin({})!.end();
  running.end();
  after.flush();
  telemetry.flush();
  const calls = readPrometheus(after.metricsText()!).filter(({ name }) => name === "capstan_calls_total");
  assert.deepEqual(calls.map(({ value }) => value), [3]);
  assert.deepEqual(after.status().calls, { running: 0, finished: 3, failed: 0 });
  assert.deepEqual([after.traces()!.length, after.logs()!.length, lines.length], [3, 3, 3]);
});
