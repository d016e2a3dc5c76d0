/**
 * How a trace travels: W3C Trace Context (`traceparent`, `tracestate`) and B3.
 *
 * @module
 */
import type { TraceParent } from "../call.ts";

/** How a trace is written into requests. */
export type Propagation = "w3c" | "b3";

/** What a trace can come in with. */
export interface Carrier {
  /** The `params` of an MCP request, whose `_meta` may say it; it goes before the headers. */
  readonly params?: unknown;
  /** The headers of an HTTP request. */
  readonly headers?: { get(name: string): string | null } | undefined;
}

const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO_TRACE = "0".repeat(32), ZERO_SPAN = "0".repeat(16);
/** What others must be able to send on; longer ones may be left out as a whole. */
const MAX_STATE_LENGTH = 512;
/** Printable ASCII, in which a list of members is written. */
const STATE = /^[\x20-\x7e]+$/;

function isTrace(id: string): boolean {
  return id !== ZERO_TRACE;
}

/**
 * Reads `traceparent` and `tracestate`.
 *
 * @returns Where the trace stands; undefined for what is none.
 */
export function parseTraceParent(parent: unknown, state?: unknown): TraceParent | undefined {
  if (typeof parent !== "string" || parent.length < 55) return undefined;
  const found = TRACE_PARENT.exec(parent.trim());
  if (!found) return undefined;
  const [, version, traceId, spanId, flags, more] = found;
  // Version 00 has nothing behind the flags; a later one may; ff is none.
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (!isTrace(traceId!) || spanId === ZERO_SPAN) return undefined;
  return {
    traceId: traceId!,
    spanId: spanId!,
    sampled: (parseInt(flags!, 16) & 1) === 1,
    ...(typeof state === "string" && state.length <= MAX_STATE_LENGTH && STATE.test(state) ? { state } : {}),
  };
}

const B3_SINGLE = /^([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(?:-([01d]))?(?:-[0-9a-f]{16})?$/;

/** Reads B3, in one header or in several. */
export function parseB3(headers: { get(name: string): string | null }): TraceParent | undefined {
  const single = headers.get("b3");
  let traceId: string | undefined, spanId: string | undefined, sampled: string | undefined;
  if (single !== null) [, traceId, spanId, sampled] = B3_SINGLE.exec(single.trim().toLowerCase()) ?? [];
  else {
    traceId = headers.get("x-b3-traceid")?.trim().toLowerCase();
    spanId = headers.get("x-b3-spanid")?.trim().toLowerCase();
    sampled = headers.get("x-b3-flags")?.trim() === "1" ? "d" : headers.get("x-b3-sampled")?.trim();
  }
  if (traceId === undefined || spanId === undefined) return undefined;
  if (!/^(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId)) return undefined;
  const full = traceId.padStart(32, "0");
  if (!isTrace(full) || spanId === ZERO_SPAN) return undefined;
  return { traceId: full, spanId, sampled: sampled !== "0" && sampled !== "false" };
}

/**
 * Where the trace of a request stands, that came with it.
 *
 * @param carrier The request. `_meta` goes before the headers: a proxy writes headers for a connection, a client
 *   `_meta` for a call.
 * @param propagation Whether B3 is understood as well.
 */
export function extractTrace(
  { params, headers }: Carrier,
  propagation: Propagation,
): TraceParent | undefined {
  const meta = (params as { _meta?: Record<string, unknown> } | null | undefined)?._meta;
  if (meta !== null && typeof meta === "object") {
    const found = parseTraceParent(meta["traceparent"], meta["tracestate"]);
    if (found) return found;
  }
  if (!headers) return undefined;
  const parent = headers.get("traceparent");
  if (parent !== null) {
    const found = parseTraceParent(parent, headers.get("tracestate") ?? undefined);
    if (found) return found;
  }
  return propagation === "b3" ? parseB3(headers) : undefined;
}

/**
 * The headers that carry a trace on.
 *
 * @param trace Where it stands: `spanId` is the span of the request that is sent.
 */
export function traceHeaders(trace: TraceParent, propagation: Propagation): readonly [string, string][] {
  const { traceId, spanId, sampled, state } = trace;
  if (propagation === "b3") {
    return [["X-B3-TraceId", traceId], ["X-B3-SpanId", spanId], ["X-B3-Sampled", sampled ? "1" : "0"]];
  }
  const parent: [string, string] = ["traceparent", `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`];
  return state === undefined ? [parent] : [parent, ["tracestate", state]];
}
