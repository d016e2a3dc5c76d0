/**
 * The lookup step: finds entries of an earlier step's output by a field (semantics §7).
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import type { Getter, Scope } from "../../expression/scope.ts";

/** Text for comparison: lookups compare as text. */
function key(value: unknown): string {
  return typeof value === "string" ? value : writeJson(value) ?? "";
}

function own(node: unknown, name: string): unknown {
  return node !== null && typeof node === "object" && Object.hasOwn(node, name)
    ? (node as Record<string, unknown>)[name]
    : undefined;
}

/**
 * Compiles a lookup.
 *
 * @param index What is searched: the output of a step, or a list inside it.
 * @param match The field that is compared.
 * @param value What is looked for: one value, or an array of values.
 * @param fields The fields of the result; without any, the whole entry.
 * @returns One object or null for one value; an array in order, of those found, for many.
 */
export function compileLookup(
  index: Getter,
  match: string,
  value: Getter,
  fields: readonly string[],
): (scope: Scope) => unknown {
  const project = (entry: unknown): unknown => {
    if (fields.length === 0) return entry;
    const out: Record<string, unknown> = {};
    for (const field of fields) out[field] = own(entry, field) ?? null;
    return out;
  };
  return (scope) => {
    const source = index(scope);
    const entries = Array.isArray(source) ? source : source === undefined || source === null ? [] : [source];
    const wanted = value(scope);
    if (!Array.isArray(wanted)) {
      if (wanted === undefined || wanted === null) return null;
      const text = key(wanted);
      const found = entries.find((entry) => {
        const field = own(entry, match);
        return field !== undefined && field !== null && key(field) === text;
      });
      return found === undefined ? null : project(found);
    }
    const byKey = new Map<string, unknown>();
    for (const entry of entries) {
      const field = own(entry, match);
      if (field === undefined || field === null) continue;
      const text = key(field);
      if (!byKey.has(text)) byKey.set(text, entry);
    }
    const out: unknown[] = [];
    for (const one of wanted) {
      const found = byKey.get(key(one));
      if (found !== undefined) out.push(project(found));
    }
    return out;
  };
}
