/**
 * `serve --workers`: how many workers serve a capability, and what is said of it.
 *
 * @module
 */
import type { CapabilityDocument } from "../../../schemas/mod.ts";
import type { StartOptions } from "../../expose/start.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { listening, surfaceName } from "../../surface/listening.ts";
import { whyOneProcess, whyOneWorker } from "../../surface/sharing.ts";
import { type Parsed, UsageError } from "../args.ts";
import { note } from "../output.ts";

/** More workers than this serve nobody faster. */
const MOST = 64;

/** How many workers the flag asks for. @throws {UsageError} When it is no number of workers. */
export function askedWorkers(parsed: Parsed): number {
  const text = parsed.value("workers");
  if (text === undefined) return 1;
  if (text === "auto") return Math.min(navigator.hardwareConcurrency, MOST);
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MOST) {
    throw new UsageError(`--workers takes a number from 1 to ${MOST}, or auto, not ${text}`);
  }
  return count;
}

/**
 * How many workers serve a document; what keeps to one is reported.
 *
 * @param document The document.
 * @param options Where it is served.
 * @param asked How many are asked for.
 * @param quiet Whether only faults are reported.
 */
export function workersFor(
  document: CapabilityDocument,
  options: StartOptions,
  asked: number,
  quiet: boolean,
): number {
  if (asked === 1) return 1;
  const alone = (why: string) => {
    if (!quiet) note(`warning: one worker serves this capability: ${why}`);
    return 1;
  };
  const { stdio, places } = listening(document.exposes ?? [], SURFACE_TYPES, options);
  if (stdio) return alone("over stdio there is one client");
  if (Deno.build.os !== "linux") return alone("only Linux spreads connections over workers");
  const why = whyOneProcess(document);
  if (why !== undefined) return alone(why);
  const single = places.filter((place) => whyOneWorker(place) !== undefined);
  if (single.length === places.length) {
    return alone(single.map((place) => `${surfaceName(place.model)}: ${whyOneWorker(place)}`).join("; "));
  }
  for (const place of single.filter(({ type }) => !type.guarded)) {
    if (!quiet) note(`warning: one worker serves ${surfaceName(place.model)}: ${whyOneWorker(place)}`);
  }
  return asked;
}

/** The address of the first surface, where the system is to choose the port that all workers accept on. */
export function withChosenPort(options: StartOptions, asked: number): StartOptions {
  if (asked === 1 || options.port !== 0 || options.stdio) return options;
  const listener = Deno.listen({ hostname: options.host ?? "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return { ...options, port };
}
