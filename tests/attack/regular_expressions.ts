/**
 * Every regular expression that is written in the sources, found in their text, and texts made to take each for long.
 *
 * @module
 */
import { parsePattern } from "../../lib/data/pattern/parse.ts";
import type { Node } from "../../lib/data/pattern/syntax.ts";

/** A regular expression of the sources. */
export interface Found {
  /** `path:line`. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

const ROOT = new URL("../../", import.meta.url);

function* filesUnder(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder + "/", ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesUnder(path);
    else if (path.endsWith(".ts") && !path.endsWith("_test.ts")) yield path;
  }
}

/** After these an expression begins, so that a slash opens a pattern. */
const BEFORE_VALUE = /(?:[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|yield|await|void))$/;

/** The regular expressions of one text of TypeScript. Strings, comments and the texts of templates are passed over. */
export function* expressionsIn(text: string): Generator<{ source: string; flags: string; line: number }> {
  /** How deep braces are nested inside each open placeholder of a template. */
  const templates: number[] = [];
  let line = 1, before = "(";
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === "\n") line++;
    if (/\s/.test(c)) continue;
    if (c === "/" && text[at + 1] === "/") {
      at = text.indexOf("\n", at) - 1;
      if (at < 0) return;
      continue;
    }
    if (c === "/" && text[at + 1] === "*") {
      const end = text.indexOf("*/", at) + 1;
      line += text.slice(at, end).split("\n").length - 1;
      at = end;
      continue;
    }
    if (c === '"' || c === "'") {
      for (at++; text[at] !== c; at++) if (text[at] === "\\") at++;
      before = '"';
      continue;
    }
    if (c === "`" || c === "}" && templates.at(-1) === 0) {
      if (c === "}") templates.pop();
      for (at++; text[at] !== "`" && !(text[at] === "$" && text[at + 1] === "{"); at++) {
        if (text[at] === "\n") line++;
        if (text[at] === "\\") at++;
      }
      if (text[at] === "$") {
        at++;
        templates.push(0);
        before = "(";
      } else before = '"';
      continue;
    }
    if (c === "{" && templates.length > 0) templates[templates.length - 1]!++;
    if (c === "}" && templates.length > 0) templates[templates.length - 1]!--;
    if (c === "/" && BEFORE_VALUE.test(before)) {
      const from = ++at;
      for (let inClass = false; inClass || text[at] !== "/"; at++) {
        if (text[at] === "\\") at++;
        else if (text[at] === "[") inClass = true;
        else if (text[at] === "]") inClass = false;
        if (text[at] === "\n") throw new Error(`no pattern ends in line ${line}`);
      }
      const flags = /^[a-z]*/.exec(text.slice(at + 1, at + 10))![0];
      yield { source: text.slice(from, at), flags, line };
      at += flags.length;
      before = '"';
      continue;
    }
    before = (before + c).slice(-12);
    if (!/[\w$]/.test(c)) before = c;
    else if (!/[\w$]/.test(before[0]!)) before = before.replace(/^[^\w$]+/, "");
  }
}

/** Every regular expression of the program. */
export function* allExpressions(): Generator<Found> {
  for (const folder of ["lib", "schemas"]) {
    for (const path of filesUnder(folder)) {
      const text = Deno.readTextFileSync(new URL(path, ROOT));
      for (const { source, flags, line } of expressionsIn(text)) {
        yield { place: `${path}:${line}`, source, flags };
      }
    }
  }
}

/** A character of a set, where it has one that can be typed. */
function memberOf(node: Extract<Node, { kind: "set" }>, other = false): string {
  const order = "aA01 -_.:/=,;\"'<>()[]{}&#@!?*+~|\\\t\n$%^`é日";
  const members = [...order].filter((c) => node.has(c.codePointAt(0)!));
  return (other ? members.at(-1) : members[0]) ?? "a";
}

/** The shortest text of a node. */
function shortest(node: Node): string {
  switch (node.kind) {
    case "set":
      return memberOf(node);
    case "sequence":
      return node.items.map(shortest).join("");
    case "choice":
      return node.items.map(shortest).reduce((a, b) => a.length <= b.length ? a : b);
    case "repeat":
      return shortest(node.item).repeat(node.min);
    default:
      return "";
  }
}

/** Pieces that are repeated, each with what has to stand before it. */
function* pumps(node: Node, before: string): Generator<readonly [before: string, piece: string]> {
  switch (node.kind) {
    case "sequence": {
      let lead = before;
      for (const item of node.items) {
        yield* pumps(item, lead);
        lead += shortest(item);
      }
      break;
    }
    case "choice":
      for (const item of node.items) yield* pumps(item, before);
      break;
    case "repeat": {
      if (node.max > 1) {
        const piece = shortest(node.item) || (node.item.kind === "set" ? memberOf(node.item) : "a");
        yield [before, piece];
        if (node.item.kind === "set") yield [before, memberOf(node.item, true)];
      }
      yield* pumps(node.item, before);
      break;
    }
    case "look":
      yield* pumps(node.item, before);
  }
}

/**
 * Texts made to take an expression for long: what it repeats, repeated, from its beginning and from the middle, ended
 * by what it cannot end with; and the beginning of it again and again.
 *
 * @param found The expression.
 * @param length How long they are.
 */
export function* worstTexts({ source, flags }: Found, length: number): Generator<string> {
  const fill = (piece: string) =>
    piece.repeat(Math.ceil(length / Math.max(1, piece.length))).slice(0, length);
  const seen = new Set<string>();
  let node: Node;
  try {
    node = parsePattern(source, flags.replace("u", "") + "u");
  } catch {
    node = { kind: "sequence", items: [] };
  }
  for (const [before, piece] of pumps(node, "")) {
    for (const [lead, unit] of [[before, piece], ["", before + piece], ["", piece]] as const) {
      const key = `${lead}\0${unit}`;
      if (unit === "" || seen.has(key)) continue;
      seen.add(key);
      for (const end of ["", "\0", "\n!"]) yield lead + fill(unit) + end;
    }
  }
  for (const piece of ["a", " ", "\n", "\t ", "0", "{{", "<", "(", "\\", "/"]) yield fill(piece) + "\0";
}
