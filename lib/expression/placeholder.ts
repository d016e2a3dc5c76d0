/**
 * The grammar of placeholders: what may stand between braces, and what it means there (semantics §2).
 *
 * ```
 * placeholder = "{{" reference "}}" | "{{{" reference "}}}"       in paths "{" reference "}" too
 * reference   = "$env." NAME | "$this." namespace "." name [ inside ] | [ "$." ] name [ inside ]
 * name        = letters, digits and _ $ : . -
 * inside      = what follows the name of a step or an argument in JSONPath: .a[0]['b c'][*]
 * ```
 *
 * @module
 */
import { letterTest } from "../data/letters.ts";

/** A placeholder of a text. */
export interface Placeholder {
  /** The text between the braces, trimmed. */
  readonly expression: string;
  /** Offset of the first brace. */
  readonly start: number;
  /** Offset after the last brace. */
  readonly end: number;
}

const DOUBLE = /\{\{\{\s*([^{}]*?)\s*\}\}\}|\{\{\s*([^{}]*?)\s*\}\}/g;
const EITHER = /\{\{\s*([^{}]+?)\s*\}\}|\{([^{}]+?)\}/g;
const ENVIRONMENT = /^\$env\.([A-Za-z_][A-Za-z0-9_]*)$/;
/** What loops of other template languages give; a name may begin with @ all the same, as in OData. */
const HELPER = /^@(?:index|key|first|last|root|partial-block)\b/;
const isName = letterTest(/^[A-Za-z0-9_$@][A-Za-z0-9_$:.-]*$/, () => /^[\p{L}\p{N}_$@][\p{L}\p{N}_$:.-]*$/u);

/** Every `{{ }}` of a text. Braces around nothing are text. */
export function placeholdersOf(text: string): Placeholder[] {
  if (!text.includes("{{")) return [];
  const out: Placeholder[] = [];
  for (const match of text.matchAll(DOUBLE)) {
    const expression = match[1] ?? match[2]!;
    if (expression !== "") out.push({ expression, start: match.index, end: match.index + match[0].length });
  }
  return out;
}

/** A piece of a path: literal text or the word between single or double braces. */
export type PathPiece = string | { readonly word: string };

/** Splits a path into literal text and `{x}` or `{{x}}` placeholders. */
export function pathPieces(path: string): PathPiece[] {
  const out: PathPiece[] = [];
  let from = 0;
  for (const m of path.matchAll(EITHER)) {
    if (m.index > from) out.push(path.slice(from, m.index));
    out.push({ word: (m[1] ?? m[2])!.trim() });
    from = m.index + m[0].length;
  }
  if (from < path.length) out.push(path.slice(from));
  return out;
}

/** The variable a bare `$env.NAME` names, if a text is one. */
export function environmentWord(text: string): string | undefined {
  return ENVIRONMENT.exec(text.trim())?.[1];
}

/**
 * The first placeholder of a text that opens and is never closed.
 *
 * @param text The author's text.
 * @param inPath Single braces open one too.
 * @returns What stands there, from its braces on; undefined where all are closed.
 */
export function unclosedPlaceholder(text: string, inPath = false): string | undefined {
  if (inPath) {
    let depth = 0, first = 0;
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "{" && depth++ === 0) first = i;
      else if (text[i] === "}" && depth > 0) depth--;
    }
    return depth === 0 ? undefined : text.slice(first, first + 40);
  }
  if (!text.includes("{{")) return undefined;
  const rest = text.replace(DOUBLE, (found) => " ".repeat(found.length));
  if (!rest.includes("{{")) return undefined;
  const at = rest.search(/\{\{\s*[\p{L}_$]/u);
  return at < 0 ? undefined : text.slice(at, at + 40);
}

/** The head of a reference: the name a step or an argument could have, and what follows it. */
export function splitReference(text: string): { readonly head: string; readonly rest: string } {
  const head = /^[^.[\]]+/.exec(text)?.[0] ?? "";
  return { head, rest: text.slice(head.length) };
}

/** What is wrong with an expression, and what to write instead. */
export interface Complaint {
  readonly message: string;
  readonly fix: string;
}

/** Words that people put before the names of steps and inputs; here those are named by their names alone. */
const NEEDLESS: ReadonlySet<string> = new Set([
  ...["steps", "step", "outputs", "context", "inputs", "input", "args", "arguments", "params", "parameters"],
  ...["inputParameters", "this"],
]);

/**
 * What an expression says that the grammar does not have.
 *
 * @param text The text between the braces, which is the name of nothing that is known.
 * @param isKnown Whether an input or a step has a name.
 * @returns Undefined where it could be the name of an input.
 */
export function complaintOf(text: string, isKnown: (name: string) => boolean): Complaint | undefined {
  const shown = `{{${text}}}`;
  if (text.includes("|")) {
    const head = text.split("|")[0]!.trim();
    return {
      message: `${shown} uses a filter, and filters are not part of templates`,
      fix: `write {{${head}}}; a script step can change the value`,
    };
  }
  if (/^[&~=%?*+]/.test(text) || /^\.\w/.test(text) || HELPER.test(text)) {
    const bare = text.replace(/^[&~=%?*+.@\s]+/, "");
    return { message: `${shown} is not part of templates`, fix: `write {{${bare}}}` };
  }
  if (/[()]/.test(text) && !text.includes("[?")) {
    return {
      message: `${shown} calls a function, and functions are not part of templates`,
      fix: "use a script step to calculate the value",
    };
  }
  const { head, rest } = splitReference(text), tail = rest.slice(1);
  if (NEEDLESS.has(head) && rest.startsWith(".") && !isKnown(head)) {
    return {
      message: `${shown} begins with ${head}, and steps and inputs are named by their names alone`,
      fix: isKnown(splitReference(tail).head) || isKnown(tail)
        ? `did you mean {{${tail}}}?`
        : `write {{${tail}}}, with a name that the tool has`,
    };
  }
  if (text.startsWith("$.") || text.startsWith("$[")) {
    return {
      message: `${shown} names no step`,
      fix: isKnown(splitReference(text.slice(2)).head)
        ? `write {{${text.slice(2)}}}`
        : "begin with the name of a step",
    };
  }
  if (isName(rest.includes("[") ? head : text)) return undefined;
  return {
    message: `${shown} is not a reference: a template holds the name of one input, step or variable`,
    fix: "write {{name}} for each value; a script step can calculate",
  };
}
