/**
 * The isolate as a worker thread, whose memory can be bounded. Its port comes with the first message.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import { type Port, serveTasks } from "./program.ts";

parentPort!.on("message", ({ port }: { port: Port & { start?(): void } }) => {
  serveTasks(port);
  port.start?.();
});
