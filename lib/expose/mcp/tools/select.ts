/**
 * Selecting tools: which of many a server offers, as its operator says (`--only`, `--without`).
 *
 * @module
 */
import type { McpTool } from "../../../../schemas/mod.ts";
import type { Flow } from "../../../plan/flow.ts";

/** What of a surface's tools is offered. */
export interface Selection {
  /** Only what one of these selects: a name, a name with `*`, `tag:T`, or `safe`. */
  readonly only?: readonly string[] | undefined;
  /** Nothing that one of these selects. */
  readonly without?: readonly string[] | undefined;
}

/** A tool that can be selected. */
export interface Selectable {
  readonly model: McpTool;
  readonly flow: Flow;
}

type Test = (tool: Selectable) => boolean;

/** The test of one selector. */
function testOf(selector: string): Test {
  if (selector === "safe") return ({ flow }) => flow.semantics.safe === true;
  if (selector.startsWith("tag:")) {
    const tag = selector.slice(4);
    return ({ model, flow }) => model.tags?.includes(tag) === true || flow.tags?.includes(tag) === true;
  }
  if (!selector.includes("*")) return ({ model }) => model.name === selector;
  const pieces = selector.split("*"), first = pieces[0]!, last = pieces.at(-1)!;
  return ({ model: { name } }) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) {
      return false;
    }
    let at = first.length;
    const end = name.length - last.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = name.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** Whether tools are selected at all. */
export function selects({ only = [], without = [] }: Selection): boolean {
  return only.length > 0 || without.length > 0;
}

/**
 * The tools that are offered, in order.
 *
 * @param tools The tools there are.
 * @param selection What the operator says.
 */
export function selected<T extends Selectable>(tools: readonly T[], selection: Selection): readonly T[] {
  if (!selects(selection)) return tools;
  const only = selection.only?.map(testOf) ?? [], without = selection.without?.map(testOf) ?? [];
  return tools.filter((tool) =>
    (only.length === 0 || only.some((test) => test(tool))) && !without.some((test) => test(tool))
  );
}

/** The selectors that select none of the tools: most likely a mistake. */
export function idleSelectors(
  tools: readonly Selectable[],
  { only = [], without = [] }: Selection,
): string[] {
  return [...only, ...without].filter((selector) => {
    const test = testOf(selector);
    return !tools.some(test);
  });
}
