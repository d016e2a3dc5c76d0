/**
 * Expressions that a backtracking engine tries in time that grows with the text alone, proved so by their form.
 *
 * @module
 */
import type { CharacterSet, Node } from "./syntax.ts";

/** A repetition of at most so many characters is tried again from every place of a text at little cost. */
const FEW = 64;

interface Item {
  readonly set: CharacterSet;
  readonly min: number;
  readonly max: number;
}

/** A sequence of sets, each perhaps repeated; undefined where it is anything else. */
function itemsOf(node: Node): { readonly items: readonly Item[]; readonly anchored: boolean } | undefined {
  const parts = node.kind === "sequence" ? node.items : [node], items: Item[] = [];
  let anchored = false;
  for (const [i, part] of parts.entries()) {
    if (part.kind === "place") {
      if (part.place === "start" && i === 0) anchored = true;
      else if (part.place !== "end" || i !== parts.length - 1) return undefined;
    } else if (part.kind === "set") items.push({ set: part, min: 1, max: 1 });
    else if (part.kind === "repeat" && part.item.kind === "set") {
      items.push({ set: part.item, min: part.min, max: part.max });
    } else return undefined;
  }
  return { items, anchored };
}

function areDisjoint(a: CharacterSet, b: CharacterSet): boolean {
  if (a.beyondAscii && b.beyondAscii) return false;
  for (let code = 0; code < 128; code++) if (a.has(code) && b.has(code)) return false;
  return true;
}

/**
 * Whether an expression is proved to be tried in linear time: a sequence of sets, in which what ends a repetition can
 * never be part of it, so that nothing that was given back is ever taken by something else; anchored at the beginning
 * where it repeats much, so that it is not tried from every place.
 *
 * @param node The expression.
 * @param flags Its flags.
 */
export function isLinear(node: Node, flags: string): boolean {
  const read = itemsOf(node);
  if (!read || flags.includes("m")) return false;
  const { items, anchored } = read;
  if (!anchored && items.reduce((sum, { max }) => sum + max, 0) > FEW) return false;
  return items.every(({ set, min, max }, i) => {
    if (min === max) return true;
    for (const after of items.slice(i + 1)) {
      if (!areDisjoint(set, after.set)) return false;
      if (after.min > 0) break;
    }
    return true;
  });
}
