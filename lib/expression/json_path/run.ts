/**
 * Paths, compiled: from a node to what is found there.
 *
 * @module
 */
import { compileTest } from "./filter.ts";
import { NODE_FUNCTIONS } from "./functions.ts";
import { type CompiledQuery, type Read, type Run, visit } from "./read.ts";
import {
  type FunctionCall,
  isDefinite,
  isSingular,
  type PathStep,
  type Query,
  type Segment,
  type Selector,
} from "./syntax.ts";

/**
 * Compiles the reading of a key of data. Who owns a property is looked at only where its name is one that objects or
 * arrays are born with, or an index: of any other name there is nothing to inherit but from a class of a decoder,
 * and a class gives only methods.
 *
 * @param key The key.
 * @param lenient An index or `length` may be written like a key, as in `$.items.0`.
 * @returns Gives the value; undefined where there is none.
 */
export function compileKey(key: string, lenient = true): (node: unknown) => unknown {
  if (key in Object.prototype || key in Array.prototype || /^\d+$/.test(key)) {
    return (node) => {
      if (node === null || typeof node !== "object") return undefined;
      if (Array.isArray(node)) {
        return !lenient
          ? undefined
          : key === "length"
          ? node.length
          : /^\d+$/.test(key)
          ? node[Number(key)]
          : undefined;
      }
      return Object.hasOwn(node, key) ? (node as Record<string, unknown>)[key] : undefined;
    };
  }
  return (node) => {
    if (node === null || typeof node !== "object") return undefined;
    const value = (node as Record<string, unknown>)[key];
    return typeof value === "function" ? undefined : value;
  };
}

/** The step to at most one child; undefined for a selector that may choose several. */
function compileSingle(
  selector: Selector,
  inFilter: boolean,
): ((node: unknown) => unknown) | undefined {
  if (selector.kind === "index") {
    const { index } = selector;
    return (node) => Array.isArray(node) ? node.at(index) : undefined;
  }
  if (selector.kind !== "name") return undefined;
  const { name, quoted } = selector, get = compileKey(name, !quoted);
  if (!inFilter || quoted || name !== "length") return get;
  return (node) => typeof node === "string" ? node.length : get(node);
}

/** Adds the children that a selector chooses. */
type Choose = (node: unknown, run: Run, out: unknown[]) => void;

function compileSelector(selector: Selector, inFilter: boolean): Choose {
  const single = compileSingle(selector, inFilter);
  if (single) {
    return (node, _run, out) => {
      const found = single(node);
      if (found !== undefined) out.push(found);
    };
  }
  switch (selector.kind) {
    case "slice":
      return compileSlice(selector);
    case "filter": {
      const test = compileTest(selector.test, compileInFilter);
      return (node, run, out) => {
        const children = childrenOf(node);
        visit(run, children.length);
        for (const child of children) if (test(child, run)) out.push(child);
      };
    }
    default:
      return (node, run, out) => {
        const children = childrenOf(node);
        visit(run, children.length);
        for (const child of children) out.push(child);
      };
  }
}

const NONE: readonly unknown[] = [];

function childrenOf(node: unknown): readonly unknown[] {
  if (node === null || typeof node !== "object") return NONE;
  return Array.isArray(node) ? node : Object.values(node);
}

/** Slices as RFC 9535 has them (section 2.3.4.2). */
function compileSlice({ start, end, step }: Extract<Selector, { kind: "slice" }>): Choose {
  return (node, run, out) => {
    if (!Array.isArray(node) || step === 0) return;
    const length = node.length, at = (i: number) => i >= 0 ? i : length + i;
    if (step > 0) {
      const from = Math.max(at(start ?? 0), 0), to = Math.min(at(end ?? length), length);
      visit(run, Math.max(0, to - from));
      for (let i = from; i < to; i += step) out.push(node[i]);
    } else {
      const from = Math.min(start === undefined ? length - 1 : at(start), length - 1);
      const to = end === undefined ? -1 : Math.max(at(end), -1);
      visit(run, Math.max(0, from - to));
      for (let i = from; i > to; i += step) out.push(node[i]);
    }
  };
}

/** From a list of nodes to the list of those that a segment finds. */
type Advance = (nodes: readonly unknown[], run: Run) => unknown[];

