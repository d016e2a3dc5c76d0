/**
 * References: small getters for arguments and for places inside a value.
 *
 * @module
 */
import { ownValue } from "../data/own.ts";
import type { Getter } from "./scope.ts";

/** What is at a key; elements of an array by their position, from the end where it is negative. */
function at(node: unknown, key: string): unknown {
  if (Array.isArray(node)) return /^-?\d+$/.test(key) ? node.at(Number(key)) : undefined;
  return ownValue(node, key);
}

/**
 * The argument of a name. A dotted name that is no argument itself reaches into one.
 *
 * @param name The specification's own name.
 */
export function argument(name: string): Getter {
  const dot = name.indexOf(".");
  if (dot <= 0) return ({ args }) => ownValue(args, name);
  const keys = name.split("."), head = keys.shift()!;
  return ({ args }) => {
    if (Object.hasOwn(args, name)) return args[name];
    let node = ownValue(args, head);
    for (const key of keys) node = at(node, key);
    return node;
  };
}
