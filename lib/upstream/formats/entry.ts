/**
 * Putting an entry whose key came from outside into an object.
 *
 * @module
 */

/**
 * Sets a key as data, even `__proto__`, which assignment would take for the prototype.
 *
 * @param target The object being built.
 * @param key A key from an upstream's answer.
 * @param value Its value.
 */
export function setEntry(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}
