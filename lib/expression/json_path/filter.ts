/**
 * Filters, compiled: whether a node fits.
 *
 * @module
 */
import { compileRegularExpression } from "../regular_expression.ts";
import { isEqual, isLess } from "./compare.ts";
import { FILTER_FUNCTIONS, lengthOf } from "./functions.ts";
import { type CompiledQuery, type Read, visit } from "./read.ts";
import type { Logical, Operand, Operator, Query } from "./syntax.ts";

/** Whether a node fits. */
export type Test = (node: unknown, run: Parameters<Read>[1]) => boolean;

/** Compiles a path that stands in a filter. */
export type CompileQuery = (query: Query) => CompiledQuery;

/**
 * Compiles a filter.
 *
 * @param test The filter.
 * @param compileQuery Compiles the paths in it.
 */
export function compileTest(test: Logical, compileQuery: CompileQuery): Test {
  switch (test.kind) {
    case "or": {
      const parts = test.parts.map((part) => compileTest(part, compileQuery));
      return (node, run) => parts.some((part) => part(node, run));
    }
    case "and": {
      const parts = test.parts.map((part) => compileTest(part, compileQuery));
      return (node, run) => parts.every((part) => part(node, run));
    }
    case "not": {
      const part = compileTest(test.part, compileQuery);
      return (node, run) => !part(node, run);
    }
    case "exists":
      return compileExists(test.of, compileQuery);
    case "compare":
      return compileComparison(test, compileQuery);
  }
}

function compileExists(of: Operand, compileQuery: CompileQuery): Test {
  if (of.kind === "query") {
    const query = compileQuery(of);
    if (query.definite) return (node, run) => query.read(node, run) !== undefined;
    return (node, run) => (query.read(node, run) as readonly unknown[]).length > 0;
  }
  const read = compileOperand(of, compileQuery);
  return (node, run) => read(node, run) === true;
}

/** What an operand is of a node: undefined is nothing; an indefinite path gives the list of what it finds. */
function compileOperand(operand: Operand, compileQuery: CompileQuery): Read {
  switch (operand.kind) {
    case "literal": {
      const { value } = operand;
      return () => value;
    }
    case "pattern": {
      const { source } = operand;
      return () => source;
    }
    case "query":
      return compileQuery(operand).read;
    case "function":
      return compileFunction(operand.name, operand.args, compileQuery);
  }
}

function compileFunction(name: string, args: readonly Operand[], compileQuery: CompileQuery): Read {
  const [first, second] = args.map((arg) => compileOperand(arg, compileQuery));
  const isList = args[0]!.kind === "query" && !compileQuery(args[0] as Query).definite;
  switch (name) {
    case "length":
      return (node, run) => lengthOf(first!(node, run));
    case "count":
      return (node, run) => {
        const found = first!(node, run);
        return isList ? (found as readonly unknown[]).length : found === undefined ? 0 : 1;
      };
    case "value":
      return (node, run) => {
        const found = first!(node, run);
        if (!isList) return found;
        return (found as readonly unknown[]).length === 1 ? (found as readonly unknown[])[0] : undefined;
      };
  }
  const whole = name === "match", pattern = args[1]!;
  if (!FILTER_FUNCTIONS.get(name)?.logical) throw new Error(`${name} is not compiled`);
  if (pattern.kind === "literal" && typeof pattern.value === "string") {
    const matches = compileRegularExpression(pattern.value, { whole });
    return (node, run) => {
      const text = first!(node, run);
      return typeof text === "string" && matches(text);
    };
  }
  return (node, run) => {
    const text = first!(node, run), source = second!(node, run);
    return typeof text === "string" && typeof source === "string" && patternOf(source, whole)(text);
  };
}

/** Patterns that came with data, so that one for all rows is read once; the oldest makes room. */
const patterns = new Map<string, (text: string) => boolean>();
const MAX_PATTERNS = 64;
const MAX_PATTERN_LENGTH = 1000;
const never = () => false;

/** A pattern that is data itself; one that cannot be read matches nothing, as the RFC has it. */
function patternOf(source: string, whole: boolean): (text: string) => boolean {
  if (source.length > MAX_PATTERN_LENGTH) return never;
  const key = `${whole} ${source}`;
  let matches = patterns.get(key);
  if (matches === undefined) {
    try {
      matches = compileRegularExpression(source, { whole });
    } catch {
      matches = never;
    }
    if (patterns.size >= MAX_PATTERNS) patterns.delete(patterns.keys().next().value!);
    patterns.set(key, matches);
  }
  return matches;
}

type Compare = (left: unknown, right: unknown) => boolean;

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function includes(list: readonly unknown[], value: unknown): boolean {
  for (let i = 0; i < list.length; i++) if (isEqual(list[i], value)) return true;
  return false;
}

const OPERATORS: Readonly<Record<Exclude<Operator, "=~">, Compare>> = {
  "==": isEqual,
  "!=": (a, b) => !isEqual(a, b),
  "<": isLess,
  "<=": (a, b) => isLess(a, b) || isEqual(a, b),
  ">": (a, b) => isLess(b, a),
  ">=": (a, b) => isLess(b, a) || isEqual(a, b),
  in: (a, b) => a !== undefined && includes(listOf(b), a),
  nin: (a, b) => a === undefined || !includes(listOf(b), a),
  subsetof: (a, b) => a !== undefined && listOf(a).every((one) => includes(listOf(b), one)),
  anyof: (a, b) => listOf(a).some((one) => includes(listOf(b), one)),
  noneof: (a, b) => !listOf(a).some((one) => includes(listOf(b), one)),
  contains: (a, b) =>
    typeof a === "string" ? typeof b === "string" && a.includes(b) : Array.isArray(a) && includes(a, b),
  size: (a, b) => {
    const length = lengthOf(a);
    return length !== undefined && length === (typeof b === "number" ? b : lengthOf(b));
  },
  empty: (a, b) => {
    const length = lengthOf(a);
    return length !== undefined && (length === 0) === (b !== false);
  },
};

/** Operators that compare with each entry of a list. */
const OF_LISTS: ReadonlySet<Operator> = new Set(["in", "nin", "subsetof", "anyof", "noneof", "contains"]);
const COMPARISONS_A_VISIT = 16;

function compileComparison(test: Extract<Logical, { kind: "compare" }>, compileQuery: CompileQuery): Test {
  const left = compileOperand(test.left, compileQuery), right = compileOperand(test.right, compileQuery);
  if (test.operator !== "=~") {
    const compare = OPERATORS[test.operator];
    if (!OF_LISTS.has(test.operator)) return (node, run) => compare(left(node, run), right(node, run));
    return (node, run) => {
      const one = left(node, run), other = right(node, run);
      // One comparison is less than looking at a value.
      visit(run, Math.ceil(listOf(one).length * listOf(other).length / COMPARISONS_A_VISIT));
      return compare(one, other);
    };
  }
  const textOf = (value: unknown) =>
    typeof value === "number" || typeof value === "bigint" ? String(value) : value;
  const fixed = test.right.kind === "pattern"
    ? compileRegularExpression(test.right.source, { flags: test.right.flags, whole: true })
    : undefined;
  return (node, run) => {
    const text = textOf(left(node, run));
    if (typeof text !== "string") return false;
    if (fixed) return fixed(text);
    const source = right(node, run);
    return typeof source === "string" && patternOf(source, true)(text);
  };
}
