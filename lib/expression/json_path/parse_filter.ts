/**
 * Reads the filters of a JSONPath: what is true or false of a node.
 *
 * @module
 */
import { compileRegularExpression } from "../regular_expression.ts";
import { FILTER_FUNCTIONS } from "./functions.ts";
import type { Reader } from "./reader.ts";
import { isDefinite, type Logical, type Operand, type Operator, type Query } from "./syntax.ts";

/** Reads a path that begins with `$` or `@`. */
type ReadQuery = () => Query;

const COMPARISON = /===?|!==?|<=|>=|<|>|=~/y;
const WORD_OPERATOR = /(?:in|nin|subsetof|anyof|noneof|contains|size|empty)\b/iy;
const FUNCTION = /[a-z][a-z0-9_]*(?=\s*\()/iy;
const WORD = /(?:true|false|null)\b/y;
const PATTERN = /\/((?:[^/\\]|\\.)+)\/([a-z]*)/y;

/**
 * Reads a filter, with or without parentheses around it.
 *
 * @param reader Stands behind the `?`.
 * @param query Reads a path.
 * @throws {JsonPathError} When it cannot be read.
 */
export function parseFilter(reader: Reader, query: ReadQuery): Logical {
  reader.blank();
  const test = parseOr(reader, query);
  reader.blank();
  return test;
}

function parseOr(reader: Reader, query: ReadQuery): Logical {
  return parseJoined(
    reader,
    "or",
    "||",
    () => parseJoined(reader, "and", "&&", () => parseBasic(reader, query)),
  );
}

function parseJoined(reader: Reader, kind: "or" | "and", sign: string, part: () => Logical): Logical {
  const parts = [part()];
  for (;;) {
    const before = reader.at;
    reader.blank();
    if (!reader.take(sign)) {
      reader.at = before;
      return parts.length === 1 ? parts[0]! : { kind, parts };
    }
    reader.blank();
    parts.push(part());
  }
}

function parseBasic(reader: Reader, query: ReadQuery): Logical {
  if (reader.sees("!") && !reader.sees("!=")) {
    reader.at++;
    reader.blank();
    return { kind: "not", part: reader.nested(() => parseBasic(reader, query)) };
  }
  if (reader.sees("(")) return parseGroup(reader, query);
  const start = reader.at, left = parseOperand(reader, query);
  return parseRest(reader, query, left, start);
}

function parseGroup(reader: Reader, query: ReadQuery): Logical {
  const start = reader.at;
  reader.at++;
  reader.blank();
  const inner = reader.nested(() => parseOr(reader, query));
  reader.blank();
  if (reader.at >= reader.text.length) {
    throw reader.error("a ( is never closed; it opens", start, "close it with )");
  }
  reader.expect(")", `a ) is expected, not ${JSON.stringify(reader.next)},`);
  return inner;
}

/** What follows an operand: an operator and another operand, or nothing, where it is only asked whether it exists. */
function parseRest(reader: Reader, query: ReadQuery, left: Operand, start: number): Logical {
  const before = reader.at;
  reader.blank();
  const operator = readOperator(reader);
  if (operator === undefined) {
    if ("+-*/%".includes(reader.next) && reader.next !== "") {
      throw reader.error("filters do not calculate", reader.at, "a script step can");
    }
    reader.at = before;
    if (left.kind === "query" || (left.kind === "function" && FILTER_FUNCTIONS.get(left.name)!.logical)) {
      return { kind: "exists", of: left };
    }
    throw reader.error("this value needs something to be compared with", start, "such as @.price < 10");
  }
  reader.blank();
  const right = operator === "empty" && !/[tf]/.test(reader.next)
    ? { kind: "literal", value: true } as const
    : parseOperand(reader, query, operator === "=~");
  checkComparison(reader, operator, [left, right], start);
  return { kind: "compare", operator, left, right };
}

function readOperator(reader: Reader): Operator | undefined {
  const sign = reader.match(COMPARISON);
  if (sign !== undefined) return (sign === "===" ? "==" : sign === "!==" ? "!=" : sign) as Operator;
  if (reader.sees("=")) throw reader.error("= compares nothing", reader.at, "write == to compare");
  return reader.match(WORD_OPERATOR)?.toLowerCase() as Operator | undefined;
}

/** Values are compared one with one, as the RFC has it; the operators on lists take lists. */
function checkComparison(
  reader: Reader,
  operator: Operator,
  operands: readonly Operand[],
  start: number,
): void {
  for (const operand of operands) {
    if (operand.kind === "function" && FILTER_FUNCTIONS.get(operand.name)!.logical) {
      throw reader.error(`${operand.name}() is true or false itself and cannot be compared`, operand.start);
    }
    if (/^[a-z]/.test(operator) || operand.kind !== "query" || isDefinite(operand.steps)) continue;
    throw reader.error(
      `${operator} compares one value, and this path may find several`,
      operand.start,
      "use [?@.list[?@.x == 1]] to ask whether one of them fits, or anyof to compare lists",
    );
  }
  if (operator !== "=~") return;
  const right = operands[1]!;
  if (
    right.kind !== "pattern" && right.kind !== "query" &&
    !(right.kind === "literal" && typeof right.value === "string")
  ) {
    throw reader.error("=~ needs a pattern such as /^a.*/i", start);
  }
}

function parseOperand(reader: Reader, query: ReadQuery, pattern = false): Operand {
  if (reader.sees("$") || reader.sees("@")) return reader.nested(query);
  const start = reader.at, name = reader.match(FUNCTION);
  if (name !== undefined) return parseFunction(reader, query, name, start);
  if (reader.sees("/")) return parsePattern(reader, pattern);
  if (reader.sees("(")) throw reader.error("parentheses cannot enclose a single value");
  const literal = parseLiteral(reader);
  if (literal === undefined) {
    throw reader.error(
      reader.at >= reader.text.length
        ? "the filter ends where a value is expected"
        : `a path, a value or a function is expected, not ${JSON.stringify(reader.next)},`,
      reader.at,
      /[\w]/.test(reader.next) ? "write texts in quotes, and paths with @ or $" : undefined,
    );
  }
  return literal;
}

function parsePattern(reader: Reader, allowed: boolean): Operand {
  const start = reader.at;
  if (!allowed) throw reader.error("a pattern can only follow =~", start);
  const text = reader.match(PATTERN);
  if (text === undefined) throw reader.error("a / is never closed; it opens", start, "close it with /");
  const slash = text.lastIndexOf("/"), source = text.slice(1, slash), flags = text.slice(slash + 1);
  if (/[^imsu]/.test(flags)) {
    throw reader.error(`${flags} are not known flags`, start + slash + 1, "use i, m or s");
  }
  tryPattern(reader, source, flags, start);
  return { kind: "pattern", source, flags, start };
}

function tryPattern(reader: Reader, source: string, flags: string, start: number): void {
  try {
    compileRegularExpression(source, { flags, whole: true });
  } catch (error) {
    throw reader.error(`the pattern ${source} cannot be used (${(error as Error).message})`, start);
  }
}

/** A text, a number, `true`, `false`, `null`, or a list or object of those. */
function parseLiteral(reader: Reader): Operand | undefined {
  const value = readValue(reader);
  return value === undefined ? undefined : { kind: "literal", value };
}

function readValue(reader: Reader): unknown {
  const plain = reader.quoted() ?? reader.number();
  if (plain !== undefined) return plain;
  switch (reader.match(WORD)) {
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
  }
  if (reader.sees("[")) return reader.nested(() => readItems(reader, "]", () => item(reader)));
  if (reader.sees("{")) {
    const entries = reader.nested(() => readItems(reader, "}", () => member(reader)));
    return Object.fromEntries(entries);
  }
  return undefined;
}

function item(reader: Reader): unknown {
  const value = readValue(reader);
  if (value === undefined) {
    throw reader.error("a list in a filter holds texts in quotes, numbers, true, false or null");
  }
  return value;
}

function member(reader: Reader): [string, unknown] {
  const key = reader.quoted();
  if (key === undefined) throw reader.error("a key in quotes is expected");
  reader.blank();
  reader.expect(":", "a : is expected");
  reader.blank();
  return [key, item(reader)];
}

function readItems<T>(reader: Reader, close: string, read: () => T): T[] {
  const out: T[] = [];
  reader.at++;
  reader.blank();
  while (!reader.take(close)) {
    if (out.length > 0) {
      reader.expect(",", `a comma or ${close} is expected`);
      reader.blank();
    }
    out.push(read());
    reader.blank();
  }
  return out;
}

/** A function of RFC 9535, in its types. */
function parseFunction(reader: Reader, query: ReadQuery, name: string, start: number): Operand {
  const known = FILTER_FUNCTIONS.get(name);
  if (!known) {
    throw reader.error(
      `there is no function ${name}()`,
      start,
      `the functions are ${[...FILTER_FUNCTIONS.keys()].join(", ")}`,
    );
  }
  const args = reader.argumentList((position) => {
    const at = reader.at, argument = parseOperand(reader, query), wants = known.takes[position];
    const isOne = argument.kind === "literal" ||
      (argument.kind === "query" ? isDefinite(argument.steps) : argument.kind === "function" &&
        !FILTER_FUNCTIONS.get(argument.name)!.logical);
    if (wants === "nodes" && argument.kind !== "query") throw reader.error(`${name}() takes a path`, at);
    if (wants === "value" && !isOne) throw reader.error(`${name}() takes one value`, at);
    return argument;
  });
  if (args.length !== known.takes.length) {
    throw reader.error(`${name}() takes ${known.takes.length === 1 ? "one value" : "two values"}`, start);
  }
  const pattern = args[1];
  if (known.logical && pattern?.kind === "literal" && typeof pattern.value === "string") {
    tryPattern(reader, pattern.value, "", start);
  }
  return { kind: "function", name, args, start };
}
