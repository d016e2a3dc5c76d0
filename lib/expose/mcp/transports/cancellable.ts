/**
 * Calls over HTTP that their client can end with a message of its own.
 *
 * @module
 */
import type { DirectAnswer, JsonRpcMessage } from "../lanes/direct.ts";
import type { McpServer } from "../server.ts";
import type { Leaving } from "./leaving.ts";

/** The calls of clients that cancel with a message of their own, since they keep their connection. */
export class Cancellable {
  readonly #running = new Map<string, Pick<Leaving, "leave">>();

  /** The name of a call: the session a client was given, and its own number for the request. */
  static key(session: string, id: unknown): string {
    return `${session} ${JSON.stringify(id)}`;
  }

  /** Remembers a call until it is answered. */
  track(key: string, answer: Promise<DirectAnswer>, leaving: Pick<Leaving, "leave">): Promise<DirectAnswer> {
    this.#running.set(key, leaving);
    return answer.finally(() => this.#running.delete(key));
  }

  /** Ends a call. */
  cancel(key: string): void {
    this.#running.get(key)?.leave();
  }
}

/** Takes what needs no answer: all it can change is a call that runs, or one that waits for its client's answer. */
export function hear(
  server: McpServer,
  message: JsonRpcMessage,
  calls: Cancellable,
  key: string | undefined,
): void {
  if (key === undefined) return;
  if (message.method === undefined) server.clients.sent.answer(key, message);
  else if (message.method === "notifications/cancelled") {
    calls.cancel(Cancellable.key(key, (message.params as { requestId?: unknown } | undefined)?.requestId));
  }
}
