/**
 * The isolate as a worker of the web, made with no permission. Its port comes with the first message.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { type Port, serveTasks } from "./program.ts";

(self as unknown as { onmessage: ((event: MessageEvent) => void) | null }).onmessage = ({ ports }) =>
  serveTasks(ports[0] as unknown as Port);
