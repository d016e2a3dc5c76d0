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
 * What a thread begins with that is given its program as text. Packages of the older kind ask for modules of the runtime
 * by `require`, which a bundle has not: it changes what is global in the isolate, where nobody else lives.
 */
const BEGINNING = `import { parentPort } from "node:worker_threads";
globalThis.require ??= (name) => process.getBuiltinModule(name);
parentPort.once("message", async ({ port, program }) => {
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  // Older runtimes, which compiled programs may have, know no modules in blobs.
  const { serveTasks } = await import(address).catch(() => import("data:text/javascript," + encodeURIComponent(program)));
  URL.revokeObjectURL(address);
  serveTasks(port);
  port.start?.();
});`;

/**
 * Starts a worker thread.
 *
 * @param program The text of its program, where it can read no module; else the module beside this one.
 * @param onFault Hears that it broke down.
 */
export async function startThread(
  program: string | undefined,
  onFault: (reason: unknown) => void,
): Promise<Thread> {
  const { Worker } = await import("node:worker_threads");
  const address = program === undefined
    ? new URL("./worker_node.ts", import.meta.url)
    : new URL(`data:text/javascript,${encodeURIComponent(BEGINNING)}`);
  const worker = new Worker(address, {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    env: {},
  });
  const { port1, port2 } = new MessageChannel();
  let ended = false;
  worker.on("error", (error) => !ended && onFault(error));
  worker.on("exit", (code) => !ended && onFault(new Error(`it ended with code ${code}`)));
  worker.postMessage(
    { port: port2, program },
    [port2] as unknown as Parameters<typeof worker.postMessage>[1],
  );
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
  const thread = await startThread(undefined, fault.reject);
  return portLink(thread.port, fault.promise, thread);
}
