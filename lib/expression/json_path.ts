/**
 * JSONPath: the common forms compiled to closures, the rest through a library in its safe mode.
 *
 * @module
 */

/** A compiled path. */
export interface JsonPath {
  /** A definite path finds one thing or nothing; an indefinite one finds an array, perhaps empty. */
  readonly definite: boolean;
  /** What the path finds: null where a definite path finds nothing. */
  get(node: unknown): unknown;
}

/** A path that cannot be read. */
export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}

type Segment = { readonly key: string } | { readonly index: number } | { readonly all: true };

type Library = (options: { path: string; json: object; wrap: true; eval: "safe" }) => unknown;
let library: Library | undefined, loading: Promise<void> | undefined;

/** Resolves when every path compiled so far can be used. At once, unless the library is needed. */
export function jsonPathReady(): Promise<void> {
  return loading ?? Promise.resolve();
}

function loadLibrary(): void {
  loading ??= import("jsonpath-plus").then(({ JSONPath }) => {
    library = JSONPath as unknown as Library;
  });
}

const SEGMENT =
  /\.\*|\[\s*\*\s*\]|\.(?![.*])([^.[\]()?@*,'"]+)|\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+))\s*\]/y;

/** The segments of a simple path; undefined when it needs the library. */
function simple(text: string): Segment[] | undefined {
  const out: Segment[] = [];
  SEGMENT.lastIndex = 1;
  while (SEGMENT.lastIndex < text.length) {
    const match = SEGMENT.exec(text);
    if (!match) return undefined;
    const [, name, single, double, index] = match, quoted = single ?? double;
    if (name !== undefined) out.push({ key: name.trimEnd() });
    else if (quoted !== undefined) out.push({ key: quoted.replace(/\\(.)/g, "$1") });
    else if (index !== undefined) out.push({ index: Number(index) });
    else out.push({ all: true });
  }
  return out;
}

function step(node: unknown, segment: Segment): unknown {
  if (node === null || typeof node !== "object") return undefined;
  if ("index" in segment) return Array.isArray(node) ? node.at(segment.index) : undefined;
  if ("all" in segment) return undefined;
  const { key } = segment;
  if (Array.isArray(node)) {
    return key === "length" ? node.length : /^\d+$/.test(key) ? node[Number(key)] : undefined;
  }
  return Object.hasOwn(node, key) ? (node as Record<string, unknown>)[key] : undefined;
}

const current: JsonPath = { definite: true, get: (node) => node ?? null };

/**
 * Compiles the reading of a key of data. Who owns a property is looked at only where its name is one that objects or
 * arrays are born with, or an index: of any other name there is nothing to inherit but from a class of a decoder,
 * and a class gives only methods.
 *
 * @param key The key.
 * @returns Gives the value; undefined where there is none.
 */
export function compileKey(key: string): (node: unknown) => unknown {
  const segment: Segment = { key };
  if (key in Object.prototype || key in Array.prototype || /^\d+$/.test(key)) {
    return (node) => step(node, segment);
  }
  return (node) => {
    if (node === null || typeof node !== "object") return undefined;
    const value = (node as Record<string, unknown>)[key];
    return typeof value === "function" ? undefined : value;
  };
}

function compileStep(segment: Segment): (node: unknown) => unknown {
  return "key" in segment ? compileKey(segment.key) : (node) => step(node, segment);
}

function definitePath(segments: readonly Segment[]): JsonPath {
  const [first, second, ...more] = segments.map(compileStep);
  if (!first) return current;
  if (!second) return { definite: true, get: (node) => first(node) ?? null };
  if (more.length === 0) return { definite: true, get: (node) => second(first(node)) ?? null };
  return {
    definite: true,
    get(node) {
      node = second(first(node));
      for (const next of more) node = next(node);
      return node ?? null;
    },
  };
}

function wildcardPath(segments: readonly Segment[]): JsonPath {
  return {
    definite: false,
    get(node) {
      let nodes: unknown[] = [node];
      for (const segment of segments) {
        const next: unknown[] = [];
        if ("all" in segment) {
          for (const one of nodes) {
            if (Array.isArray(one)) { for (const item of one) next.push(item); }
            else if (one !== null && typeof one === "object") next.push(...Object.values(one));
          }
        } else {
          for (const one of nodes) {
            const found = step(one, segment);
            if (found !== undefined) next.push(found);
          }
        }
        nodes = next;
      }
      return nodes;
    },
  };
}

/** Whether a path finds at most one thing: no wildcard, descent, slice, filter, script or union. */
function isDefinite(text: string): boolean {
  return !/\.\.|\*|\?|\[[^\]'"]*[:,]|\[\s*\(/.test(text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "q"));
}

function libraryPath(text: string): JsonPath {
  loadLibrary();
  const definite = isDefinite(text);
  return {
    definite,
    get(node) {
      if (node === null || typeof node !== "object") return definite ? null : [];
      let found: unknown;
      try {
        found = library!({ path: text, json: node, wrap: true, eval: "safe" });
      } catch {
        found = undefined;
      }
      const list = Array.isArray(found) ? found : [];
      return definite ? list[0] ?? null : list;
    },
  };
}

/** Whether brackets and quotes are balanced. */
function checkBalance(text: string): void {
  let square = 0, round = 0, quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== "") {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if (square > 0 && (c === "'" || c === '"')) quote = c;
    else if (c === "[") square++;
    else if (c === "]") square--;
    else if (c === "(") round++;
    else if (c === ")") round--;
    if (square < 0 || round < 0) {
      throw new JsonPathError(`a bracket closes at position ${i + 1} that never opened`);
    }
  }
  if (quote !== "") throw new JsonPathError(`a ${quote} is never closed`);
  if (square > 0) throw new JsonPathError("a [ is never closed");
  if (round > 0) throw new JsonPathError("a ( is never closed");
}

/**
 * Compiles a path (semantics §6). `$`, `$.` and the empty text are the current node; a path may be
 * written without its `$`.
 *
 * @param text The path.
 * @throws {JsonPathError} When it cannot be read.
 */
export function compileJsonPath(text: string): JsonPath {
  let path = text.trim();
  if (path === "" || path === "$" || path === "$." || path === "@") return current;
  if (path.startsWith("@")) path = `$${path.slice(1)}`;
  if (!path.startsWith("$")) path = path.startsWith(".") || path.startsWith("[") ? `$${path}` : `$.${path}`;
  if (path.length > 1 && path[1] !== "." && path[1] !== "[") path = `$.${path.slice(1)}`;
  // Some engines write the length as a function.
  path = path.replace(/\.length\(\)$/, ".length");
  checkBalance(path);
  if (/[^.]\.$/.test(path)) path = path.slice(0, -1);
  const segments = simple(path);
  if (!segments) return libraryPath(path);
  return segments.some((segment) => "all" in segment) ? wildcardPath(segments) : definitePath(segments);
}
