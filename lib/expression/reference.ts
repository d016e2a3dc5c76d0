/**
 * References: small getters for arguments and for places inside a value.
 *
 * @module
 */
import type { Getter } from "./scope.ts";

function own(node: unknown, key: string): unknown {
  if (node === null || typeof node !== "object") return undefined;
  if (Array.isArray(node)) return /^-?\d+$/.test(key) ? node.at(Number(key)) : undefined;
  return Object.hasOwn(node, key) ? (node as Record<string, unknown>)[key] : undefined;
}

/**
 * The argument of a name. A dotted name that is no argument itself reaches into one.
 *
 * @param name The specification's own name.
 */
export function argument(name: string): Getter {
  const dot = name.indexOf(".");
  if (dot <= 0) return ({ args }) => Object.hasOwn(args, name) ? args[name] : undefined;
  const keys = name.split("."), head = keys.shift()!;
  return ({ args }) => {
    if (Object.hasOwn(args, name)) return args[name];
    let node = Object.hasOwn(args, head) ? args[head] : undefined;
    for (const key of keys) node = own(node, key);
    return node;
  };
}
