/**
 * JSONPath (RFC 9535, with the functions and operators that Jayway's implementation adds), compiled to closures.
 *
 * @module
 */
import { explainMissing } from "./json_path/missing.ts";
import { parsePath } from "./json_path/parse.ts";
import { MAX_VISITS, type Run } from "./json_path/read.ts";
import { compilePathSteps } from "./json_path/run.ts";
import { JsonPathError, type PathStep } from "./json_path/syntax.ts";
import { findsAgain, weigh } from "./json_path/weight.ts";

export { JsonPathError } from "./json_path/syntax.ts";
export { compileKey } from "./json_path/run.ts";

/** A compiled path. */
export interface JsonPath {
  /** The path with its `$`. */
  readonly text: string;
  /** The names and indexes it begins with, up to the first step that may find several things. */
  readonly head: readonly (string | number)[];
  /** A definite path finds one thing or nothing; an indefinite one finds an array, perhaps empty. */
  readonly definite: boolean;
  /** What the path finds: null where a definite path finds nothing. */
  get(node: unknown): unknown;
  /** What the path finds: undefined where a definite path finds nothing. */
  find(node: unknown): unknown;
  /**
   * Why it found nothing in a node: what is there, and the nearest name.
   *
   * @param node Where it found nothing.
   * @param whole What the node is called, such as `the answer`.
   * @returns Undefined where finding nothing is no surprise.
   */
  missing(node: unknown, whole: string): string | undefined;
}

/**
 * Brings what people write to the form of the RFC: `a.b`, `.a`, `@.a`, `$a`, `$.`, a dot too many at the end.
 *
 * @returns The path, and how many characters were put before the author's.
 */
function normalize(text: string): [path: string, added: number] {
  let path = text.trim(), added = text.indexOf(path);
  const change = (to: string) => {
    added += path.length - to.length;
    path = to;
  };
  if (path === "" || path === "$." || path === "@" || path === "@.") return ["$", 0];
  if (path.startsWith("@")) path = `$${path.slice(1)}`;
  if (!path.startsWith("$")) change(path.startsWith(".") || path.startsWith("[") ? `$${path}` : `$.${path}`);
  if (path.length > 1 && !/^\$[\s.[]/.test(path)) change(`$.${path.slice(1)}`);
  if (/[^.]\.$/.test(path)) path = path.slice(0, -1);
  return [path, added];
}

/** The names and indexes a path begins with. */
function headOf(steps: readonly PathStep[]): (string | number)[] {
  const out: (string | number)[] = [];
  for (const step of steps) {
    if (step.kind === "call" || step.descendant || step.selectors.length !== 1) break;
    const selector = step.selectors[0]!;
    if (selector.kind === "name") out.push(selector.name);
    else if (selector.kind === "index") out.push(selector.index);
    else break;
  }
  return out;
}

const NO_RUN: Run = { root: undefined, left: 0, found: undefined };

/** Paths that were compiled lately: the tools of an API read their answers by the same few. */
const COMPILED = new Map<string, JsonPath>();
const MOST_COMPILED = 500;
/** A longer path is hardly written twice, in letters. */
const MOST_LETTERS = 200;

/**
 * Compiles a path (semantics §6). `$`, `$.` and the empty text are the current node; a path may be
 * written without its `$`.
 *
 * @param text The path.
 * @throws {JsonPathError} When it cannot be read.
 */
export function compileJsonPath(text: string): JsonPath {
  const known = COMPILED.get(text);
  if (known) return known;
  const made = compileText(text);
  if (text.length > MOST_LETTERS) return made;
  if (COMPILED.size >= MOST_COMPILED) COMPILED.clear();
  COMPILED.set(text, made);
  return made;
}

function compileText(text: string): JsonPath {
  const [path, added] = normalize(text);
  let steps: readonly PathStep[];
  try {
    steps = parsePath(path).steps;
  } catch (error) {
    if (!(error instanceof JsonPathError) || error.offset === undefined || added === 0) throw error;
    const message = error.message.replace(/ at position \d+$/, "");
    throw new JsonPathError(message, Math.max(0, error.offset + added), error.fix);
  }
  const { definite, plain, read } = compilePathSteps(steps, false), again = !definite && findsAgain(steps);
  /** @throws {JsonPathError} When it would look at, or give, too much. */
  const evaluate = (node: unknown): unknown => {
    const found = read(node, { root: node, left: MAX_VISITS, found: undefined });
    if (again && Array.isArray(found)) weigh(found);
    return found;
  };
  const find = plain ? (node: unknown) => read(node, NO_RUN) : (node: unknown) => {
    try {
      return evaluate(node);
    } catch (error) {
      if (error instanceof JsonPathError) return definite ? undefined : [];
      throw error;
    }
  };
  return {
    text: path,
    head: headOf(steps),
    definite,
    find,
    get: (node) => find(node) ?? null,
    missing(node, whole) {
      try {
        if (again) evaluate(node);
        return explainMissing(path, steps, node, whole);
      } catch (error) {
        if (error instanceof JsonPathError) return `${path} is given up: ${error.message}`;
        throw error;
      }
    },
  };
}

/**
 * Compiles a path of the document's own.
 *
 * @param text The path.
 * @param node The node of the document that holds it.
 * @param entry The key it stands at.
 * @throws {JsonPathError} When it cannot be read; the error knows where the path stands.
 */
export function compilePathAt(text: string, node: object, entry: string): JsonPath {
  try {
    return compileJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathError) error.at ??= { node, entry };
    throw error;
  }
}
