/**
 * The newest lines of the log. Of a call that went well only what its line is made from is kept, in arrays that are there
 * already: nothing of it outlives the call, and its line is made when somebody asks for it.
 *
 * @module
 */
import type { LogRecord } from "../log.ts";
import type { CallTarget, Observation } from "./observation.ts";
import { callRecord, type FinishedCall } from "./request_log.ts";

/** How many numbers are kept of a call: when it ended, how long it took, its requests and its retries. */
const NUMBERS = 4;
/** How many texts: the ids of its trace, and who called. */
const TEXTS = 3;

/** Lines that are kept. */
export class LogRing {
  readonly capacity: number;
  /** A line as it is, or what was called. */
  readonly #items: (LogRecord | CallTarget)[] = [];
  readonly #numbers: Float64Array;
  readonly #texts: (string | undefined)[] = [];
  #next = 0;

  /** @param capacity How many it keeps, at least 1. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#numbers = new Float64Array(capacity * NUMBERS);
  }

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  #take(item: LogRecord | CallTarget): number {
    const at = this.#next;
    this.#items[at] = item;
    this.#next = at + 1 === this.capacity ? 0 : at + 1;
    return at;
  }

  /** Adds a line; the oldest makes room. */
  add(record: LogRecord): void {
    this.#take(record);
  }

  /** Adds the line of a call that went well. */
  addCall({ target, ended, milliseconds, requests, retries, trace, caller }: Observation): void {
    const at = this.#take(target), first = at * NUMBERS, text = at * TEXTS;
    this.#numbers[first] = ended;
    this.#numbers[first + 1] = milliseconds;
    this.#numbers[first + 2] = requests;
    this.#numbers[first + 3] = retries;
    this.#texts[text] = trace?.traceId;
    this.#texts[text + 1] = trace?.spanId;
    this.#texts[text + 2] = caller?.id;
  }

  #callAt(at: number, target: CallTarget): FinishedCall {
    const [ended, milliseconds, requests, retries] = this.#numbers.subarray(at * NUMBERS);
    const [traceId, spanId, caller] = this.#texts.slice(at * TEXTS, (at + 1) * TEXTS);
    return {
      target,
      ended: ended!,
      milliseconds: milliseconds!,
      requests: requests!,
      retries: retries!,
      outcome: "ok",
      trace: traceId === undefined || spanId === undefined ? undefined : { traceId, spanId },
      caller: caller === undefined ? undefined : { id: caller },
    };
  }

  /** All of them, newest first. */
  *newest(): Generator<LogRecord> {
    const { length } = this.#items;
    for (let i = 1; i <= length; i++) {
      const at = (this.#next - i + length) % length, item = this.#items[at]!;
      yield "logger" in item ? item : callRecord(this.#callAt(at, item), undefined, String);
    }
  }
}
