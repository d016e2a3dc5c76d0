/**
 * The isolate of a capability in its sandbox: the main thread makes its workers, since the narrowed worker cannot, and
 * hands the capability a port to each.
 *
 * @module
 */
import type { MakeLink } from "../isolate/link.ts";
import { startThread, type Thread } from "../isolate/make_thread.ts";
import { startWebWorker } from "../isolate/make_web.ts";
import { portLink } from "../isolate/port_link.ts";
import { programText } from "../isolate/program_text.ts";

/** What the capability asks the main thread. */
type Ask = { readonly make: number } | { readonly end: number };
/** What the main thread says; the port of a worker that was made comes with it. */
type Say = { readonly made: number } | { readonly fault: number; readonly message: string };

/** Workers that the main thread makes for a capability. */
export interface Isolates {
  /** The port for the capability. */
  readonly port: MessagePort;
  /** Begins to make workers: once this thread has no permission left that they could have. */
  open(): void;
  /** Ends every worker. */
  close(): void;
}

/**
 * Makes workers when the capability asks for them. From a bundle they are threads that have what this thread has, and
 * a bound of their memory; from sources they are web workers without permissions.
 *
 * @param alone Whether this thread gives up its permissions before it opens.
 */
export function makeIsolates(alone: boolean): Isolates {
  const program = alone ? programText() : undefined;
  const { port1, port2 } = new MessageChannel(), threads = new Map<number, Thread>();
  let isOpen = false, closed = false;
  const asked: number[] = [];
  const say = (message: Say, ports: MessagePort[] = []) => port1.postMessage(message, ports);
  const make = async (id: number) => {
    try {
      const onFault = (reason: unknown) => {
        threads.delete(id);
        say({ fault: id, message: reason instanceof Error ? reason.message : String(reason) });
      };
      const thread = program ? await startThread(program, onFault) : startWebWorker(onFault);
      if (closed) return thread.end();
      threads.set(id, thread);
      say({ made: id }, [thread.port]);
    } catch (error) {
      say({ fault: id, message: error instanceof Error ? error.message : String(error) });
    }
  };
  port1.onmessage = ({ data }: MessageEvent<Ask>) => {
    if ("end" in data) {
      threads.get(data.end)?.end();
      threads.delete(data.end);
    } else if (isOpen) void make(data.make);
    else asked.push(data.make);
  };
  return {
    port: port2,
    open() {
      isOpen = true;
      for (const id of asked.splice(0)) void make(id);
    },
    close() {
      closed = true;
      port1.close();
      for (const thread of threads.values()) thread.end();
      threads.clear();
    },
  };
}

/**
 * Asks the main thread for workers.
 *
 * @param port The port the main thread gave.
 */
export function askForIsolates(port: MessagePort): MakeLink {
  const pending = new Map<number, PromiseWithResolvers<MessagePort>>();
  const faults = new Map<number, (reason: unknown) => void>();
  let ids = 0;
  port.onmessage = ({ data, ports }: MessageEvent<Say>) => {
    const id = "made" in data ? data.made : data.fault, waiting = pending.get(id);
    pending.delete(id);
    if ("made" in data) return waiting?.resolve(ports[0]!);
    const reason = new Error(data.message);
    if (waiting) waiting.reject(reason);
    else faults.get(id)?.(reason);
  };
  return async () => {
    const id = ++ids, made = Promise.withResolvers<MessagePort>();
    pending.set(id, made);
    port.postMessage({ make: id } satisfies Ask);
    const own = await made.promise, fault = Promise.withResolvers<never>();
    faults.set(id, fault.reject);
    return portLink(own, fault.promise, {
      end() {
        faults.delete(id);
        port.postMessage({ end: id } satisfies Ask);
      },
    });
  };
}
