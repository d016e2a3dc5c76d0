/**
 * Why a path found nothing: where it stopped, and what is there instead.
 *
 * @module
 */
import { LongDecimal } from "../../data/long_decimal.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import { comparedNames } from "./filter_names.ts";
import { MAX_VISITS, type Run } from "./read.ts";
import { compileSegment } from "./run.ts";
import type { PathStep, Segment, Selector } from "./syntax.ts";

const MAX_NAMES = 8;
const MAX_NAME = 40;
/** A longer list is not looked through. */
const MAX_ELEMENTS = 1000;

/** A key of an answer, fit to be printed. */
function shown(key: string): string {
  const short = key.length > MAX_NAME ? `${key.slice(0, MAX_NAME)}…` : key;
  return /^[\w $@:.-]+$/.test(short) ? short : JSON.stringify(short).slice(1, -1);
}

/**
 * What a value has, in a few words: its fields, how many elements, its type.
 *
 * @param value The value.
 */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "is null";
  if (Array.isArray(value)) {
    return value.length === 0
      ? "is an empty list"
      : `is a list of ${value.length} element${value.length === 1 ? "" : "s"}`;
  }
  if (typeof value === "bigint" || value instanceof LongDecimal) return "is a number";
  if (typeof value !== "object") return `is a ${typeof value}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return "is an empty object";
  const more = keys.length > MAX_NAMES ? ` and ${keys.length - MAX_NAMES} more` : "";
  return `has ${keys.slice(0, MAX_NAMES).map(shown).join(", ")}${more}`;
}

/**
 * What to write instead of a name that an object does not have.
 *
 * @param name What was looked for.
 * @param value Where.
 */
export function suggest(name: string, value: unknown): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "";
  const near = nearest(name, Object.keys(value).slice(0, 1000));
  return near === undefined ? "" : `; did you mean ${shown(near)}?`;
}

/** Whether a selector choosing nothing is an answer like any other: nothing fits a filter, a list is short. */
function mayFindNothing(selector: Selector, node: unknown): boolean {
  if (selector.kind === "filter" || selector.kind === "slice") {
    return node !== null && typeof node === "object";
  }
  return selector.kind === "wildcard" && node !== null && typeof node === "object";
}

/**
 * Says why a path finds nothing in a node.
 *
 * @param text The path as it was read.
 * @param steps Its steps.
 * @param node Where it was looked for.
 * @param whole What to call the node itself, such as `the answer`.
 * @returns A sentence without an end; undefined where finding nothing is no surprise: a filter that nothing fits.
 */
export function explainMissing(
  text: string,
  steps: readonly PathStep[],
  node: unknown,
  whole: string,
): string | undefined {
  const run: Run = { root: node, left: MAX_VISITS, found: undefined };
  let nodes: readonly unknown[] = [node];
  for (const step of steps) {
    if (step.kind === "call") return undefined;
    const next = compileSegment(step, false)(nodes, run);
    if (next.length > 0) {
      nodes = next;
      continue;
    }
    const first = nodes[0];
    const unknown = unknownField(step, first);
    if (unknown !== undefined) {
      return `no element of ${step.start <= 1 ? whole : text.slice(0, step.start)} ${unknown}`;
    }
    if (step.selectors.some((selector) => mayFindNothing(selector, first))) return undefined;
    return sentence(text.slice(0, step.start), step, first, whole);
  }
  return undefined;
}

/** What a filter compares and no element of a list has; undefined where some of them has each. */
function unknownField({ selectors, descendant }: Segment, node: unknown): string | undefined {
  const selector = selectors[0]!;
  if (descendant || selectors.length !== 1 || selector.kind !== "filter" || !Array.isArray(node)) {
    return undefined;
  }
  const elements = node.slice(0, MAX_ELEMENTS).filter((element) =>
    element !== null && typeof element === "object"
  );
  if (elements.length === 0 || node.length > MAX_ELEMENTS) return undefined;
  for (const name of comparedNames(selector.test)) {
    if (elements.some((element) => Object.hasOwn(element, name))) continue;
    return `has ${shown(name)}, which the filter compares: the first ${describeValue(elements[0])}${
      suggest(name, elements[0])
    }`;
  }
  return undefined;
}

function sentence(before: string, step: Segment, node: unknown, whole: string): string {
  const place = before === "$" ? whole : before, selector = step.selectors[0]!;
  if (step.descendant) {
    return selector.kind === "name"
      ? `nothing in ${place} is called ${shown(selector.name)}`
      : `${place} ${describeValue(node)}`;
  }
  const hint = selector.kind === "name" ? suggest(selector.name, node) : "";
  const isObject = node !== null && typeof node === "object" && !Array.isArray(node);
  if (selector.kind === "name" && isObject) {
    return `${place} has no ${shown(selector.name)}: it ${describeValue(node)}${hint}`;
  }
  if (selector.kind === "index" && Array.isArray(node)) {
    return `${place} ${describeValue(node)}, so it has no [${selector.index}]`;
  }
  return `${place} ${describeValue(node)}`;
}
