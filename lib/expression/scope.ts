/**
 * What an expression sees when it runs.
 *
 * @module
 */

import type { Misses } from "./misses.ts";

/** The headers of an answer. */
export interface AnswerHeaders {
  /** The value of a header, several joined by commas; null where there is none. */
  get(name: string): string | null;
}

/**
 * The values of one call. An absent value is `undefined`, never a key that is missing on purpose;
 * `null` is a value. Binds are not here: a compiled expression holds its secret itself.
 */
export interface Scope {
  /** The arguments, by the specification's own names, defaults filled in. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Values a `with` gives to the operation being called; they win over arguments of the same name. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** Outputs of the steps that have run, by step name. */
  readonly steps?: Readonly<Record<string, unknown>>;
  /** The part of the answer that an output speaks of. */
  readonly node?: unknown;
  /** The headers of the answer that an output speaks of. */
  readonly headers?: AnswerHeaders | undefined;
  /** The headers of what the steps that have run were answered, by step name. */
  readonly answers?: Record<string, AnswerHeaders> | undefined;
  /** Notes what is looked for and not there; undefined where nobody listens. */
  readonly misses?: Misses | undefined;
}

/** A compiled expression: gives a value, or `undefined` where there is none. May give a `Secret`. */
export type Getter = (scope: Scope) => unknown;
