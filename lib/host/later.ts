/**
 * Doing something later, by the cheapest timer of the thread. Nothing that waits here keeps a process alive.
 *
 * The first `setTimeout` of a thread has Deno load its timers of Node: 5 ms and 3 MiB, in each thread, just when it begins to
 * serve. A signal with a time costs nothing of the sort. But it cannot be taken back, and keeps a process alive: so a thread
 * that others end by themselves says that it may be used.
 *
 * @module
 */
import { ON_DENO, unrefTimer } from "./runtime.ts";

/** Takes it back: what was to be done is not done. */
export type Cancel = () => void;

/** Wakes a thread after a time, in milliseconds. */
type Alarm = (milliseconds: number, wake: () => void) => void;

/** Many things to do, over alarms that cannot be taken back. */
export class Agenda {
  readonly #alarm: Alarm;
  readonly #now: () => number;
  readonly #entries = new Set<{ readonly at: number; readonly call: () => void }>();
  /** When the alarms that were set ring. */
  readonly #alarms = new Set<{ readonly at: number }>();

  /**
   * @param alarm Sets an alarm.
   * @param now Gives the time, in milliseconds.
   */
  constructor(alarm: Alarm, now: () => number = () => performance.now()) {
    this.#alarm = alarm;
    this.#now = now;
  }

  /** How many alarms are set. */
  get alarms(): number {
    return this.#alarms.size;
  }

  /** Does something after a time, in milliseconds. */
  add(milliseconds: number, call: () => void): Cancel {
    const entry = { at: this.#now() + milliseconds, call };
    this.#entries.add(entry);
    this.#provide(entry.at);
    return () => void this.#entries.delete(entry);
  }

  /** Sets an alarm, unless one rings until then. */
  #provide(at: number): void {
    for (const alarm of this.#alarms) if (alarm.at <= at) return;
    const alarm = { at };
    this.#alarms.add(alarm);
    this.#alarm(Math.max(0, Math.ceil(at - this.#now())), () => {
      this.#alarms.delete(alarm);
      this.#wake(Math.max(at, this.#now()));
    });
  }

  #wake(now: number): void {
    const due = [...this.#entries].filter(({ at }) => at <= now);
    try {
      for (const entry of due) if (this.#entries.delete(entry)) entry.call();
    } finally {
      let next = Infinity;
      for (const { at } of this.#entries) next = Math.min(next, at);
      if (next < Infinity) this.#provide(next);
    }
  }
}

let agenda: Agenda | undefined;

/** From now on the time of this thread is kept by signals: somebody else ends it, whatever still waits in it. */
export function keepTimeBySignals(): void {
  if (!ON_DENO) return;
  agenda ??= new Agenda((milliseconds, wake) => {
    AbortSignal.timeout(milliseconds).addEventListener("abort", wake);
  });
}

/**
 * Does something later.
 *
 * @param milliseconds After what time.
 * @param call What is done.
 */
export function later(milliseconds: number, call: () => void): Cancel {
  if (agenda) return agenda.add(milliseconds, call);
  const timer = setTimeout(call, milliseconds);
  unrefTimer(timer);
  return () => clearTimeout(timer);
}
