/**
 * Markdown answers: `{ frontMatter, tables: [[row, …], …], sections: [{ heading, level, content }, …] }`.
 *
 * @module
 */
import type { Token, Tokens } from "marked";
import { Budget } from "../budget.ts";
import { setEntry } from "../entry.ts";
import { blocksOf } from "./lexer.ts";
import { decodeYaml } from "../yaml.ts";

interface Section {
  readonly heading: string;
  readonly level: number;
  content: string;
}

const FRONT_MATTER = /^---[ \t]*\r?\n/;

/**
 * Reads Markdown (GitHub flavour). The content of a section is its text without markup, one line per block; tables
 * stand apart, and code blocks are no text.
 *
 * @param text The document.
 * @param prefix Only sections whose heading begins so.
 * @param budget What may be made of it.
 * @throws {CallError} `bad_response` for front matter that is no YAML, and for markup nested without end.
 */
export function decodeMarkdown(
  text: string,
  prefix: string | undefined,
  budget: Budget = new Budget("Markdown"),
): unknown {
  const { frontMatter, body } = splitFrontMatter(text, budget);
  const tables: Record<string, string>[][] = [], sections: Section[] = [];
  let section: Section | undefined;
  for (const token of blocksOf(body, budget)) {
    if (token.type === "heading") {
      section = { heading: tokenText(token), level: (token as Tokens.Heading).depth, content: "" };
      sections.push(section);
    } else if (token.type === "table") tables.push(readTable(token as Tokens.Table, budget));
    else if (section) {
      const content = tokenText(token).trim();
      if (content !== "") section.content += (section.content === "" ? "" : "\n") + content;
    }
  }
  const wanted = prefix === undefined
    ? sections
    : sections.filter((s) => s.heading.startsWith(prefix.trim()));
  return { frontMatter, tables, sections: wanted };
}

function splitFrontMatter(text: string, budget: Budget): { frontMatter: unknown; body: string } {
  const start = FRONT_MATTER.exec(text)?.[0].length;
  if (start === undefined) return { frontMatter: {}, body: text };
  const found = /^(?:---|\.\.\.)[ \t]{0,100}\r?$/m.exec(text.slice(start));
  // A rule at the top of a page, not front matter.
  if (!found) return { frontMatter: {}, body: text };
  const at = start + found.index;
  return {
    frontMatter: decodeYaml(text.slice(start, at), budget) ?? {},
    body: text.slice(at + found[0].length),
  };
}

function readTable(table: Tokens.Table, budget: Budget): Record<string, string>[] {
  const columns = table.header.map((cell) => plainOf(cell.tokens).trim());
  for (const column of new Set(columns.filter((column, i) => columns.indexOf(column) !== i))) {
    budget.note(`several columns are called ${JSON.stringify(column)}; the last of them is kept`);
  }
  return table.rows.map((row) => {
    const record: Record<string, string> = {};
    columns.forEach((column, i) => setEntry(record, column, plainOf(row[i]?.tokens ?? []).trim()));
    return record;
  });
}

function tokenText(token: Token): string {
  switch (token.type) {
    case "list":
      return (token as Tokens.List).items.map(tokenText).join("");
    case "code":
    case "html":
    case "space":
    case "hr":
    case "def":
    case "table":
    case "checkbox":
      return "";
    case "br":
      return "\n";
  }
  if ("tokens" in token && token.tokens) return plainOf(token.tokens);
  return "text" in token && typeof token.text === "string"
    ? unescapeEntities(token.text).replace(/(?<!\s)\s*\n\s*/g, " ")
    : "";
}

function plainOf(tokens: readonly Token[]): string {
  return tokens.map(tokenText).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  nbsp: " ",
};

function unescapeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!);
}
