/**
 * Clients that go away over HTTP.
 *
 * Capstan's own listener notices that at once. Where a surface is mounted in the runtime's server, that one does not when
 * a request's body came in a later packet than its head, unless the answer has begun (tried with the request split at every
 * byte). So there a call that takes a while begins its answer: the head goes out, the result follows.
 *
 * @module
 */

import { ServedRequest } from "../../listener/served_request.ts";
import { forget, watch } from "../../../upstream/time/deadlines.ts";

/** How long a call may take before its answer begins, in milliseconds. */
const BEGIN_MS = 100;
const encoder = new TextEncoder();

/** Whether the client of one call is still there. */
export class Leaving {
  readonly #request: Request;
  #controller: AbortController | undefined;
  #gone = false;

  /** @param request The request of the call. */
  constructor(request: Request) {
    this.#request = request;
  }

  /** Aborts when the client goes away; made when it is asked for. */
  signal(): AbortSignal {
    const request = this.#request;
    if (request instanceof ServedRequest) return request.signal;
    this.#controller ??= new AbortController();
    if (this.#gone) this.#controller.abort();
    return AbortSignal.any([this.#request.signal, this.#controller.signal]);
  }

  /** The client has gone. */
  leave(): void {
    this.#gone = true;
    this.#controller?.abort();
    if (this.#request instanceof ServedRequest) this.#request.abandon();
  }
}

/** The answer of a call whose status is known before its result. */
export class Begun {
  readonly #answer: Promise<{ readonly text: string }>;
  readonly #leaving: Leaving;
  readonly #init: ResponseInit;

  /**
   * @param answer The JSON text of the answer, in time; never rejects.
   * @param leaving Told when the client goes away.
   * @param init Status and headers.
   */
  constructor(answer: Promise<{ readonly text: string }>, leaving: Leaving, init: ResponseInit) {
    this.#answer = answer;
    this.#leaving = leaving;
    this.#init = init;
  }

  /** The response: whole where the call is fast, else begun. */
  response(): Promise<Response> {
    return new Promise((resolve) => {
      let begun = false;
      // One timer for all calls: one for each would be a good part of what a call costs.
      const late = {
        due: performance.now() + BEGIN_MS,
        tick: () => {
          begun = true;
          resolve(new Response(begunBody(this.#answer, this.#leaving), this.#init));
        },
      };
      watch(late);
      void this.#answer.then(({ text }) => {
        if (begun) return;
        forget(late);
        resolve(new Response(text, this.#init));
      });
    });
  }
}

/**
 * The body of an answer that has begun.
 *
 * @param answer The JSON text of the answer, in time; never rejects.
 * @param leaving Told when the client goes away.
 */
export function begunBody(
  answer: Promise<{ readonly text: string }>,
  leaving: Leaving,
): ReadableStream<Uint8Array> {
  let isOpen = true;
  return new ReadableStream({
    async start(controller) {
      const { text } = await answer;
      if (!isOpen) return;
      controller.enqueue(encoder.encode(text));
      controller.close();
    },
    cancel() {
      isOpen = false;
      leaving.leave();
    },
  });
}
