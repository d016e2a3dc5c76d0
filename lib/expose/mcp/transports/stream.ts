/**
 * Answers as server-sent events: of a call that tells how it fares, and of a client that listens.
 *
 * @module
 */
import { forget, watch } from "../../../upstream/time/deadlines.ts";
import type { Clients, ListeningClient, Wishes } from "../clients.ts";
import { begunBody, type Leaving } from "./leaving.ts";
import { notification } from "../notices.ts";

const EVENTS = {
  status: 200,
  headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
};
/** How long a call may take before its answer begins, in milliseconds. */
const BEGIN_MS = 100;
/** How often a stream says that it is still there, in milliseconds. */
const BEAT_MS = 15_000;
/** How many messages may wait for a reader that is slow, before it is let go. */
const MAX_WAITING = 1000;
/** The most characters of a result that is sent as an event although it need not be: clients take 1 MiB, in UTF-8. */
const MAX_EVENT_CHARS = 300_000;
const encoder = new TextEncoder();

/** What a stream says when it has nothing to say. */
const BEAT = encoder.encode(": here\n\n");

const eventOf = (text: string): Uint8Array => encoder.encode(`event: message\ndata: ${text}\n\n`);

/**
 * The answer of a call that may tell something before its result. One that has nothing to tell is answered as JSON.
 *
 * Some clients ask for progress and for every message, and take no event above 1 MiB. So nothing begins a stream that
 * can as well stay unsaid: a call of one request, which has no progress to tell, begins as JSON where it takes its time,
 * and a large result that comes before the stream has begun is JSON.
 */
export class NotifyingAnswer {
  readonly #leaving: Leaving;
  readonly #isOneRequest: boolean;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #begin: (isDue?: boolean) => void = () => {};
  #waiting: string[] = [];
  /** What waits must not wait longer. */
  #isUrgent = false;
  #isOver = false;
  #stopBeating = () => {};

  /**
   * @param leaving Told when the client goes away.
   * @param isOneRequest The call is one request to an API.
   */
  constructor(leaving: Leaving, isOneRequest = false) {
    this.#leaving = leaving;
    this.#isOneRequest = isOneRequest;
  }

  /** Sends a notification before the result. One that can wait does not make the answer a stream by itself. */
  send(text: string, canWait = false): void {
    if (this.#isOver) return;
    if (!this.#controller) {
      this.#waiting.push(text);
      if (canWait) return;
      this.#isUrgent = true;
      this.#begin();
    } else if ((this.#controller.desiredSize ?? 0) > -MAX_WAITING) this.#controller.enqueue(eventOf(text));
  }

  /**
   * The response.
   *
   * @param answer The result, in time; never rejects.
   * @param whole Status and headers of an answer in one piece.
   */
  response(answer: Promise<{ readonly text: string }>, whole: ResponseInit): Promise<Response> {
    return new Promise((resolve) => {
      let isBegun = false;
      const late = { due: performance.now() + BEGIN_MS, tick: () => this.#begin(true) };
      this.#begin = (isDue = false) => {
        this.#begin = () => {};
        isBegun = true;
        forget(late);
        if (isDue && this.#isOneRequest && !this.#isUrgent) {
          this.#isOver = true;
          return resolve(new Response(begunBody(answer, this.#leaving), whole));
        }
        resolve(new Response(this.#body(answer), EVENTS));
      };
      watch(late);
      if (this.#isUrgent) return this.#begin();
      void answer.then(({ text }) => {
        if (isBegun) return;
        if (this.#waiting.length > 0 && text.length <= MAX_EVENT_CHARS) return this.#begin();
        this.#isOver = true;
        forget(late);
        this.#begin = () => {};
        resolve(new Response(text, whole));
      });
    });
  }

  #body(answer: Promise<{ readonly text: string }>): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        for (const text of this.#waiting.splice(0)) controller.enqueue(eventOf(text));
        // What stands between takes a connection without a word for a dead one; a person may think for minutes.
        const beat = setInterval(() => controller.enqueue(BEAT), BEAT_MS);
        this.#stopBeating = () => clearInterval(beat);
        void answer.then(({ text }) => {
          if (this.#isOver) return;
          this.#isOver = true;
          this.#stopBeating();
          controller.enqueue(eventOf(text));
          controller.close();
        });
      },
      cancel: () => {
        this.#isOver = true;
        this.#stopBeating();
        this.#leaving.leave();
      },
    });
  }
}

/** What a stream of a listener begins and ends with, and what each of its notifications carries. */
export interface ListenWords {
  /** The `_meta` of each notification. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** The first message. */
  readonly first?: string;
  /** The last message, where the service stops. */
  readonly last?: string;
}

/**
 * The stream of a client that listens, until it leaves or the service stops.
 *
 * @param clients Where it is counted.
 * @param wishes What it wants to hear of.
 * @param signal Aborts when the client goes away.
 * @param words What the stream begins and ends with.
 */
export function listenResponse(
  clients: Clients,
  wishes: Wishes,
  signal: AbortSignal,
  { meta, first, last }: ListenWords = {},
): Response {
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const beat = setInterval(() => controller.enqueue(BEAT), BEAT_MS);
      const end = (text?: string) => {
        stop();
        if (text !== undefined) controller.enqueue(eventOf(text));
        controller.close();
      };
      const listener: ListeningClient = {
        wishes,
        hear(method, params) {
          // A client that does not read is let go: it can listen again, and asks for the lists then.
          if ((controller.desiredSize ?? 0) < -MAX_WAITING) return end();
          const all = meta === undefined ? params : { ...params, _meta: meta };
          controller.enqueue(eventOf(notification(method, all)));
        },
        end: () => end(last),
      };
      stop = () => {
        clearInterval(beat);
        clients.remove(listener);
        stop = () => {};
      };
      clients.add(listener);
      controller.enqueue(first === undefined ? encoder.encode(": listening\n\n") : eventOf(first));
      signal.addEventListener("abort", () => stop(), { once: true });
    },
    cancel: () => stop(),
  });
  return new Response(body, EVENTS);
}
