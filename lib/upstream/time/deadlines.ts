/**
 * Deadlines: one timer for all calls in flight, since one per call would cost more than most of the call.
 *
 * @module
 */
import { type Cancel, later } from "../../host/later.ts";

/** Something that is to be called at a time. */
export interface Timed {
  /** When, in milliseconds of `performance.now()`. */
  due: number;
  /** Called when the time has come. A `due` that lies ahead afterwards is waited for again. */
  tick(now: number): void;
}

const waiting = new Set<Timed>();
let cancel: Cancel | undefined, wakes = Infinity;
/** The longest a timer can wait, in milliseconds; a later time takes several. */
const LONGEST = 0x7fffffff;

function wake(): void {
  cancel = undefined;
  wakes = Infinity;
  const now = performance.now();
  let next = Infinity;
  for (const timed of waiting) {
    if (timed.due <= now) timed.tick(now);
    if (timed.due <= now) waiting.delete(timed);
    else if (timed.due < next) next = timed.due;
  }
  if (next < Infinity) schedule(next, now);
}

function schedule(at: number, now: number): void {
  cancel?.();
  wakes = at;
  // What is waited for keeps the process alive by itself; the timer alone must not.
  cancel = later(Math.min(LONGEST, Math.max(0, at - now) + 1), wake);
}

/** Watches over something until its time has come or it is forgotten. */
export function watch(timed: Timed): void {
  waiting.add(timed);
  if (timed.due < wakes) schedule(timed.due, performance.now());
}

/** Stops watching. The timer is left alone: the next call is likely to need it. */
export function forget(timed: Timed): void {
  waiting.delete(timed);
}
