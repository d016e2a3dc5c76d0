/**
 * Routes: the paths of a REST surface as one tree, made once. A path is taken apart once, and matched once.
 *
 * @module
 */
import type { ExposesRest, RestOperation, RestResource } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import type { Flow } from "../../plan/flow.ts";
import { pathPieces } from "../../expression/words.ts";
import type { Forwarding } from "../../upstream/forward.ts";

/** One operation that runs. */
export interface RouteOperation {
  readonly operation: RestOperation;
  /** The resource it belongs to. */
  readonly resource: RestResource;
  readonly flow: Flow;
}

/** A forward, and the resource it belongs to. */
export interface RouteForward {
  readonly forwarding: Forwarding;
  readonly resource: RestResource;
}

/** One path with its operations. */
export interface Route {
  /** The path as the author wrote it. */
  readonly path: string;
  /** By method, in capitals. */
  readonly methods: ReadonlyMap<string, RouteOperation>;
  /** Takes the methods that no operation has. */
  readonly forward: RouteForward | undefined;
  /** The names of its placeholders, in order. */
  readonly names: readonly string[];
  /** Whether its last segment is a placeholder alone. */
  readonly isOpen: boolean;
  /** For `Allow`. */
  readonly allow: string;
}

/** A route, and what a path gives for its placeholders. */
export interface Match {
  readonly route: Route;
  /** The values as they stand in the path, percent-encoded, in the order of the names. */
  readonly values: readonly string[];
  /** What a forward sends on of the path: empty, or with its first slash. */
  readonly rest: string;
}

/** Finds the route of a path. */
export type FindRoute = (path: string) => Match | undefined;

/** The literal text of a path as it stands in a URL. */
function encoded(text: string): string {
  // Behind a letter a dot is text, and no way back.
  return new URL(`http://x/_${text.replace(/[?#]/g, encodeURIComponent)}`).pathname.slice(2);
}

/** A segment of text and placeholders, matched in one pass from its end: a placeholder takes as much as it can. */
class Pattern {
  readonly #pieces: readonly (string | null)[];
  readonly source: string;

  /** @param pieces Text as it stands in a URL; null for a placeholder. */
  constructor(pieces: readonly (string | null)[]) {
    this.#pieces = pieces;
    this.source = pieces.map((piece) => piece ?? "{}").join("");
  }

  /** What its placeholders hold, in order; undefined where a segment does not fit. */
  match(segment: string): string[] | undefined {
    const pieces = this.#pieces, values: string[] = [];
    let end = segment.length, i = pieces.length - 1;
    const last = pieces[i];
    if (typeof last === "string") {
      if (!segment.endsWith(last)) return undefined;
      end -= last.length;
      i--;
    }
    for (; i >= 0; i -= 2) {
      const before = pieces[i - 1];
      // Between two placeholders that touch, the last one gets one letter.
      const text = before ?? "", from = end - 1 - text.length;
      if (from < 0) return undefined;
      const isFirst = i === 0 || (i === 1 && typeof before === "string");
      const at = !isFirst ? segment.lastIndexOf(text, from) : segment.startsWith(text) ? 0 : -1;
      if (at < 0) return undefined;
      values.unshift(segment.slice(at + text.length, end));
      end = at;
      if (before === null) i++;
    }
    return values;
  }
}

/** A segment that is placeholders and text: how it is distinguished, and what it gives. */
interface Mixed {
  readonly pattern: Pattern;
  readonly node: Node;
}

/** A place in the tree. */
class Node {
  /** By the segment as it stands in a URL. */
  readonly literals: Map<string, Node> = new Map();
  readonly mixed: Mixed[] = [];
  /** Any one segment. */
  any: Node | undefined;
  /** What ends here. */
  route: Route | undefined;
  /** What takes all that follows: at least one segment. */
  tail: Route | undefined;

  /** The place behind a segment. */
  child(segment: Segment): Node {
    if (segment.literal !== undefined) {
      let node = this.literals.get(segment.literal);
      if (!node) this.literals.set(segment.literal, node = new Node());
      return node;
    }
    if (segment.pattern === undefined) return this.any ??= new Node();
    const { source } = segment.pattern;
    const known = this.mixed.find(({ pattern }) => pattern.source === source);
    if (known) return known.node;
    const node = new Node();
    this.mixed.push({ pattern: segment.pattern, node });
    return node;
  }
}

/** A segment of a path as its author wrote it. */
interface Segment {
  /** It is text alone. */
  readonly literal?: string;
  /** It is text and placeholders. */
  readonly pattern?: Pattern;
  readonly names: readonly string[];
}

function segmentOf(text: string): Segment {
  const pieces = pathPieces(text);
  if (pieces.every((piece) => typeof piece === "string")) return { literal: encoded(text), names: [] };
  const names = pieces.flatMap((piece) => typeof piece === "string" ? [] : [piece.word]);
  if (pieces.length === 1) return { names };
  return {
    pattern: new Pattern(pieces.map((piece) => typeof piece === "string" ? encoded(piece) : null)),
    names,
  };
}

