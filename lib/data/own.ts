/**
 * Properties that a value has itself, and none that every object inherits: `constructor` is no field of an answer.
 *
 * @module
 */

/**
 * A value's own property.
 *
 * @param node Any value; an array has its elements by their position.
 * @param key The name.
 * @returns What stands there; undefined where the value is no object, or has no such property of its own.
 */
export function ownValue(node: unknown, key: string | number): unknown {
  return node !== null && typeof node === "object" && Object.hasOwn(node, key)
    ? (node as Record<string | number, unknown>)[key]
    : undefined;
}
