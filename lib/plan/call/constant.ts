/**
 * The value an author writes for a parameter.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import type { Getter } from "../../expression/scope.ts";
import { compileJson, compileTemplate, isTemplate } from "../../expression/template.ts";
import type { CallSite } from "./call_site.ts";
import { coerceInput } from "../inputs/coerce.ts";
import { environmentWord } from "../../expression/words.ts";

/** The value an author gave to a parameter: a constant or a template. */
export function constantOf(site: CallSite, parameter: InputParameter): Getter {
  const { value, type } = parameter;
  if (type !== undefined && isPlain(value)) {
    // The official schema has every value written as text, a number too.
    const typed = coerceInput(value, { type });
    return () => typed;
  }
  if (typeof value === "string") {
    const exact = /^\s*\{\{\{?[^{}]*\}?\}\}\s*$/.test(value);
    const reference = site.caller.reference(value);
    if (reference?.kind === "bind") return site.caller.getter(reference, parameter, "value");
    if (reference !== undefined && isThis(value)) return site.word(value.trim(), parameter, "value", true);
    return compileTemplate(value, (word) => site.word(word, parameter, "value", exact));
  }
  return compileJson(value, (word) => site.word(word, parameter, "value", false));
}

/** Whether a text refers to an argument in full: `$this.<namespace>.<name>`. A bare word stays a text here. */
function isThis(text: string): boolean {
  return /^\s*\$this\.[^.\s]+\.\S+\s*$/.test(text);
}

/** Whether a value is neither a template, nor a variable, nor a tree that may hold some. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") {
    return !isTemplate(value) && environmentWord(value.trim()) === undefined && !isThis(value);
  }
  return typeof value === "number" || typeof value === "boolean";
}
