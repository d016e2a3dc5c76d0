/**
 * Where an output finds its value: by its mapping, else by its name; and what is reported where it is not there.
 *
 * @module
 */
import type { OutputParameter } from "../../schemas/mod.ts";
import { compilePathAt } from "./json_path.ts";
import { describeValue, suggest } from "./json_path/missing.ts";
import type { Look } from "./misses.ts";

/** How the node that an output speaks of is found: undefined is nothing. */
export interface Find {
  readonly find: (node: unknown) => unknown;
  /** What is looked for; undefined where nothing is, and the node itself is meant. */
  readonly look?: Look;
}

/** What a node is called whose outputs stand at a path. */
export function wholeOf(path: string): string {
  return path.includes("[]") ? "an element" : path.includes(".") ? "the object" : "the answer";
}

/** The step from a node to the node an output speaks of. */
export function locateOutput(output: OutputParameter, byName: boolean, path: string): Find {
  const { mapping, name } = output, whole = wholeOf(path.replace(/\.[^.]*$/, ""));
  if (mapping !== undefined) {
    const compiled = compilePathAt(mapping, output, "mapping"), { text, find } = compiled;
    if (text === "$") return { find };
    const explain = (where: unknown) => compiled.missing(where, whole);
    const look = { path: text, node: output, entry: "mapping", explain };
    return { find, look };
  }
  if (!byName || name === undefined || output.properties || output.items) return { find: (node) => node };
  const isObject = output.type === "object", explain = (where: unknown) => missingName(name, where, whole);
  return {
    find: (node) =>
      node !== null && typeof node === "object" && !Array.isArray(node)
        ? Object.hasOwn(node, name) ? (node as Record<string, unknown>)[name] : isObject ? node : undefined
        : node,
    look: { path: `$.${name}`, node: output, entry: "name", explain },
  };
}

/** Why an object has no field of a name. */
export function missingName(name: string, where: unknown, whole: string): string {
  return `${whole} has no ${name}: it ${describeValue(where)}${suggest(name, where)}`;
}

/** Whether a path found nothing: no value, or an empty list of values. */
export function isNothing(found: unknown): boolean {
  return found === undefined || (Array.isArray(found) && found.length === 0);
}
