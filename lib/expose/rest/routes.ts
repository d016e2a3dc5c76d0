/**
 * Routes: from the resources of a REST surface to one router, made once.
 *
 * @module
 */
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import type { ExposesRest, RestOperation } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import type { Flow } from "../../plan/flow.ts";
import { pathPieces } from "../../expression/words.ts";

/** One operation that runs. */
export interface RouteOperation {
  readonly operation: RestOperation;
  readonly flow: Flow;
}

/** One path with its operations. */
export interface Route {
  /** The path as the author wrote it. */
  readonly path: string;
  /** By method, in capitals. */
  readonly methods: ReadonlyMap<string, RouteOperation>;
  /** For `Allow`. */
  readonly allow: string;
  /** Takes the values of the placeholders out of a path; undefined when it does not fit. */
  values(path: string): Record<string, string> | undefined;
}

/** Finds the route of a path. */
export type FindRoute = (path: string) => Route | undefined;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The literal text of a path as it stands in a URL. */
function encoded(text: string): string {
  return new URL(`http://x/${text.replace(/[?#]/g, encodeURIComponent)}`).pathname.slice(1);
}

interface Pattern {
  /** The path in the router's words, one placeholder per segment that has any. */
  readonly router: string;
  /** Sorts literal segments before placeholders. */
  readonly rank: string;
  readonly expression: RegExp;
  readonly names: readonly string[];
}

function patternOf(path: string): Pattern {
  const names: string[] = [], segments = path.replace(/^\/+|(?<!\/)\/+$/g, "").split(/\/(?![^{]*\})/);
  let expression = "^", router = "", rank = "";
  segments.forEach((segment, i) => {
    const pieces = pathPieces(segment);
    const literal = pieces.every((piece) => typeof piece === "string");
    expression += "/";
    for (const piece of pieces) {
      if (typeof piece === "string") expression += escaped(encoded(piece));
      else {
        names.push(piece.word);
        expression += "([^/]+)";
      }
    }
    router += literal ? `/${encoded(segment)}` : `/:p${i}`;
    rank += literal ? "0" : pieces.length === 1 ? "2" : "1";
  });
  return { router, rank, expression: new RegExp(`${expression}$`), names };
}

function routeOf(path: string, pattern: Pattern, methods: Map<string, RouteOperation>): Route {
  const allowed = new Set(methods.keys());
  if (allowed.has("GET")) allowed.add("HEAD");
  allowed.add("OPTIONS");
  return {
    path,
    methods,
    allow: [...allowed].sort().join(", "),
    values(actual) {
      const match = pattern.expression.exec(actual);
      if (!match) return undefined;
      const out: Record<string, string> = Object.create(null);
      pattern.names.forEach((name, i) => {
        out[name] = decodeURIComponent(match[i + 1]!);
      });
      return out;
    },
  };
}

/**
 * Makes the router of a surface. Literal paths win over placeholders; of two operations with one path and
 * method the first counts.
 *
 * @param surface A REST surface with its flows.
 */
export function makeRouter(surface: Surface<ExposesRest>): FindRoute {
  const byPath = new Map<string, { path: string; pattern: Pattern; methods: Map<string, RouteOperation> }>();
  for (const resource of surface.model.resources ?? []) {
    const path = resource.path ?? "/", pattern = patternOf(path), key = pattern.expression.source;
    let entry = byPath.get(key);
    if (!entry) byPath.set(key, entry = { path, pattern, methods: new Map() });
    for (const operation of resource.operations ?? []) {
      const flow = surface.flows.get(operation), method = (operation.method ?? "GET").toUpperCase();
      if (flow && !entry.methods.has(method)) entry.methods.set(method, { operation, flow });
    }
  }
  const router = new SmartRouter<Route>({ routers: [new RegExpRouter(), new TrieRouter()] });
  const entries = [...byPath.values()].filter((entry) => entry.methods.size > 0).sort((a, b) =>
    a.pattern.rank < b.pattern.rank ? -1 : 1
  );
  for (const { path, pattern, methods } of entries) {
    router.add("ALL", pattern.router, routeOf(path, pattern, methods));
  }
  if (entries.length === 0) return () => undefined;
  return (path) => {
    const [found] = router.match("GET", path);
    for (const [route] of found) {
      try {
        if (route.values(path)) return route;
      } catch {
        return route;
      }
    }
    return undefined;
  };
}