/** Compiles one segment. */
export function compileSegment({ descendant, selectors }: Segment, inFilter: boolean): Advance {
  const choices = selectors.map((selector) => compileSelector(selector, inFilter));
  const choose: Choose = choices.length === 1 ? choices[0]! : (node, run, out) => {
    for (const choice of choices) choice(node, run, out);
  };
  if (!descendant) {
    return (nodes, run) => {
      const out: unknown[] = [];
      visit(run, nodes.length);
      for (const node of nodes) choose(node, run, out);
      return out;
    };
  }
  return (nodes, run) => {
    const out: unknown[] = [], open: unknown[] = [];
    for (const node of nodes) {
      open.push(node);
      while (open.length > 0) {
        const one = open.pop();
        if (one === null || typeof one !== "object") continue;
        choose(one, run, out);
        const children = childrenOf(one);
        visit(run, children.length + 1);
        for (let i = children.length - 1; i >= 0; i--) {
          if (typeof children[i] === "object") open.push(children[i]);
        }
      }
    }
    return out;
  };
}

/** Steps that find at most one node. */
function compileChain(segments: readonly Segment[], inFilter: boolean): (node: unknown) => unknown {
  const [first, second, ...more] = segments.map((segment) => compileSingle(segment.selectors[0]!, inFilter)!);
  if (!first) return (node) => node;
  if (!second) return first;
  if (more.length === 0) return (node) => second(first(node));
  return (node) => {
    node = second(first(node));
    for (const next of more) node = next(node);
    return node;
  };
}

/** Whether a segment is `[*]`. */
function isAll({ descendant, selectors }: Segment): boolean {
  return !descendant && selectors.length === 1 && selectors[0]!.kind === "wildcard";
}

type Single = (node: unknown) => unknown;

/** `$.lines[*].sku`, the commonest path that finds several things. */
function throughAll(before: Single, after: Single | undefined): Single {
  return (node) => {
    const children = childrenOf(before(node)), out: unknown[] = [];
    for (let i = 0; i < children.length; i++) {
      const found = after ? after(children[i]) : children[i];
      if (found !== undefined) out.push(found);
    }
    return out;
  };
}

/** Steps without a function among them. */
function compileSegments(segments: readonly Segment[], inFilter: boolean): CompiledQuery {
  if (isSingular(segments)) return { definite: true, plain: true, read: compileChain(segments, inFilter) };
  const all = segments.findIndex(isAll), rest = segments.slice(all + 1);
  if (all >= 0 && isSingular(segments.slice(0, all)) && isSingular(rest)) {
    return {
      definite: false,
      plain: true,
      read: throughAll(
        compileChain(segments.slice(0, all), inFilter),
        rest.length === 0 ? undefined : compileChain(rest, inFilter),
      ),
    };
  }
  const advances = segments.map((segment) => compileSegment(segment, inFilter));
  return {
    definite: false,
    read: (node, run) => {
      let nodes: readonly unknown[] = [node];
      for (const advance of advances) nodes = advance(nodes, run);
      return nodes;
    },
  };
}

function compileCall(call: FunctionCall): (found: unknown, run: Run) => unknown {
  const apply = NODE_FUNCTIONS.get(call.name)!;
  const args = call.args.map((arg): Read =>
    arg.kind === "query" ? compileQuery(arg, true).read : () => arg.kind === "literal" ? arg.value : undefined
  );
  return (found, run) => apply(found, args.map((arg) => arg(run.root, run)));
}

/** Compiles the steps of a path. */
export function compilePathSteps(steps: readonly PathStep[], inFilter: boolean): CompiledQuery {
  const at = steps.findLastIndex((step) => step.kind === "call");
  const rest = compileSegments(steps.slice(at + 1) as Segment[], inFilter);
  if (at < 0) return rest;
  const before = compilePathSteps(steps.slice(0, at), inFilter),
    call = compileCall(steps[at] as FunctionCall);
  return {
    definite: isDefinite(steps),
    read: (node, run) => rest.read(call(before.read(node, run), run), run),
  };
}

/** Compiles a path that stands in a filter or is given to a function. */
function compileQuery(query: Query, inFilter: boolean): CompiledQuery {
  const compiled = compilePathSteps(query.steps, inFilter), { definite, read } = compiled;
  if (query.root === "@") return compiled;
  return {
    definite,
    read: (_node, run) => {
      const known = run.found ??= new Map();
      if (!known.has(query)) known.set(query, read(run.root, run));
      return known.get(query);
    },
  };
}

const compileInFilter = (query: Query) => compileQuery(query, true);
