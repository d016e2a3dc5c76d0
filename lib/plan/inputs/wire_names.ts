/**
 * Names on the wire: argument names MCP clients would reject, renamed reversibly (semantics §2).
 *
 * @module
 */

const LEGAL = /^[A-Za-z0-9_.-]{1,64}$/;

/** A short, stable hash of a text: eight hexadecimal digits (FNV-1a). */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Whether every MCP client takes a name. */
export function isLegalName(name: string): boolean {
  return LEGAL.test(name);
}

/**
 * A legal name for each name; legal ones stay, others are made legal, and made unique with a hash.
 *
 * @param names The specification's own names, all different.
 */
export function wireNames(names: readonly string[]): string[] {
  const taken = new Set(names.filter(isLegalName));
  return names.map((name) => {
    if (isLegalName(name)) return name;
    const plain = name.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "").replace(/[^A-Za-z0-9_.-]+/g, "_");
    let wire = plain.length > 0 && plain.length <= 64
      ? plain
      : `${plain.slice(0, 55)}_${shortHash(name)}`.replace(/^_/, "");
    if (taken.has(wire)) wire = `${plain.slice(0, 55)}_${shortHash(name)}`;
    while (taken.has(wire)) wire = `${plain.slice(0, 55)}_${shortHash(wire + name)}`;
    taken.add(wire);
    return wire;
  });
}
