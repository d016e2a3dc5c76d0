/**
 * The host of the runtime that this program runs on: Deno's own, else one of what every other runtime has.
 *
 * @module
 */
import { denoHost } from "./deno.ts";
import type { Host, LogEntry } from "./host.ts";
import { nodeHost } from "./node.ts";
import { ON_DENO } from "./runtime.ts";

/**
 * Makes the host of this process or worker.
 *
 * @param log Takes the lines for the operator.
 */
export function defaultHost(log: (entry: LogEntry) => void): Host {
  return ON_DENO ? denoHost(log) : nodeHost(log);
}
