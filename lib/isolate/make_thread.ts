/**
 * Making the isolate as a worker thread: its memory is bounded where the runtime can do that, and the process does not
 * wait for it. It has the permissions of the thread that makes it: none where that has given up its own.
 *
 * @module
 */
import { portLink } from "./port_link.ts";
import type { Link } from "./link.ts";

/** How much memory the values of a worker thread may take, in MiB. */
const MEMORY_MIB = 512;

/** A worker thread with the far end of its port. */
export interface Thread {
  /** The end that is not in the thread. */
  readonly port: MessagePort;
  /** Ends it at once. */
  end(): void;
  /** Whether the process waits for it. */
  hold(held: boolean): void;
}

/**
 * Starts a worker thread.
 *
 * @param program The address of its program.
 * @param onFault Hears that it broke down.
 */
export async function startThread(program: URL, onFault: (reason: unknown) => void): Promise<Thread> {
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(program, {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    env: {},
  });
  const { port1, port2 } = new MessageChannel();
  let ended = false;
  worker.on("error", (error) => !ended && onFault(error));
  worker.on("exit", (code) => !ended && onFault(new Error(`it ended with code ${code}`)));
  worker.postMessage({ port: port2 }, [port2] as unknown as Parameters<typeof worker.postMessage>[1]);
  worker.unref();
  return {
    port: port1,
    end() {
      ended = true;
      void worker.terminate();
    },
    hold: (held) => held ? worker.ref() : worker.unref(),
  };
}

/** Makes the isolate of a program that embeds Capstan. It has the permissions of that program. */
export async function makeThread(): Promise<Link> {
  const fault = Promise.withResolvers<never>();
  fault.promise.catch(() => {});
  const thread = await startThread(new URL("./worker_node.ts", import.meta.url), fault.reject);
  return portLink(thread.port, fault.promise, thread);
}
