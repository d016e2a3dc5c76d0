/**
 * The lookup step: finds entries of an earlier step's output by a field (semantics §7).
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import type { Step } from "../../../schemas/mod.ts";
import { describeValue, suggest } from "../../expression/json_path/missing.ts";
import type { Look } from "../../expression/misses.ts";
import { ownValue } from "../../data/own.ts";
import type { Getter, Scope } from "../../expression/scope.ts";

/** Text for comparison: lookups compare as text. */
function key(value: unknown): string {
  return typeof value === "string" ? value : writeJson(value) ?? "";
}

/** Why a field is in no entry. */
function noField(name: string, entries: unknown): string {
  const first = (entries as readonly unknown[])[0], dot = name.indexOf(".");
  if (dot > 0 && ownValue(first, name.slice(0, dot)) !== undefined) {
    return `no entry has a field called ${name}: match names one field, and no path into it`;
  }
  return `no entry has ${name}: the first ${describeValue(first)}${suggest(name, first)}`;
}

/**
 * Compiles a lookup.
 *
 * @param index What is searched: the output of a step, or a list inside it.
 * @param step The step: the field that is compared, and the fields of the result; without any, the whole entry.
 * @param value What is looked for: one value, or an array of values.
 * @returns One object or null for one value; an array in order, of those found, for many.
 */
export function compileLookup(
  index: Getter,
  step: Pick<Step, "match" | "outputParameters" | "name">,
  value: Getter,
): (scope: Scope) => unknown {
  const match = step.match!, fields = step.outputParameters ?? [];
  const noMatch: Look = {
    path: match,
    node: step,
    entry: "match",
    explain: (where) => noField(match, where),
  };
  const notFound: Look = {
    path: "lookupValue",
    node: step,
    entry: "lookupValue",
    explain: (where) => `none of the ${(where as readonly unknown[]).length} entries has this ${match}`,
  };
  const noValue: Look = {
    path: "lookupValue",
    node: step,
    entry: "lookupValue",
    explain: () => `there is no value to look for in ${match}`,
  };
  const looks = new Map(fields.map((field): [string, Look] => [
    field,
    { path: field, node: step, entry: "outputParameters", explain: (where) => noField(field, where) },
  ]));
  const project = (entry: unknown, scope: Scope): unknown => {
    if (fields.length === 0) return entry;
    const out: Record<string, unknown> = {};
    for (const field of fields) {
      const found = ownValue(entry, field);
      if (found === undefined) scope.misses?.add(looks.get(field)!, [entry]);
      out[field] = found ?? null;
    }
    return out;
  };
  /** Notes that nothing was found, and why. */
  const miss = (entries: readonly unknown[], scope: Scope) => {
    if (entries.length === 0 || !scope.misses) return;
    const hasField = entries.some((entry) => ownValue(entry, match) !== undefined);
    scope.misses.add(hasField ? notFound : noMatch, entries);
  };
  return (scope) => {
    const source = index(scope);
    const entries = Array.isArray(source) ? source : source === undefined || source === null ? [] : [source];
    const before = scope.misses?.count ?? 0, wanted = value(scope);
    if (!Array.isArray(wanted)) {
      if (wanted === undefined || wanted === null) {
        // What it comes from may have said so itself.
        if (scope.misses?.count === before) scope.misses.add(noValue, entries);
        return null;
      }
      const text = key(wanted);
      const found = entries.find((entry) => {
        const field = ownValue(entry, match);
        return field !== undefined && field !== null && key(field) === text;
      });
      if (found !== undefined) return project(found, scope);
      miss(entries, scope);
      return null;
    }
    const byKey = new Map<string, unknown>();
    for (const entry of entries) {
      const field = ownValue(entry, match);
      if (field === undefined || field === null) continue;
      const text = key(field);
      if (!byKey.has(text)) byKey.set(text, entry);
    }
    const out: unknown[] = [];
    for (const one of wanted) {
      const found = byKey.get(key(one));
      if (found !== undefined) out.push(project(found, scope));
    }
    scope.misses?.settle(before, out.length);
    if (out.length < wanted.length) miss(entries, scope);
    return out;
  };
}
