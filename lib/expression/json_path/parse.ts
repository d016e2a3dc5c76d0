/**
 * Reads a JSONPath: RFC 9535, the functions that Jayway's implementation adds, and common ways to write the same
 * another way (semantics §2).
 *
 * @module
 */
import { NODE_FUNCTIONS } from "./functions.ts";
import { parseFilter } from "./parse_filter.ts";
import { Reader } from "./reader.ts";
import type { Operand, PathStep, Query, Segment, Selector } from "./syntax.ts";

/** A name as it stands behind a dot, outside of filters: spaces, colons and hyphens are part of it. */
const NAME =
  /[^.[\](){}?*,'"<>=!|&~^`#;\\/\s](?:[^.[\](){}?*,'"<>=!|&~^`#;\\/]*[^.[\](){}?*,'"<>=!|&~^`#;\\/\s])?/y;
/** A name in a filter, where spaces and operators end it. */
const FILTER_NAME = /[A-Za-z0-9_$@\u0080-\uffff][A-Za-z0-9_$:\u0080-\uffff-]*/y;
const BARE = /[A-Za-z_][A-Za-z0-9_-]*/y;
/** The last element, as the first description of JSONPath wrote it: `[(@.length-1)]`. */
const FROM_END = /\(\s*@\.length\s*-\s*([1-9]\d*)\s*\)/y;
/** The name of a function that is called. */
const CALL = /[A-Za-z]\w*(?=\s*\()/y;

/**
 * Reads a whole path.
 *
 * @param text The path, beginning with `$`.
 * @throws {JsonPathError} When it cannot be read.
 */
export function parsePath(text: string): Query {
  const reader = new Reader(text);
  const query = parseQuery(reader, false);
  reader.blank();
  if (reader.at < text.length) throw unexpected(reader);
  return query;
}

function unexpected(reader: Reader) {
  const { next, at } = reader;
  switch (next) {
    case "]":
    case ")":
      return reader.error(`there is no ${next === "]" ? "[" : "("} for this ${next}`, at);
    case "^":
    case "~":
    case "`":
      return reader.error(
        `${next} is not part of JSONPath`,
        at,
        next === "^" ? "map from the parent instead" : "keys() gives the keys of an object",
      );
  }
  return reader.error(`${JSON.stringify(next)} has no meaning here`, at);
}

/** Reads a path from its `$` or `@` to its last step. */
function parseQuery(reader: Reader, inFilter: boolean): Query {
  const start = reader.at, root = reader.next as "$" | "@";
  reader.at++;
  const steps: PathStep[] = [];
  for (;;) {
    const before = reader.at;
    reader.blank();
    const step = parseStep(reader, inFilter);
    if (step === undefined) {
      reader.at = before;
      return { kind: "query", root, steps, start };
    }
    steps.push(step);
  }
}

function parseStep(reader: Reader, inFilter: boolean): PathStep | undefined {
  const start = reader.at;
  const segment = (descendant: boolean, selectors: readonly Selector[]): Segment => ({
    kind: "segment",
    descendant,
    selectors,
    start,
    end: reader.at,
  });
  if (reader.sees("[")) return segment(false, parseBracket(reader));
  if (!reader.take(".")) return undefined;
  const descendant = reader.take(".");
  if (reader.take("*")) return segment(descendant, [{ kind: "wildcard" }]);
  if (reader.sees("[")) return segment(descendant, parseBracket(reader));
  const name = descendant ? undefined : reader.match(CALL);
  if (name !== undefined) return parseCall(reader, name, start);
  const key = reader.match(inFilter ? FILTER_NAME : NAME);
  if (key === undefined) {
    throw reader.error(
      reader.at >= reader.text.length
        ? `the path ends after ${descendant ? ".." : "a dot"}`
        : `a name is expected after the dot, not ${JSON.stringify(reader.next)},`,
      reader.at,
      "write unusual names in quotes, such as $['a b']",
    );
  }
  return segment(descendant, [{ kind: "name", name: key, quoted: false }]);
}

/** A function behind a path, such as `.sum()`. */
function parseCall(reader: Reader, name: string, start: number): PathStep {
  if (!NODE_FUNCTIONS.has(name)) {
    throw reader.error(
      `there is no function ${name}()`,
      start + 1,
      `the functions are ${[...NODE_FUNCTIONS.keys()].join(", ")}`,
    );
  }
  const args = reader.argumentList(() => parseArgument(reader));
  return { kind: "call", name, args, start, end: reader.at };
}

function parseArgument(reader: Reader): Operand {
  if (reader.sees("$") || reader.sees("@")) return reader.nested(() => parseQuery(reader, true));
  const value = reader.quoted() ?? reader.number();
  if (value === undefined) throw reader.error("a path, a text in quotes or a number is expected");
  return { kind: "literal", value };
}

/** What stands between `[` and `]`. */
function parseBracket(reader: Reader): Selector[] {
  const start = reader.at, out: Selector[] = [];
  reader.at++;
  for (;;) {
    reader.blank();
    out.push(parseSelector(reader, start));
    reader.blank();
    if (reader.take("]")) return out;
    if (reader.at >= reader.text.length) {
      throw reader.error("a [ is never closed; it opens", start, "close it with ]");
    }
    reader.expect(",", "a comma or ] is expected");
  }
}

function parseSelector(reader: Reader, open: number): Selector {
  const quoted = reader.quoted();
  if (quoted !== undefined) return { kind: "name", name: quoted, quoted: true };
  if (reader.take("*")) return { kind: "wildcard" };
  if (reader.take("?")) {
    return { kind: "filter", test: reader.nested(() => parseFilter(reader, () => parseQuery(reader, true))) };
  }
  const at = reader.at, start = reader.integer();
  const between = reader.at;
  reader.blank();
  if (reader.take(":")) return parseSlice(reader, start);
  reader.at = between;
  if (start !== undefined) return { kind: "index", index: start };
  if (reader.at >= reader.text.length) {
    throw reader.error("a [ is never closed; it opens", open, "close it with ]");
  }
  const last = reader.match(FROM_END);
  if (last !== undefined) return { kind: "index", index: -Number(/\d+/.exec(last)![0]) };
  if (reader.sees("(")) {
    throw reader.error(
      "code in a path is not run",
      at,
      "use a filter such as [?(@.id == 1)], or a script step",
    );
  }
  const name = reader.match(BARE);
  if (name !== undefined) return { kind: "name", name, quoted: true };
  throw reader.error(
    "a name in quotes, an index, a slice, * or ?filter is expected between [ and ]",
    reader.at,
    "such as [0], [*], ['a b'] or [?@.price < 10]",
  );
}

/** The rest of a slice, behind its first colon. */
function parseSlice(reader: Reader, start: number | undefined): Selector {
  reader.blank();
  const end = reader.integer();
  let between = reader.at, step: number | undefined;
  reader.blank();
  if (reader.take(":")) {
    reader.blank();
    step = reader.integer();
    between = reader.at;
  }
  reader.at = between;
  return { kind: "slice", start, end, step: step ?? 1 };
}
