/**
 * Names on the wire: names of tools and arguments that some client would reject, renamed reversibly (semantics §2).
 *
 * @module
 */

const LEGAL = /^[A-Za-z0-9_-]{1,64}$/;

/** A short, stable hash of a text: eight hexadecimal digits (FNV-1a). */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Whether every MCP client takes a name. */
function isLegalName(name: string): boolean {
  return LEGAL.test(name);
}

/**
 * A legal name for each name; legal ones stay, others are made legal, and made unique with a hash. A dot becomes `_`.
 *
 * @param names The specification's own names, in order. Of two that are equal the second is renamed.
 */
export function wireNames(names: readonly string[]): string[] {
  const kept = new Set(names.filter(isLegalName)), taken = new Set<string>();
  const isFree = (wire: string) => !taken.has(wire) && !kept.has(wire);
  const choose = (name: string): string => {
    if (isLegalName(name) && !taken.has(name)) return name;
    const plain = name.replace(/^[^A-Za-z0-9_-]+|[^A-Za-z0-9_-]+$/g, "").replace(/[^A-Za-z0-9_-]+/g, "_");
    if (plain.length > 0 && plain.length <= 64 && isFree(plain)) return plain;
    for (let n = 1;; n++) {
      const hash = shortHash(n === 1 ? name : `${name} ${n}`),
        wire = `${plain.slice(0, 55)}_${hash}`.replace(/^_/, "");
      if (isFree(wire)) return wire;
    }
  };
  return names.map((name) => {
    const wire = choose(name);
    taken.add(wire);
    return wire;
  });
}
