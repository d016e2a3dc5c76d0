/**
 * Making the isolate as a worker of the web: it has no permission whatever the program has; its memory is not bounded.
 *
 * @module
 */
import type { Thread } from "./make_thread.ts";

/**
 * Starts a worker without permissions. The runtime has to know `worker-options`, as the sandbox needs them too.
 *
 * @param onFault Hears that it broke down.
 */
export function startWebWorker(onFault: (reason: unknown) => void): Thread {
  const worker = new Worker(new URL("./worker_web.ts", import.meta.url), {
    type: "module",
    deno: { permissions: "none" },
  });
  worker.onerror = (event) => {
    event.preventDefault();
    onFault(new Error(event.message));
  };
  const { port1, port2 } = new MessageChannel();
  worker.postMessage("serve", [port2]);
  return { port: port1, end: () => worker.terminate(), hold: () => {} };
}
