/**
 * Telemetry as the command line asks for it: which calls are reported, and how lines are written.
 *
 * @module
 */
import { defaultHost } from "../../host/default.ts";
import { type ServedTelemetry, servedTelemetry } from "../../sandbox/telemetry/served_telemetry.ts";
import type { ListenOverride } from "../../surface/listening.ts";
import type { Parsed } from "../args.ts";
import type { Loaded } from "../loaded.ts";
import { note } from "../output.ts";

/**
 * Makes what a capability is served with.
 *
 * @param loaded The specification.
 * @param parsed The flags.
 * @param options Where it listens.
 */
export function telemetryOf(
  { spec, binds }: Loaded,
  parsed: Parsed,
  options: ListenOverride,
): ServedTelemetry {
  return servedTelemetry({
    spec,
    binds,
    requests: parsed.has("verbose") ? "all" : parsed.has("quiet") ? "none" : "failures",
    format: parsed.value("log") === "json" ? "json" : "text",
    listens: !options.stdio,
    env: defaultHost(() => {}).env,
    warn: (message) => note(`warning: ${message}`),
  });
}
