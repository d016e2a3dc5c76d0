/**
 * Syntax errors: what a person did, where the parser only says at which character it gave up.
 *
 * The parser stops where nothing fits any more, which is often lines behind the slip. The text around that place is
 * looked at for the slips that people make; where none is found the parser's own words stand.
 *
 * @module
 */
import type { TextRange } from "../diagnostics/location.ts";

/** A syntax error, explained. */
export interface Slip {
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** Where the author must look. */
  readonly at: TextRange;
  /** What to do about it. */
  readonly fix: string;
}

/** What the parser says, and what to do about it, where the text tells nothing more. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [/\btabs?\b/i, "indent with spaces, not tabs"],
  [/indent/i, "line the key up with its siblings"],
  [/end of the stream|unexpected end|unterminated/i, "close the quote or bracket that is still open"],
  [/comma/i, "put a comma between the entries"],
  [/escape|hexadecimal/i, "double the backslash, or write the text in single quotes"],
  [/depth|nest/i, "nest less deeply"],
];

interface Line {
  readonly start: number;
  readonly text: string;
}

function lineAt(text: string, position: number): Line {
  const start = position === 0 ? 0 : text.lastIndexOf("\n", position - 1) + 1,
    end = text.indexOf("\n", start);
  return { start, text: text.slice(start, end < 0 ? text.length : end).replace(/\r$/, "") };
}

/** The line before another that is neither empty nor a comment. */
function lineBefore(text: string, line: Line): Line | undefined {
  for (let start = line.start; start > 0;) {
    const before = lineAt(text, start - 1);
    if (!/^\s*(#|$)/.test(before.text)) return before;
    start = before.start;
  }
  return undefined;
}

/** A quote or bracket that is open at the end of a text. */
interface Opened {
  readonly sign: string;
  readonly at: number;
}

/** Where a node can begin, and so a quote opens one: behind an indicator and spaces, or first in its line. */
const BEGINS = /(?:^|[:,\-?[{]\s|[[{,])\s*$/;

function begins(line: string, at: number): boolean {
  return BEGINS.test(at < 40 ? line.slice(0, at) : `x${line.slice(at - 40, at)}`);
}

/** The innermost quote or bracket that is open at a position; block scalars and comments are passed over. */
function openAt(text: string, position: number): Opened | undefined {
  const open: Opened[] = [];
  let block: number | undefined, quote: Opened | undefined;
  for (let start = 0; start < position;) {
    const next = text.indexOf("\n", start), end = next < 0 ? text.length : next;
    const line = text.slice(start, end), indent = /^[ ]*/.exec(line)![0].length;
    if (block !== undefined && line.trim() !== "" && indent <= block) block = undefined;
    for (let i = 0; block === undefined && i < line.length && start + i < position; i++) {
      const c = line[i]!;
      if (quote) {
        if (c === "\\" && quote.sign === '"') i++;
        else if (c === quote.sign) {
          if (c === "'" && line[i + 1] === "'") i++;
          else quote = undefined;
        }
      } else if (c === "#" && (i === 0 || /\s/.test(line[i - 1]!))) break;
      else if ((c === '"' || c === "'") && begins(line, i)) quote = { sign: c, at: start + i };
      else if ((c === "[" || c === "{") && (open.length > 0 || begins(line, i))) {
        open.push({ sign: c, at: start + i });
      } else if (c === "]" || c === "}") open.pop();
    }
    if (
      block === undefined && !quote && open.length === 0 && /(^|[:\-]\s+)[|>][+\-\d]*\s*(#.*)?$/.test(line)
    ) {
      block = indent;
    }
    start = end + 1;
  }
  return quote ?? open.at(-1);
}

/** A line as key and value, list dashes passed over. */
function entryOf(line: Line): { key: string; value: string; at: number } | undefined {
  const found = /^(\s*(?:- +)*)([^\s:#'"[{][^:#]*?|"[^"]*"|'[^']*')(\s*:\s+)(\S.*)$/.exec(line.text);
  if (!found) return undefined;
  const [, lead, key, colon, value] = found as unknown as [string, string, string, string, string];
  return { key, value: value.trimEnd(), at: line.start + lead.length + key.length + colon.length };
}

/** A value that YAML reads as something other than the text its author meant. */
function unquoted(line: Line): Slip | undefined {
  const entry = entryOf(line);
  if (!entry) return undefined;
  const { key, value, at } = entry, all: TextRange = [at, at + value.length], first = value[0]!;
  if (first === "@" || first === "`" || first === "%") {
    return {
      message: `a value cannot begin with ${first}`,
      at: all,
      fix: `put the value of ${key} in quotes`,
    };
  }
  if (/^\{\{.*\}\}\s*[^\s,\]}#]/.test(value)) {
    return {
      message: "a value that begins with {{ has to be quoted: a brace opens a mapping",
      at: all,
      fix: `put the value of ${key} in quotes`,
    };
  }
  if (/^[*&!]\S*\s+\S/.test(value)) {
    return {
      message: `a value that begins with ${first} is ${
        first === "*" ? "an alias" : first === "&" ? "an anchor" : "a tag"
      }, not text`,
      at: all,
      fix: `put the value of ${key} in quotes`,
    };
  }
  if (first === "'" || first === '"') {
    const closing = first === "'" ? /^'(?:[^']|'')*'/.exec(value) : /^"(?:[^"\\]|\\.)*"/.exec(value);
    const rest = closing ? value.slice(closing[0].length) : "";
    if (!closing || !/^\s*[^\s#,\]}]/.test(rest)) return undefined;
    const end = at + closing[0].length;
    return {
      message: `the text continues after its closing ${first}`,
      at: [end - 1, end],
      fix: first === "'"
        ? "write '' for an apostrophe inside single quotes, or use double quotes"
        : 'write \\" for a quote inside double quotes, or use single quotes',
    };
  }
  const colon = /:(\s|$)/.exec(value);
  if (colon && !/^[[{|>]/.test(value)) {
    return {
      message: `the value of ${key} holds a colon followed by a space, so it looks like another key`,
      at: [at + colon.index, at + colon.index + 1],
      fix: `put the value of ${key} in quotes`,
    };
  }
  return undefined;
}

/** A key whose colon has no space behind it, so that it is one word. */
function unspaced(line: Line | undefined): Slip | undefined {
  const found = line && /^(\s*(?:- +)*)([A-Za-z][\w-]*)(:)(?!\/\/)[^\s:]/.exec(line.text);
  if (!found || /:\s/.test(line.text)) return undefined;
  const at = line.start + found[1]!.length + found[2]!.length;
  return {
    message: `there is no space after the colon of ${found[2]}, so it is not a key`,
    at: [at, at + 1],
    fix: "put a space after the colon",
  };
}

const plural = (count: number) => `${count} ${count === 1 ? "space" : "spaces"}`;

/** A line whose indentation is none of those its surroundings have. */
function misaligned(text: string, line: Line): Slip | undefined {
  const indent = /^[ ]*/.exec(line.text)![0].length;
  if (line.text.trim() === "") return undefined;
  // Keys line up with keys, and entries of lists with entries.
  const keys: number[] = [], entries: number[] = [];
  let least = Infinity;
  for (let before = lineBefore(text, line); before; before = lineBefore(text, before)) {
    const depth = /^[ ]*/.exec(before.text)![0].length, dashes = /^ *((?:- +)+)/.exec(before.text);
    if (depth < least) {
      (/^-(\s|$)/.test(before.text.trim()) ? entries : keys).push(depth);
      least = depth;
    }
    if (dashes && !keys.includes(dashes[0].length)) keys.push(dashes[0].length);
    if (depth === 0) break;
  }
  const all = [...keys, ...entries];
  if (all.length === 0 || all.includes(indent)) return undefined;
  const alike = /^-(\s|$)/.test(line.text.trim()) ? entries : keys, levels = alike.length > 0 ? alike : all;
  const near = levels.sort((a, b) => Math.abs(a - indent) - Math.abs(b - indent) || b - a)[0]!;
  return {
    message: `this line is indented by ${plural(indent)}, and nothing above it is`,
    at: [line.start + indent, line.start + line.text.trimEnd().length],
    fix: `line it up with its siblings, at ${plural(near)}, or quote the value above it`,
  };
}

/** A list entry among keys, or a key among list entries. */
function mixed(text: string, line: Line): Slip | undefined {
  const indentOf = (each: Line) => /^[ ]*/.exec(each.text)![0].length;
  const isEntry = (each: Line) => /^\s*-(\s|$)/.test(each.text), indent = indentOf(line);
  let before = lineBefore(text, line);
  while (before && indentOf(before) > indent) before = lineBefore(text, before);
  if (!before || indentOf(before) !== indent || isEntry(before) === isEntry(line)) return undefined;
  const at: TextRange = [line.start + indent, line.start + line.text.trimEnd().length];
  return isEntry(line)
    ? {
      message: "a list entry is among keys",
      at,
      fix: "indent it under the key it belongs to, or take the dash away",
    }
    : {
      message: "a key is among list entries",
      at,
      fix: "indent it under the entry it belongs to, or begin it with a dash",
    };
}

/** A line that should be a key and its value, and has no colon. */
function colonless(line: Line | undefined): Slip | undefined {
  const found = line && /^(\s*)([^\s:#\-?&*!|>%@`'"[{][^:#]*)$/.exec(line.text);
  if (!found) return undefined;
  const at = line.start + found[1]!.length;
  return {
    message: "there is no colon in this line, so it is not a key",
    at: [at, at + found[2]!.trimEnd().length],
    fix: "write it as key: value, or indent it under the text that it continues",
  };
}

/** A bracket that closes nothing. */
function overclosed(text: string, position: number): Slip | undefined {
  for (const at of [position, position - 1]) {
    const sign = text[at];
    if ((sign !== "}" && sign !== "]") || openAt(text, at)) continue;
    return { message: `the ${sign} here closes nothing`, at: [at, at + 1], fix: `remove the ${sign}` };
  }
  return undefined;
}

/** A character that no YAML text may hold. */
function unprintable(text: string, position: number): Slip | undefined {
  for (let at = position; at >= 0 && at >= position - 1; at--) {
    const code = text.codePointAt(at);
    // Tab and the line breaks are allowed; letters are not looked for.
    if (code === undefined || code > 0x9f || (code >= 0x20 && code < 0x7f) || [9, 10, 13].includes(code)) {
      continue;
    }
    return {
      message: `the character U+${code.toString(16).toUpperCase().padStart(4, "0")} is not allowed in YAML`,
      at: [at, at + 1],
      fix: "remove it, or write it as an escape in double quotes",
    };
  }
  return undefined;
}

/**
 * Explains a syntax error.
 *
 * @param text The whole text.
 * @param position Where the parser stopped.
 * @param reason What the parser says.
 */
export function explainSyntax(text: string, position: number, reason: string): Slip {
  const line = lineAt(text, position);
  const found = (/tab char/i.test(reason) ? undefined : search(text, position, reason, line)) ??
    {
      message: reason,
      at: [position, position] as const,
      fix: FIXES.find(([pattern]) => pattern.test(reason))?.[1] ?? "correct the YAML at this place",
    };
  return { ...found, message: `this is not valid YAML: ${found.message}` };
}

function search(text: string, position: number, reason: string, line: Line): Slip | undefined {
  if (/printable|null byte|character/i.test(reason)) {
    const slip = unprintable(text, position);
    if (slip) return slip;
  }
  if (/escape|hexadecimal|depth|nest/i.test(reason)) return undefined;
  const before = lineBefore(text, line);
  const slip = unquoted(line) ?? unspaced(before);
  if (slip) return slip;
  const opened = openAt(text, position);
  if (opened && /deficient|end of the|unexpected|flow|closing|missing|expected/i.test(reason)) {
    const quote = opened.sign === '"' || opened.sign === "'";
    const sign = text[position];
    if (!quote && (sign === "}" || sign === "]") && /deficient/.test(reason)) {
      return {
        message: `the ${sign} is not further right than the line it belongs to`,
        at: [position, position + 1],
        fix: `put one more space before the ${sign}`,
      };
    }
    if (!quote && openAt(text, line.start + line.text.length)?.at !== opened.at) {
      return {
        message: `the entries of the ${opened.sign} are not separated here`,
        at: [position, position],
        fix: "put a comma between the entries, or quotes around a text that holds signs",
      };
    }
    return {
      message: `the ${opened.sign} ${quote ? "of a text" : "here"} is never closed`,
      at: [opened.at, opened.at + 1],
      fix: quote
        ? `put ${opened.sign} at the end of the text`
        : `put ${opened.sign === "[" ? "]" : "}"} at the end, or a comma between the entries`,
    };
  }
  return overclosed(text, position) ?? (before && unquoted(before)) ?? mixed(text, line) ??
    misaligned(text, line) ?? colonless(before);
}
