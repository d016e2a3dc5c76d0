/**
 * What a JSONPath is made of, once it is read.
 *
 * @module
 */

/** A path that cannot be read, or that asks for more than one evaluation may look at. */
export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
  /** Offset into the path where it goes wrong; undefined when no single place does. */
  readonly offset: number | undefined;
  /** How to write it instead, where that is known. */
  readonly fix: string | undefined;
  /** The node of the document that holds the path, and the key it stands at; set by whoever knows them. */
  at: { readonly node: object; readonly entry: string } | undefined;

  /**
   * @param message What is wrong.
   * @param offset Where in the path, from 0.
   * @param fix What to write instead.
   */
  constructor(message: string, offset?: number, fix?: string) {
    super(offset === undefined ? message : `${message} at position ${offset + 1}`);
    this.offset = offset;
    this.fix = fix;
  }
}

/** Chooses children of one node. */
export type Selector =
  | { readonly kind: "name"; readonly name: string; readonly quoted: boolean }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "wildcard" }
  | {
    readonly kind: "slice";
    readonly start: number | undefined;
    readonly end: number | undefined;
    readonly step: number;
  }
  | { readonly kind: "filter"; readonly test: Logical };

/** `.a`, `[0]`, `[*]`, `..a`: from each node to the children it chooses. */
export interface Segment {
  readonly kind: "segment";
  /** The children of all descendants too. */
  readonly descendant: boolean;
  readonly selectors: readonly Selector[];
  /** Where it stands in the path. */
  readonly start: number;
  readonly end: number;
}

/** `.sum()`, `.length()`: from everything found so far to one value. */
export interface FunctionCall {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Operand[];
  readonly start: number;
  readonly end: number;
}

/** A step of a path. */
export type PathStep = Segment | FunctionCall;

/** A path from the root (`$`) or, within a filter, from the node that is tried (`@`). */
export interface Query {
  readonly kind: "query";
  readonly root: "$" | "@";
  readonly steps: readonly PathStep[];
  readonly start: number;
}

/** Something that has a value. */
export type Operand =
  | { readonly kind: "literal"; readonly value: unknown }
  | { readonly kind: "pattern"; readonly source: string; readonly flags: string; readonly start: number }
  | {
    readonly kind: "function";
    readonly name: string;
    readonly args: readonly Operand[];
    readonly start: number;
  }
  | Query;

/** Comparisons of RFC 9535, and the operators that Jayway's implementation adds. */
export type Operator =
  | ("==" | "!=" | "<" | "<=" | ">" | ">=")
  | ("=~" | "in" | "nin" | "subsetof" | "anyof" | "noneof" | "contains" | "size" | "empty");

/** Something that is true or false of a node. */
export type Logical =
  | { readonly kind: "or" | "and"; readonly parts: readonly Logical[] }
  | { readonly kind: "not"; readonly part: Logical }
  | { readonly kind: "exists"; readonly of: Operand }
  | {
    readonly kind: "compare";
    readonly operator: Operator;
    readonly left: Operand;
    readonly right: Operand;
  };

/** Whether a path is of names and indexes alone: it finds at most one node. */
export function isSingular(steps: readonly PathStep[]): boolean {
  return steps.every((step) =>
    step.kind === "call" ||
    (!step.descendant && step.selectors.length === 1 &&
      (step.selectors[0]!.kind === "name" || step.selectors[0]!.kind === "index"))
  );
}

/** Whether a path gives one value or nothing: it is singular, or a function makes one value of what it finds. */
export function isDefinite(steps: readonly PathStep[]): boolean {
  const last = steps.findLastIndex((step) => step.kind === "call");
  return isSingular(steps.slice(last + 1));
}
