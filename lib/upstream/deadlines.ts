/**
 * Deadlines: one timer for all calls in flight, since one per call would cost more than anything else about it.
 *
 * @module
 */

/** Something that ends at a time. */
export interface Timed {
  /** When, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Called once, when the time has come. */
  expire(): void;
}

const waiting = new Set<Timed>();
let timer: ReturnType<typeof setTimeout> | undefined, wakes = Infinity;
/** The longest a timer can wait, in milliseconds; a later deadline takes several. */
const LONGEST = 0x7fffffff;

function wake(): void {
  timer = undefined;
  wakes = Infinity;
  const now = performance.now();
  let next = Infinity;
  for (const timed of waiting) {
    if (timed.deadline <= now) {
      waiting.delete(timed);
      timed.expire();
    } else if (timed.deadline < next) next = timed.deadline;
  }
  if (next < Infinity) schedule(next, now);
}

function schedule(at: number, now: number): void {
  clearTimeout(timer);
  wakes = at;
  timer = setTimeout(wake, Math.min(LONGEST, Math.max(0, at - now) + 1));
  // What is waited for keeps the process alive by itself; the timer alone must not.
  if (typeof timer === "number") Deno.unrefTimer(timer);
  else timer.unref();
}

/** Watches a deadline until it has passed or is forgotten. */
export function watch(timed: Timed): void {
  waiting.add(timed);
  if (timed.deadline < wakes) schedule(timed.deadline, performance.now());
}

/** Stops watching a deadline. */
export function forget(timed: Timed): void {
  waiting.delete(timed);
}
