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
  /** Where it stands among those that are watched; kept by this module. */
  place?: number | undefined;
}

/**
 * Those that are watched, in no order. A set would do, but each table that it outgrows leads to the next one: once one of them
 * has grown old, the garbage collector keeps all that came later, with the calls in them.
 */
const watched: Timed[] = [];
let cancel: Cancel | undefined, wakes = Infinity;
/** The longest a timer can wait, in milliseconds; a later time takes several. */
const LONGEST = 0x7fffffff;

function wake(): void {
  cancel = undefined;
  wakes = Infinity;
  const now = performance.now();
  // What ticks may end others.
  for (const timed of watched.filter(({ due }) => due <= now)) {
    if (timed.place === undefined) continue;
    timed.tick(now);
    if (timed.due <= now) forget(timed);
  }
  let next = Infinity;
  for (const { due } of watched) if (due < next) next = due;
  if (next < wakes) schedule(next, now);
}

function schedule(at: number, now: number): void {
  cancel?.();
  wakes = at;
  // What is waited for keeps the process alive by itself; the timer alone must not.
  cancel = later(Math.min(LONGEST, Math.max(0, at - now) + 1), wake);
}

/** Watches over something until its time has come or it is forgotten. */
export function watch(timed: Timed): void {
  if (timed.place === undefined) {
    timed.place = watched.length;
    watched.push(timed);
  }
  if (timed.due < wakes) schedule(timed.due, performance.now());
}

/** Stops watching. The timer is left alone: the next call is likely to need it. */
export function forget(timed: Timed): void {
  const { place } = timed;
  if (place === undefined) return;
  timed.place = undefined;
  const last = watched.pop()!;
  if (last === timed) return;
  watched[place] = last;
  last.place = place;
}