/** The segments of a path; those of `/` are none. */
function segmentsOf(path: string): Segment[] {
  const inner = path.replace(/^\/+|(?<!\/)\/+$/g, "");
  return inner === "" ? [] : inner.split(/\/(?![^{]*\})/).map(segmentOf);
}

function allowOf(methods: ReadonlyMap<string, unknown>): string {
  const allowed = new Set(methods.keys());
  if (allowed.has("GET")) allowed.add("HEAD");
  return [...allowed.add("OPTIONS")].sort().join(", ");
}

/** One path, while its resources are read. */
interface Entry {
  readonly path: string;
  readonly segments: readonly Segment[];
  readonly methods: Map<string, RouteOperation>;
  forward: RouteForward | undefined;
}

/** Whether the last segment is a placeholder alone. */
function endsOpen(segments: readonly Segment[]): boolean {
  const last = segments.at(-1);
  return last !== undefined && last.literal === undefined && last.pattern === undefined;
}

function keyOf(segments: readonly Segment[]): string {
  return segments.map(({ literal, pattern }) => `/${literal ?? pattern?.source ?? "{}"}`).join("");
}

function routeOf({ path, segments, methods, forward }: Entry): Route {
  return {
    path,
    methods,
    forward,
    names: segments.flatMap(({ names }) => names),
    isOpen: endsOpen(segments),
    allow: allowOf(methods),
  };
}

/**
 * Every path of a surface that has something to run, in document order.
 *
 * @param surface A REST surface with its flows.
 */
function entriesOf(surface: Surface<ExposesRest>): Entry[] {
  const byKey = new Map<string, Entry>();
  const forwards = new Map(surface.callables.map(({ node, forwarding }) => [node, forwarding]));
  for (const resource of surface.model.resources ?? []) {
    const path = resource.path ?? "/", segments = segmentsOf(path), key = keyOf(segments);
    let entry = byKey.get(key);
    if (!entry) byKey.set(key, entry = { path, segments, methods: new Map(), forward: undefined });
    for (const operation of resource.operations ?? []) {
      const flow = surface.flows.get(operation), method = (operation.method ?? "GET").toUpperCase();
      if (flow && !entry.methods.has(method)) entry.methods.set(method, { operation, resource, flow });
    }
    const forwarding = resource.forward && forwards.get(resource.forward);
    if (forwarding) entry.forward ??= { forwarding, resource };
  }
  return [...byKey.values()].filter(({ methods, forward }) => methods.size > 0 || forward !== undefined);
}

/** The routes of a surface, in document order: what a contract of it tells. */
export function routesOf(surface: Surface<ExposesRest>): Route[] {
  return entriesOf(surface).map(routeOf);
}

/**
 * Makes the tree of a surface. A literal segment wins over a placeholder; of two operations with one path and method
 * the first counts. The last placeholder of a forward takes all that follows.
 *
 * @param surface A REST surface with its flows.
 */
export function makeRouter(surface: Surface<ExposesRest>): FindRoute {
  const root = new Node();
  for (const entry of entriesOf(surface)) {
    const { segments, forward } = entry;
    let node = root, before = root;
    for (const segment of segments) node = (before = node).child(segment);
    node.route ??= routeOf(entry);
    if (forward && endsOpen(segments)) {
      before.tail ??= routeOf({ ...entry, methods: new Map() });
    }
  }
  return (path) => {
    const inner = path.length > 1 && path.endsWith("/") ? path.slice(1, -1) : path.slice(1);
    const segments = inner === "" ? [] : inner.split("/"), values: string[] = [];
    const ending = inner !== "" && path.endsWith("/") ? "/" : "";
    const match = (route: Route, rest: string): Match => ({
      route,
      values: values.slice(),
      rest: route.forward && rest !== "" ? `/${rest}${ending}` : "",
    });
    const search = (node: Node, at: number): Match | undefined => {
      if (at === segments.length) {
        return node.route && match(node.route, node.route.isOpen ? values.at(-1) ?? "" : "");
      }
      const segment = segments[at]!, literal = node.literals.get(segment);
      const found = literal && search(literal, at + 1);
      if (found) return found;
      if (segment !== "") {
        for (const { pattern, node: next } of node.mixed) {
          const found = pattern.match(segment), deeper = found && into(next, at, found);
          if (deeper) return deeper;
        }
        const deeper = node.any && into(node.any, at, [segment]);
        if (deeper) return deeper;
      }
      const rest = node.tail && segments.slice(at).join("/");
      return rest ? match(node.tail!, rest) : undefined;
    };
    const into = (node: Node, at: number, given: readonly string[]): Match | undefined => {
      values.push(...given);
      const found = search(node, at + 1);
      if (!found) values.length -= given.length;
      return found;
    };
    return search(root, 0);
  };
}
