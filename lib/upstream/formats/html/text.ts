/**
 * Walking a parsed page without recursion, and the text a reader would see in a part of it.
 *
 * @module
 */

import type { Budget } from "../budget.ts";

/** A node of a parsed page, as far as this room looks. */
export interface HtmlNode {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly HtmlNode[];
}

/** Whether a node is an element of a name. */
export function isTag(node: HtmlNode, name: string): boolean {
  return node.name === name;
}

/**
 * A node and what is in it, in document order.
 *
 * @param root Where to begin.
 * @param closed Nodes below the root that are not entered.
 */
export function* walk(root: HtmlNode, closed?: (node: HtmlNode) => boolean): Generator<HtmlNode> {
  const stack: HtmlNode[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node;
    if (node !== root && closed?.(node)) continue;
    const children = node.children ?? [];
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]!);
  }
}

/** Elements whose text runs on with the text around them. */
const INLINE = new Set(
  ("a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub sup time tt u var")
    .split(" "),
);
const UNSEEN = new Set(["script", "style", "template", "noscript"]);

/**
 * The text of a node, white space made single; words of separate blocks stay apart. What stands in a table inside it is
 * that table's: a page of tables in tables would be read once for each of them.
 *
 * @param node The node.
 * @param budget What may be made of the page.
 */
export function htmlText(node: HtmlNode, budget: Budget): string {
  const stack: (HtmlNode | " ")[] = [node];
  let text = "";
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    budget.spend(1);
    if (part === " ") text += " ";
    else if (part.type === "text") text += part.data ?? "";
    else if (part.name === undefined || !UNSEEN.has(part.name) && part.name !== "table") {
      const block = part.name !== undefined && !INLINE.has(part.name);
      if (block) {
        text += " ";
        stack.push(" ");
      }
      const children = part.children ?? [];
      for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]!);
    }
  }
  return text.replace(/\s+/g, " ").trim();
}
