/**
 * Where the worker's program is: beside this module in the sources, at a fixed place in a bundle.
 *
 * @module
 */

/** The address of the worker's program. */
export const WORKER_URL: string = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./lib/sandbox/worker.js",
  import.meta.url,
).href;
