/**
 * Requests of the server to its client, over a connection that stays: they wait here until the client answers.
 *
 * @module
 */
import { writeJson } from "../../../data/json.ts";
import { forget, watch } from "../../../upstream/time/deadlines.ts";
import { notification } from "../notices.ts";

/** How long a person may take to answer, in milliseconds. */
const PATIENCE_MS = 600_000;
/** The most requests that wait at once. */
const MAX_WAITING = 1000;

/** An answer of the client. */
interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
}

/** Sends `elicitation/create` to the client of one request. Gives its result; undefined where there is none. */
export type Elicit = (params: unknown) => Promise<unknown>;

/** What a request is sent with. */
export interface SendingTo {
  /** The client: only its own answer counts. */
  readonly client: string;
  /** Writes a message to the client. */
  readonly send: (text: string) => void;
  /** Aborts when the request that asks is over. */
  readonly signal: AbortSignal;
}

/** The requests that wait for an answer. */
export class SentRequests {
  readonly #waiting = new Map<string, (answer?: Answer) => void>();

  /**
   * Sends a request.
   *
   * @param method Its method.
   * @param params Its parameters.
   * @param sending To whom, and for how long.
   * @returns The result; undefined where the client gives an error, or none in time, or where too many wait.
   */
  send(method: string, params: unknown, { client, send, signal }: SendingTo): Promise<unknown> {
    if (signal.aborted || this.#waiting.size >= MAX_WAITING) return Promise.resolve(undefined);
    const id = crypto.randomUUID(), key = `${id} ${client}`;
    return new Promise((resolve) => {
      const end = (answer?: Answer) => {
        forget(late);
        signal.removeEventListener("abort", giveUp);
        this.#waiting.delete(key);
        resolve(answer?.result);
      };
      const giveUp = () => {
        // The client may still show a form that nobody waits for.
        send(notification("notifications/cancelled", { requestId: id, reason: "the call is over" }));
        end();
      };
      const late = { due: performance.now() + PATIENCE_MS, tick: giveUp };
      watch(late);
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.set(key, end);
      send(writeJson({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** Takes the answer of a client. @returns Whether a request of that client waited for it. */
  answer(client: string, answer: Answer): boolean {
    const end = this.#waiting.get(`${String(answer.id)} ${client}`);
    end?.(answer);
    return end !== undefined;
  }

  /** No answer comes any more. */
  leave(): void {
    for (const end of [...this.#waiting.values()]) end();
  }
}
