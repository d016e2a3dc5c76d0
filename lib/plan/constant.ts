/**
 * The value an author writes for a parameter.
 *
 * @module
 */
import type { InputParameter } from "../../schemas/mod.ts";
import type { Getter } from "../expression/scope.ts";
import { compileJson, compileTemplate } from "../expression/template.ts";
import type { CallSite } from "./call_site.ts";

/** The value an author gave to a parameter: a constant or a template. */
export function constantOf(site: CallSite, parameter: InputParameter): Getter {
  const { value } = parameter;
  if (typeof value === "string") {
    const exact = /^\s*\{\{\{?[^{}]*\}?\}\}\s*$/.test(value);
    const environment = site.caller.reference(value);
    if (environment?.kind === "bind") return site.caller.getter(environment, parameter, "value");
    return compileTemplate(value, (word) => site.word(word, parameter, "value", exact));
  }
  return compileJson(value, (word) => site.word(word, parameter, "value", false));
}
