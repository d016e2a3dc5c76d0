/**
 * What evaluating a path is: the node it starts from, and how much it may look at.
 *
 * @module
 */
import { JsonPathError, type Query } from "./syntax.ts";

/** One evaluation of a path. */
export interface Run {
  /** What `$` is. */
  readonly root: unknown;
  /** How many more values it may look at. */
  left: number;
  /** What paths from the root have found already: they are the same for every node that a filter tries. */
  found: Map<Query, unknown> | undefined;
}

/** Reads something of a node; undefined is nothing. */
export type Read = (node: unknown, run: Run) => unknown;

/** A compiled path. */
export interface CompiledQuery {
  /** It gives one value or nothing; else it gives a list. */
  readonly definite: boolean;
  /** It looks at no more values than there are, and at nothing but the node: the evaluation is not asked. */
  readonly plain?: boolean;
  readonly read: Read;
}

/** One evaluation may look at so many values: about a second. A path such as `$..*..*` could look at more than exist. */
export const MAX_VISITS = 20_000_000;

/** Counts values that are looked at. */
export function visit(run: Run, count: number): void {
  run.left -= count;
  if (run.left < 0) {
    throw new JsonPathError(`it looks at more than ${MAX_VISITS / 1e6} million values`);
  }
}
