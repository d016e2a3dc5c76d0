import assert from "node:assert/strict";
import { extractTrace, parseB3, parseTraceParent, traceHeaders } from "./trace_context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736", SPAN = "00f067aa0ba902b7";
const PARENT = `00-${TRACE}-${SPAN}-01`;

Deno.test("parseTraceParent() reads what the standard writes, and nothing else", () => {
  assert.deepEqual(parseTraceParent(PARENT), { traceId: TRACE, spanId: SPAN, sampled: true });
  assert.equal(parseTraceParent(`00-${TRACE}-${SPAN}-00`)?.sampled, false);
  assert.equal(parseTraceParent(`01-${TRACE}-${SPAN}-01-more`)?.traceId, TRACE, "a later version");
  for (
    const wrong of [
      undefined,
      7,
      "",
      TRACE,
      `ff-${TRACE}-${SPAN}-01`,
      `00-${TRACE}-${SPAN}-01-more`,
      `00-${TRACE.toUpperCase()}-${SPAN}-01`,
      `00-${"0".repeat(32)}-${SPAN}-01`,
      `00-${TRACE}-${"0".repeat(16)}-01`,
      `00-${TRACE}-${SPAN}-zz`,
    ]
  ) assert.equal(parseTraceParent(wrong), undefined, String(wrong));
});

Deno.test("parseTraceParent() passes tracestate on as it came, unless it could break a header", () => {
  assert.equal(parseTraceParent(PARENT, "a=1,b=2")?.state, "a=1,b=2");
  for (const state of ["a=1\r\nevil: 1", "x".repeat(513), "é=1", 7]) {
    assert.equal(parseTraceParent(PARENT, state)?.state, undefined);
  }
});

Deno.test("extractTrace() takes _meta before the headers, and B3 only where it is spoken", () => {
  const other = `00-${"a".repeat(32)}-${SPAN}-01`, headers = new Headers({ traceparent: other });
  assert.equal(extractTrace({ params: { _meta: { traceparent: PARENT } }, headers }, "w3c")?.traceId, TRACE);
  assert.equal(
    extractTrace({ params: { _meta: { traceparent: 1 } }, headers }, "w3c")?.traceId,
    "a".repeat(32),
  );
  assert.equal(extractTrace({ params: null }, "w3c"), undefined);
  assert.equal(extractTrace({ params: { _meta: null } }, "w3c"), undefined);
  const b3 = new Headers({ b3: `${TRACE}-${SPAN}-1` });
  assert.equal(extractTrace({ headers: b3 }, "w3c"), undefined);
  assert.equal(extractTrace({ headers: b3 }, "b3")?.traceId, TRACE);
});

Deno.test("parseB3() reads one header or several", () => {
  const several = new Headers({ "x-b3-traceid": SPAN, "x-b3-spanid": SPAN, "x-b3-sampled": "0" });
  assert.deepEqual(parseB3(several), { traceId: SPAN.padStart(32, "0"), spanId: SPAN, sampled: false });
  assert.equal(parseB3(new Headers({ b3: "0" })), undefined);
  assert.equal(parseB3(new Headers({ "x-b3-traceid": "short", "x-b3-spanid": SPAN })), undefined);
});

Deno.test("traceHeaders() writes what parseTraceParent() and parseB3() read", () => {
  const trace = { traceId: TRACE, spanId: SPAN, sampled: true, state: "a=1" };
  const headers = Object.fromEntries(traceHeaders(trace, "w3c"));
  assert.deepEqual(parseTraceParent(headers["traceparent"], headers["tracestate"]), trace);
  const { state: _, ...bare } = trace;
  assert.deepEqual(parseB3(new Headers(traceHeaders(trace, "b3") as [string, string][])), bare);
});
