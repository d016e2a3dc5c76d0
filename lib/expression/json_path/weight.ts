/**
 * How much a path has found, where it can find one thing many times: inside of what else it found, too.
 *
 * `$..a` finds an object, what stands in it, and what stands in that. Nothing is copied, but whoever writes the list writes
 * everything again each time: sixty kilobytes of an API can become sixty megabytes.
 *
 * @module
 */
import { JsonPathError, type PathStep } from "./syntax.ts";

/** How much may be found, in values and characters together: about what the largest answer has. */
const MAX_WEIGHT = 64 * (1 << 20);

/** Whether steps can find one thing several times. */
export function findsAgain(steps: readonly PathStep[]): boolean {
  return steps.some((step) => step.kind !== "call" && (step.descendant || step.selectors.length > 1));
}

/**
 * Weighs what was found; each thing is looked at once, however often it was found.
 *
 * @throws {JsonPathError} When it is too much.
 */
export function weigh(found: readonly unknown[]): void {
  const known = new Map<object, number>();
  const weightOf = (value: unknown): number => {
    if (typeof value === "string") return value.length + 1;
    if (value === null || typeof value !== "object") return 1;
    const before = known.get(value);
    if (before !== undefined) return before;
    let weight = 1;
    if (Array.isArray(value)) { for (const item of value) weight += weightOf(item); }
    else {
      for (const key of Object.keys(value)) {
        weight += key.length + weightOf((value as Record<string, unknown>)[key]);
      }
    }
    known.set(value, weight);
    return weight;
  };
  let weight = 0;
  for (const one of found) {
    weight += weightOf(one);
    if (weight > MAX_WEIGHT) {
      throw new JsonPathError(
        "it finds the same things again and again, more than 64 million values and characters",
      );
    }
  }
}
