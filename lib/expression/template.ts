/**
 * Templates: text with `{{ word }}` placeholders, parsed once and compiled to getters.
 *
 * What a template gives is never itself read as a template.
 *
 * @module
 */
import { LongDecimal } from "../data/long_decimal.ts";
import { type Placeholder, placeholdersOf } from "./placeholder.ts";
import type { Getter } from "./scope.ts";
import { compileStructured } from "./structured.ts";
import { joinText } from "./text.ts";

/** A piece of a template: literal text or a placeholder. */
export type TemplatePart = string | Placeholder;

/** Gives the getter of a word; undefined for a word that means nothing, whose value is absent. */
export type Resolve = (expression: string) => Getter | undefined;

const absent: Getter = () => undefined;

/** Whether a text has at least one placeholder. */
export function isTemplate(text: string): boolean {
  const open = text.indexOf("{{");
  return open >= 0 && text.indexOf("}}", open) >= 0 &&
    parseTemplate(text).some((part) => typeof part !== "string");
}

/**
 * Splits a text into literal text and placeholders. Braces that make no placeholder are literal text.
 *
 * @param text The author's text.
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const placeholder of placeholdersOf(text)) {
    if (placeholder.start > from) parts.push(text.slice(from, placeholder.start));
    parts.push(placeholder);
    from = placeholder.end;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The single placeholder of a text that is nothing but a placeholder. */
export function exactPlaceholder(text: string): Placeholder | undefined {
  const parts = parseTemplate(text.trim());
  const only = parts[0];
  return parts.length === 1 && typeof only === "object" ? only : undefined;
}

/**
 * Compiles a text for a consumer that places each placeholder itself.
 *
 * @param text The author's text.
 * @param resolve Gives the getter of each word.
 */
export function compileParts(
  text: string,
  resolve: Resolve,
): (string | { readonly name: string; readonly get: Getter })[] {
  return parseTemplate(text).map((part) =>
    typeof part === "string" ? part : { name: part.expression, get: resolve(part.expression) ?? absent }
  );
}

/**
 * Compiles a text. A text that is nothing but a placeholder gives the value itself, whatever its type; else the
 * values land in the text, absent ones as nothing. In a text that is JSON or XML they land as its values.
 *
 * @param text The author's text.
 * @param resolve Gives the getter of each word.
 */
export function compileTemplate(text: string, resolve: Resolve): Getter {
  const exact = exactPlaceholder(text);
  if (exact) return resolve(exact.expression) ?? absent;
  const parts = compileParts(text, resolve);
  if (parts.every((part) => typeof part === "string")) return () => text;
  const structured = compileStructured(parts);
  if (structured) return structured;
  return (scope) => joinText(parts.map((part) => typeof part === "string" ? part : part.get(scope)));
}

/** A compiled piece of a JSON tree: a constant, shared and frozen, or a getter. */
type Compiled = { readonly constant: unknown } | { readonly get: Getter };

function freeze(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.freeze(value) : value;
}

function compileTree(tree: unknown, resolve: Resolve): Compiled {
  if (typeof tree === "string") {
    return isTemplate(tree) ? { get: compileTemplate(tree, resolve) } : { constant: tree };
  }
  if (tree === null || typeof tree !== "object" || tree instanceof LongDecimal) return { constant: tree };
  if (Array.isArray(tree)) {
    const items = tree.map((item) => compileTree(item, resolve));
    if (items.every((item) => "constant" in item)) {
      return { constant: freeze(items.map((item) => (item as { constant: unknown }).constant)) };
    }
    return {
      get: (scope) => {
        const out: unknown[] = [];
        for (const item of items) {
          const value = "get" in item ? item.get(scope) : item.constant;
          if (value !== undefined) out.push(value);
        }
        return out;
      },
    };
  }
  const entries = Object.entries(tree).map(([key, value]) =>
    [isTemplate(key) ? compileTemplate(key, resolve) : key, compileTree(value, resolve)] as const
  );
  if (entries.every(([key, value]) => typeof key === "string" && "constant" in value)) {
    const out = {};
    for (const [key, value] of entries) define(out, key as string, (value as { constant: unknown }).constant);
    return { constant: freeze(out) };
  }
  return {
    get: (scope) => {
      const out = {};
      for (const [key, compiled] of entries) {
        const value = "get" in compiled ? compiled.get(scope) : compiled.constant;
        if (value === undefined) continue;
        const name = typeof key === "string" ? key : key(scope);
        if (name !== undefined && name !== null) define(out, String(name), value);
      }
      return out;
    },
  };
}

/** Sets an own property, whatever its name. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

/**
 * Compiles a JSON tree with templates in its texts. A text that is nothing but a placeholder takes the value;
 * where that is absent, the key or the element is left out (semantics §4).
 *
 * @param tree The author's tree.
 * @param resolve Gives the getter of each word.
 */
export function compileJson(tree: unknown, resolve: Resolve): Getter {
  const compiled = compileTree(tree, resolve);
  if ("get" in compiled) return compiled.get;
  const { constant } = compiled;
  return () => constant;
}
