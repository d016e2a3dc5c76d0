/**
 * The gate of a surface: every request passes it before anything of the surface sees it.
 *
 * @module
 */
import type { LogEntry } from "../../host/host.ts";
import type { Caller } from "../../telemetry/call.ts";
import type { Authenticator } from "./authenticator.ts";
import { Refusal, type Wording } from "./refusal.ts";
import { Slowdown } from "./slowdown.ts";

/** How often one sentence is written to the log, in milliseconds, and of how many this is remembered. */
const REPEAT_MS = 10_000;
const MAX_SENTENCES = 200;

/** Lets a request in, or answers it. */
export interface Gate {
  /**
   * @param request The request.
   * @param address Gives where it came from; asked for only where it is refused.
   * @returns Who calls; or the response, where the surface is not to see the request.
   */
  admit(request: Request, address: () => string): Caller | Response | Promise<Caller | Response>;
}

/** What a gate is made of. */
export interface GateOptions {
  readonly authenticator: Authenticator;
  /** The surface, for the log: `the mcp surface shop-tools`. */
  readonly surface: string;
  readonly log: (entry: LogEntry) => void;
  readonly now: () => number;
  /** How many workers serve the surface; one when left out. */
  readonly workers?: number | undefined;
}

/** Writes sentences of one kind now and then, with how many more of them there were. */
function seldom(options: GateOptions): (message: string, kind?: string) => void {
  const repeated = new Map<string, { until: number; more: number }>();
  return (message, kind = message) => {
    const at = options.now(), known = repeated.get(kind);
    if (known && known.until > at) return void known.more++;
    const more = known?.more ?? 0;
    repeated.delete(kind);
    repeated.set(kind, { until: at + REPEAT_MS, more: 0 });
    if (repeated.size > MAX_SENTENCES) repeated.delete(repeated.keys().next().value!);
    options.log({
      level: "warning",
      message: `${options.surface}: ${message}${more > 0 ? ` (and ${more} more of these)` : ""}`,
    });
  };
}

/**
 * Makes the gate of a surface.
 *
 * @param options What it is made of.
 */
export function createGate(options: GateOptions): Gate {
  const { authenticator: { authenticate, metadata } } = options;
  const slowdown = new Slowdown(options.now, options.workers), note = seldom(options);

  /** A client that says nothing of what it takes shows text; so do MCP clients, which take event streams. */
  const wordingFor = (request: Request): Wording => {
    const accept = request.headers.get("accept");
    return accept === null || accept.includes("text/event-stream") ? "text" : "problem";
  };

  const refuse = (refusal: Refusal, request: Request, from: () => string): Response | Promise<Response> => {
    const { log, guess } = refusal.data;
    if (log !== undefined) note(log);
    if (guess === undefined) return refusal.respond(wordingFor(request));
    const address = from(), delay = slowdown.delayOf(address, guess);
    if (delay === 0) {
      note(`a request with wrong credentials was refused, from ${address}`, "wrong");
      return refusal.respond(wordingFor(request));
    }
    note(
      `wrong credentials keep coming, now from ${address}; such requests are answered slowly`,
      "slow",
    );
    return slowdown.wait(delay).then((waited) =>
      (waited ? refusal : new Refusal({
        status: 429,
        detail: "Too many requests with wrong credentials. Try again later.",
        retryAfterSeconds: Math.ceil(delay / 1000),
      })).respond(wordingFor(request))
    );
  };

  /** A fault of Capstan's own lets nobody in. */
  const broken = (error: unknown, request: Request): Response => {
    options.log({
      level: "error",
      message: `${options.surface}: who calls could not be determined, since Capstan failed: ${error}`,
      stack: error instanceof Error ? error.stack : undefined,
    });
    const detail =
      "Who calls could not be determined. Tell the person who runs this server to look at its log.";
    return new Refusal({ status: 503, detail }).respond(wordingFor(request));
  };

  const isMetadata = (request: Request): boolean =>
    metadata !== undefined && (request.method === "GET" || request.method === "HEAD") &&
    request.url.includes(metadata.path) && new URL(request.url).pathname === metadata.path;

  return {
    admit(request, address) {
      if (isMetadata(request)) {
        return new Response(request.method === "HEAD" ? null : metadata!.document, {
          headers: { "content-type": "application/json", "cache-control": "max-age=300" },
        });
      }
      const decide = (found: Caller | Refusal) =>
        found instanceof Refusal ? refuse(found, request, address) : found;
      try {
        const found = authenticate(request);
        return found instanceof Promise
          ? found.then(decide, (error) => broken(error, request))
          : decide(found);
      } catch (error) {
        return broken(error, request);
      }
    },
  };
}
