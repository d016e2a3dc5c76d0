/**
 * `/metrics`, `/traces` and `/logs`: what a capability did lately.
 *
 * @module
 */
import { isAtLeast, LOG_LEVELS, type LogRecord } from "../../telemetry/log.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { type Endpoint, json, type Methods, refusal } from "./answer.ts";

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

/** A query that cannot be followed. */
class QueryError extends Error {
  override readonly name = "QueryError";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** A query as an endpoint takes it: what it does not know, or cannot read, is refused and not passed over. */
function queryOf(request: Request, known: readonly string[]): URLSearchParams {
  const query = new URL(request.url).searchParams;
  for (const name of query.keys()) {
    if (!known.includes(name)) throw new QueryError(`there is no ${name}`, `Use ${known.join(", ")}.`);
  }
  return query;
}

/** A number of a query; undefined where there is none. */
function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new QueryError(`${name} is ${text}`, "Use a number from 0.");
  return Number(text);
}

/** A word of a query, of few; undefined where there is none. */
function wordOf<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = query.get(name), word = words.find((word) => word === text?.toLowerCase());
  if (text !== null && word === undefined) {
    throw new QueryError(`${name} is ${text}`, `Use ${words.join(", ")}.`);
  }
  return word;
}

/** An endpoint whose query may be wrong. */
function asked(answer: Endpoint): Endpoint {
  return (request, rest) => {
    try {
      return answer(request, rest);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return refusal(400, error.message, error.hint);
    }
  };
}

/** `/traces`: the newest calls, in short. */
export function tracesEndpoint(telemetry: Telemetry): Methods {
  return {
    GET: asked((request) => {
      const query = queryOf(request, ["operation", "status", "slowerThanMs", "limit"]);
      const traces = telemetry.traces({
        operation: query.get("operation") ?? undefined,
        status: wordOf(query, "status", ["ok", "error"]),
        slowerThanMs: numberOf(query, "slowerThanMs"),
        limit: numberOf(query, "limit"),
      });
      if (!traces) {
        return refusal(404, "no traces are kept", "Set observability.traces.local.enabled to true.");
      }
      const kept = telemetry.status().traces;
      return json({ traces, bufferSize: kept?.keep ?? 0, bufferUsed: kept?.kept ?? 0 });
    }),
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

/** `/logs`: the newest lines. */
export function logsEndpoint(telemetry: Telemetry): Methods {
  return {
    GET: asked((request) => {
      const query = queryOf(request, ["level", "logger", "limit"]);
      const logs = telemetry.logs({
        level: wordOf(query, "level", LOG_LEVELS),
        logger: query.get("logger") ?? undefined,
        limit: numberOf(query, "limit") ?? 100,
      });
      return logs
        ? json({ logs: logs.map((line) => ({ ...line, time: new Date(line.time).toISOString() })) })
        : refusal(404, "no lines are kept", "Set management.logs to true.");
    }),
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
      GET: asked((request) => {
        const query = queryOf(request, ["level", "logger"]);
        const level = wordOf(query, "level", LOG_LEVELS) ?? "debug", logger = query.get("logger");
        if (listening >= most) {
          return refusal(
            429,
            `${most} listen already`,
            "Close one of them, or raise management.logs.max-subscribers.",
          );
        }
        let stop = () => {};
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            let lost = 0;
            const send = (text: string) => controller.enqueue(encoder.encode(text));
            const hear = (record: LogRecord) => {
              if (!isAtLeast(record, level) || (logger !== null && record.logger !== logger)) return;
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
      }),
    },
  };
}
