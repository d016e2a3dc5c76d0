/**
 * The value an author writes for a parameter.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import { LongDecimal } from "../../data/long_decimal.ts";
import type { Getter } from "../../expression/scope.ts";
import { Secret } from "../../expression/secret.ts";
import { compileJson, compileTemplate, exactPlaceholder, isTemplate } from "../../expression/template.ts";
import type { CallCompilation } from "./call_compilation.ts";
import { isMistyped } from "./checked.ts";
import { isCredentialName } from "../../upstream/credential_name.ts";
import { CallError } from "../../upstream/error.ts";
import { showValue } from "../inputs/check.ts";
import { coerceInput } from "../inputs/coerce.ts";
import { environmentWord } from "../../expression/words.ts";

/**
 * The value an author gave to a parameter: a constant or a template.
 *
 * @param site The call.
 * @param parameter The parameter.
 * @param textual It travels where only text can, so that a number keeps its writing.
 */
export function constantOf(site: CallCompilation, parameter: InputParameter, textual: boolean): Getter {
  const { value, type } = parameter;
  site.nameScope.context.checkTemplates(value, parameter, "value");
  if (type !== undefined && isPlain(value)) {
    // The official schema has every value written as text, a number too.
    const coerced = coerceInput(value, { type }), keeps = textual && typeof value === "string";
    if (isMistyped(parameter, coerced, textual)) return mistyped(site, parameter);
    const typed = keeps && (type === "number" || type === "integer") ? value : coerced;
    return () => typed;
  }
  if (typeof value === "string") {
    const exact = exactPlaceholder(value) !== undefined;
    const reference = site.nameScope.reference(value);
    if (reference?.kind === "bind") return site.nameScope.getter(reference, parameter, "value");
    if (reference !== undefined && isThis(value)) return site.word(value.trim(), parameter, "value", true);
    return compileTemplate(value, (word) => site.word(word, parameter, "value", exact));
  }
  return compileJson(value, (word) => site.word(word, parameter, "value", false));
}

/** A constant that does not have the declared type: the caller gets an error, and nothing is sent. */
function mistyped(site: CallCompilation, parameter: InputParameter): Getter {
  const { name, type, value } = parameter, message = `the value of ${name} is not of type ${type}`;
  site.nameScope.context.warn(
    "wrong-type",
    `${message}, so every call that needs it fails`,
    parameter,
    "value",
    `write a value of type ${type}, or another type`,
  );
  return () => {
    throw new CallError({
      code: "misconfigured",
      message: `${message}: ${showValue(value)}`,
      retryable: false,
      hint: "This call cannot work until the specification is corrected. Continue without it.",
      operatorHint: `write a value of type ${type} for ${name}, or another type`,
    });
  };
}

/**
 * A constant, kept as a secret where the name of its header or cookie says that it proves who calls: a key that was
 * written into the document is one as much as a key of a variable.
 *
 * @param site The call.
 * @param parameter The parameter, whose value is a constant.
 * @param get Its value.
 */
export function keptSecret(site: CallCompilation, parameter: InputParameter, get: Getter): Getter {
  const { name, value } = parameter;
  if (typeof value !== "string" || value === "" || !isCredentialName(name)) return get;
  const secret = new Secret(value);
  site.nameScope.context.secrets.add(value);
  return () => secret;
}

/** Whether a text refers to an argument in full: `$this.<namespace>.<name>`. A bare word stays a text here. */
function isThis(text: string): boolean {
  return /^\s*\$this\.[^.\s]+\.\S+\s*$/.test(text);
}

/** Whether the value of a parameter is known before any call. */
export function isConstantParameter(parameter: InputParameter): boolean {
  return isPlain(parameter.value);
}

/** Whether a value is neither a template, nor a variable, nor a tree that may hold some. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") {
    return !isTemplate(value) && environmentWord(value.trim()) === undefined && !isThis(value);
  }
  return typeof value === "number" || typeof value === "bigint" || value instanceof LongDecimal ||
    typeof value === "boolean";
}
