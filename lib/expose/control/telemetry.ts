/**
 * `/metrics`, `/traces` and `/logs`: what a capability did lately.
 *
 * @module
 */
import { isAtLeast, LOG_LEVELS, type LogLevel, type LogRecord } from "../../telemetry/log.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { json, type Methods, refusal } from "./answer.ts";

/** How often a stream says that it is still there, in milliseconds. */
const BEAT_MS = 15_000;
/** How many lines may wait for a reader that is slow; what comes beyond them is counted, and reported. */
const MAX_WAITING = 1000;

/** `/metrics`, in the text format of Prometheus. */
export function metricsEndpoint(telemetry: Telemetry): Methods {
  return {
    GET() {
      const text = telemetry.metricsText();
      return text === undefined
        ? refusal(404, "nothing is counted", "Set observability.metrics.local.enabled to true.")
        : new Response(text, {
          headers: {
            "content-type": "text/plain; version=0.0.4; charset=utf-8",
            "cache-control": "no-store",
          },
        });
    },
  };
}

/** A number of a query; undefined where there is none, or none that can be meant. */
function numberOf(query: URLSearchParams, name: string): number | undefined {
  const value = Number(query.get(name) ?? NaN);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** `/traces`: the newest calls, in short. */
export function tracesEndpoint(telemetry: Telemetry): Methods {
  return {
    GET(request) {
      const query = new URL(request.url).searchParams;
      const traces = telemetry.traces({
        operation: query.get("operation") ?? undefined,
        status: query.get("status") ?? undefined,
        slowerThanMs: numberOf(query, "slowerThanMs"),
        limit: numberOf(query, "limit"),
      });
      if (!traces) {
        return refusal(404, "no traces are kept", "Set observability.traces.local.enabled to true.");
      }
      const kept = telemetry.status().traces;
      return json({ traces, bufferSize: kept?.keep ?? 0, bufferUsed: kept?.kept ?? 0 });
    },
  };
}

/** `/traces/ID`: one call with its spans. */
export function traceEndpoint(telemetry: Telemetry): Methods {
  return {
    GET(_request, id) {
      const trace = telemetry.trace(id);
      return trace
        ? json(trace)
        : refusal(404, `there is no trace ${id}`, "/traces lists those that are kept.");
    },
  };
}

function levelOf(query: URLSearchParams): LogLevel | undefined {
  const level = query.get("level") as LogLevel | null;
  return level !== null && LOG_LEVELS.includes(level) ? level : undefined;
}

/** `/logs`: the newest lines. */
export function logsEndpoint(telemetry: Telemetry): Methods {
  return {
    GET(request) {
      const query = new URL(request.url).searchParams;
      const logs = telemetry.logs({
        level: levelOf(query),
        logger: query.get("logger") ?? undefined,
        limit: numberOf(query, "limit") ?? 100,
      });
      return logs
        ? json({ logs: logs.map((line) => ({ ...line, time: new Date(line.time).toISOString() })) })
        : refusal(404, "no lines are kept", "Set management.logs to true.");
    },
  };
}

const encoder = new TextEncoder();

/** The streams of the log. */
export interface LogStreams {
  readonly methods: Methods;
  /** Ends all of them. */
  leave(): void;
}

/**
 * `/logs/stream`: new lines as they come, as server-sent events.
 *
 * @param telemetry Where the lines come from.
 * @param most How many may listen at once.
 */
export function logStreamEndpoint(telemetry: Telemetry, most: number): LogStreams {
  let listening = 0;
  const ends = new Set<() => void>();
  return {
    leave: () => ends.forEach((end) => end()),
    methods: {
      GET(request) {
        if (listening >= most) {
          return refusal(
            429,
            `${most} listen already`,
            "Close one of them, or raise management.logs.max-subscribers.",
          );
        }
        const level = levelOf(new URL(request.url).searchParams) ?? "debug";
        let stop = () => {};
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            let lost = 0;
            const send = (text: string) => controller.enqueue(encoder.encode(text));
            const hear = (record: LogRecord) => {
              if (!isAtLeast(record, level)) return;
              if ((controller.desiredSize ?? 0) < -MAX_WAITING) return void lost++;
              if (lost > 0) send(`event: lost\ndata: ${JSON.stringify({ lost })}\n\n`);
              lost = 0;
              send(`data: ${JSON.stringify({ ...record, time: new Date(record.time).toISOString() })}\n\n`);
            };
            const unfollow = telemetry.follow(hear), beat = setInterval(() => send(": here\n\n"), BEAT_MS);
            listening++;
            send(": the log follows\n\n");
            stop = () => {
              unfollow();
              clearInterval(beat);
              listening--;
              ends.delete(end);
              stop = () => {};
            };
            const end = () => {
              stop();
              controller.close();
            };
            ends.add(end);
            request.signal.addEventListener("abort", () => stop(), { once: true });
          },
          cancel: () => stop(),
        });
        return new Response(body, {
          headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
        });
      },
    },
  };
}
