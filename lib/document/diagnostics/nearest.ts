/**
 * The nearest word: what somebody meant who wrote something close to it.
 *
 * @module
 */

/** How many letters must change, stopping at a limit (restricted Damerau-Levenshtein). */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [], previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** How much of comparing one list is worth: a document with ten thousand slips hears of each, and not what each meant. */
const MAX_CELLS = 10_000_000;
/** A list this long is compared with a budget. */
const LONG = 64;

/** A list of candidates that is asked again and again. */
interface Known {
  /** Candidates by their letters and digits alone. */
  readonly plain: ReadonlyMap<string, string>;
  cells: number;
}

const KNOWN = new WeakMap<readonly string[], Known>();

function plainOf(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function knownOf(list: readonly string[]): Known {
  let known = KNOWN.get(list);
  if (!known) {
    const plain = new Map<string, string>();
    for (const each of list) if (!plain.has(plainOf(each))) plain.set(plainOf(each), each);
    KNOWN.set(list, known = { plain, cells: 0 });
  }
  return known;
}

/**
 * The candidate nearest to a word, if one is near enough to be what was meant.
 *
 * @param word What was written.
 * @param candidates What exists.
 * @returns The nearest candidate; undefined when none is near.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 * console.assert(nearest("desciption", ["description", "display"]) === "description");
 * console.assert(nearest("zebra", ["description", "display"]) === undefined);
 * ```
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase().slice(0, 100), plain = plainOf(lower);
  const known = Array.isArray(candidates) && candidates.length > LONG ? knownOf(candidates) : undefined;
  if (known) {
    const same = plain === "" ? undefined : known.plain.get(plain);
    if (same !== undefined) return same;
    if (known.cells > MAX_CELLS) return undefined;
  }
  let best: string | undefined, least = Math.max(1, Math.floor(lower.length / 3)) + 1;
  for (const candidate of candidates) {
    if (known) {
      // Another spelling of the same has been looked up; a word much longer or shorter is not it.
      const far = Math.abs(candidate.length - lower.length) >= least;
      known.cells += far ? 10 : lower.length * candidate.length;
      if (far) continue;
    }
    const other = candidate.toLowerCase();
    const cost = other === lower || (!known && plain !== "" && plainOf(other) === plain)
      ? 0
      : distance(lower, other, least);
    if (cost < least) {
      best = candidate;
      least = cost;
      if (cost === 0) break;
    }
  }
  return best;
}
