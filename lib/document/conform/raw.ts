/**
 * Raw mappings: what an author wrote, before it has the form of a schema.
 *
 * @module
 */
import { LongDecimal } from "../../data/long_decimal.ts";
import type { EntryPlaces } from "../diagnostics/entry_places.ts";
import type { Report } from "../diagnostics/report.ts";

/** A raw mapping. */
export type Raw = Record<string, unknown>;

/** Changes a raw mapping before it is conformed: aliases, special forms. */
export type Upgrade = (raw: Raw, report: Report) => Raw;

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Raw {
  return value !== null && typeof value === "object" && !Array.isArray(value) &&
    !(value instanceof LongDecimal);
}

/** Sets an own property, whatever its name. */
export function set(target: Raw, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

/** A copy of a mapping, at the same place: for who has to tell the two apart. */
export function copied(raw: Raw, report: Report): Raw {
  const out: Raw = { ...raw }, origin = report.origins.get(raw);
  if (origin) report.origins.set(out, origin);
  return out;
}

/** Whether nothing of a mapping is named otherwise or replaced: so it is for most that are written. */
function isAsItIs(raw: Raw, keys: Readonly<Record<string, string>>, values: Raw): boolean {
  for (const key of Object.keys(raw)) if (Object.hasOwn(keys, key) && keys[key] !== key) return false;
  for (const key of Object.keys(values)) {
    if (
      values[key] === undefined
        ? Object.hasOwn(raw, key)
        : !Object.hasOwn(raw, key) || raw[key] !== values[key]
    ) {
      return false;
    }
  }
  return true;
}

/**
 * A mapping with other keys and values, at the same place in the author's text: a copy where there are any.
 *
 * @param raw The mapping.
 * @param report For the origins.
 * @param keys New keys by old key; a key that is there under its new name already is left as it is.
 * @param values Values that replace those of a (new) key; undefined removes it.
 */
export function renamed(
  raw: Raw,
  report: Report,
  keys: Readonly<Record<string, string>>,
  values: Raw = {},
): Raw {
  if (isAsItIs(raw, keys, values)) return raw;
  const out: Raw = {};
  let entries: EntryPlaces | undefined;
  const origin = report.origins.get(raw);
  for (const key of Object.keys(raw)) {
    const to = Object.hasOwn(keys, key) ? keys[key]! : key;
    if (to !== key && raw[to] !== undefined) continue;
    set(out, to, raw[key]);
    if (to !== key) {
      report.lenient("other-name", `${key} ${to}`, `${key} is read as ${to}`, [raw, key], `write ${to}`);
    }
    const at = to === key ? undefined : origin?.entries?.get(key);
    if (at) entries = (entries ?? origin!.entries!).with(to, at);
  }
  for (const key of Object.keys(values)) {
    if (values[key] === undefined) delete out[key];
    else set(out, key, values[key]);
  }
  if (origin) report.origins.set(out, entries ? { ...origin, entries } : origin);
  return out;
}
