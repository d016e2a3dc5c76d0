/**
 * The functions of JSONPath: those of RFC 9535 in filters, and those that stand behind a path.
 *
 * @module
 */

import { LongDecimal } from "../../data/long_decimal.ts";

/** What a function in a filter takes, and whether it is true or false itself. */
export interface FilterFunction {
  readonly takes: readonly ("value" | "nodes")[];
  readonly logical: boolean;
}

/** The functions of RFC 9535. */
export const FILTER_FUNCTIONS: ReadonlyMap<string, FilterFunction> = new Map<string, FilterFunction>([
  ["length", { takes: ["value"], logical: false }],
  ["count", { takes: ["nodes"], logical: false }],
  ["value", { takes: ["nodes"], logical: false }],
  ["match", { takes: ["value", "value"], logical: true }],
  ["search", { takes: ["value", "value"], logical: true }],
]);

/**
 * Makes one value of what a path has found.
 *
 * @param found The value of a definite path, or the list of what an indefinite one finds; undefined for nothing.
 * @param args The values of the arguments, where there are some.
 */
export type NodeFunction = (found: unknown, args: readonly unknown[]) => unknown;

/** How many characters, elements or entries a value has. */
export function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string") return isAscii(value) ? value.length : [...value].length;
  if (Array.isArray(value)) return value.length;
  return value !== null && typeof value === "object" && !(value instanceof LongDecimal)
    ? Object.keys(value).length
    : undefined;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xd7ff) return false;
  return true;
}

/** The numbers of a list and of arguments, lists among them taken apart; what is no number is left out. */
function numbersOf(found: unknown, args: readonly unknown[]): number[] {
  const out: number[] = [];
  const add = (value: unknown) => {
    if (typeof value === "number") out.push(value);
    else if (typeof value === "bigint" || value instanceof LongDecimal) out.push(Number(value));
    else if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) {
      out.push(Number(value));
    }
  };
  if (Array.isArray(found)) { for (const one of found.flat(1)) add(one); }
  for (const value of args) {
    if (Array.isArray(value)) { for (const one of value.flat(1)) add(one); }
    else add(value);
  }
  return out;
}

/** A function over numbers; of no number at all it is null. */
function over(calculate: (numbers: readonly number[]) => number): NodeFunction {
  return (found, args) => {
    const numbers = numbersOf(found, args);
    return numbers.length === 0 ? null : calculate(numbers);
  };
}

/**
 * Adds numbers so that what a person adds by hand comes out: 0.1 + 0.2 is 0.3 (Neumaier's sum, then the digits the
 * numbers themselves have).
 */
function add(numbers: readonly number[]): number {
  let sum = 0, rest = 0;
  for (const number of numbers) {
    const next = sum + number;
    rest += Math.abs(sum) >= Math.abs(number) ? sum - next + number : number - next + sum;
    sum = next;
  }
  const total = sum + rest;
  return Number.isInteger(total) || !Number.isFinite(total) ? total : Number(total.toPrecision(15));
}

const mean = (numbers: readonly number[]) => add(numbers) / numbers.length;

/** The value a function is asked about: its only argument, else what the path has found. */
function subject(found: unknown, args: readonly unknown[]): unknown {
  return args.length > 0 ? args[0] : found;
}

/** The functions that stand behind a path: `$.rows[*].price.sum()`. */
export const NODE_FUNCTIONS: ReadonlyMap<string, NodeFunction> = new Map<string, NodeFunction>([
  ["length", (found, args) => lengthOf(subject(found, args))],
  ["size", (found, args) => lengthOf(subject(found, args))],
  ["count", (found, args) => lengthOf(subject(found, args))],
  ["keys", (found, args) => {
    const value = subject(found, args);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.keys(value)
      : undefined;
  }],
  ["sum", over(add)],
  ["min", over((numbers) => numbers.reduce((a, b) => Math.min(a, b)))],
  ["max", over((numbers) => numbers.reduce((a, b) => Math.max(a, b)))],
  ["avg", over(mean)],
  [
    "stddev",
    over((numbers) => {
      const middle = mean(numbers);
      return Math.sqrt(mean(numbers.map((number) => (number - middle) ** 2)));
    }),
  ],
  ["first", (found, args) => listOf(subject(found, args))?.[0]],
  ["last", (found, args) => listOf(subject(found, args))?.at(-1)],
  ["index", (found, [at]) => typeof at === "number" ? listOf(found)?.at(at) : undefined],
  ["concat", (found, args) => {
    const parts = [...Array.isArray(found) ? found : [], ...args.flat(1)];
    return parts.filter((part) => part !== null && (typeof part !== "object" || part instanceof LongDecimal))
      .map(String).join("");
  }],
  ["append", (found, args) => Array.isArray(found) ? [...found, ...args] : undefined],
]);

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
