/**
 * HTML answers: the tables of the page, `{ "tables": [[row, …], …] }`, each row an object keyed by the names of the columns.
 *
 * @module
 */
import { compile, selectAll } from "css-select";
import { badSchema } from "../bad_response.ts";
import { Budget } from "../budget.ts";
import { readTable } from "./table.ts";
import { parsePage } from "./page.ts";
import { type HtmlNode, isTag, walk } from "./text.ts";

type Select = (node: HtmlNode) => boolean;
const selectors = new Map<string, Select>();

/**
 * Reads the tables of a page. A table without any cell is left out; a table inside a cell stands beside the one it is in.
 *
 * @param text The page.
 * @param selector A CSS selector: only tables it matches, and tables inside what it matches, are read.
 * @param budget What may be made of the page.
 * @throws {CallError} `misconfigured` for a selector that is none, `bad_response` for elements nested without end.
 */
export function decodeHtml(
  text: string,
  selector: string | undefined,
  budget: Budget = new Budget("HTML"),
): { tables: Record<string, string>[][] } {
  const page = parsePage(text);
  const roots = selector === undefined || selector.trim() === ""
    ? [page]
    : selectAll<HtmlNode, HtmlNode>(compiled(selector), page);
  const tables = new Set<HtmlNode>(), seen = new Set<HtmlNode>();
  for (const root of roots) {
    for (const node of walk(root)) {
      // Of roots that stand in one another each node is looked at once.
      if (seen.has(node)) continue;
      seen.add(node);
      budget.spend(1);
      if (isTag(node, "table")) tables.add(node);
    }
  }
  return {
    tables: [...tables].map((table) => readTable(table, budget)).filter((rows) => rows !== undefined),
  };
}

function compiled(selector: string): Select {
  let select = selectors.get(selector);
  if (!select) {
    try {
      select = compile<HtmlNode, HtmlNode>(selector) as Select;
    } catch (cause) {
      throw badSchema(
        `outputSchema ${JSON.stringify(selector)} is not a CSS selector`,
        "write a selector such as table.prices or #results",
        { cause },
      );
    }
    selectors.set(selector, select);
  }
  return select;
}
