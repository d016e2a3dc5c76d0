/**
 * A link over a message port, whoever made the worker at its other end.
 *
 * @module
 */
import type { Link } from "./link.ts";
import type { Answer } from "./task.ts";

/** What `MessagePort` has in Deno, and its type does not say. */
interface Held {
  ref(): void;
  unref(): void;
}

/**
 * Makes a link.
 *
 * @param port The port.
 * @param fault Rejects when the worker breaks down.
 * @param worker What ends the worker, and what holds the process while it works.
 */
export function portLink(
  port: MessagePort,
  fault: Promise<never>,
  worker: { end(): void; hold?(held: boolean): void },
): Link {
  const link: Link = {
    send: (task) => port.postMessage(task),
    onAnswer: () => {},
    onFault: () => {},
    end() {
      port.close();
      worker.end();
    },
    hold(held) {
      const { ref, unref } = port as unknown as Partial<Held>;
      (held ? ref : unref)?.call(port);
      worker.hold?.(held);
    },
  };
  port.onmessage = ({ data }: MessageEvent<Answer>) => link.onAnswer(data);
  fault.catch((reason) => link.onFault(reason));
  return link;
}
