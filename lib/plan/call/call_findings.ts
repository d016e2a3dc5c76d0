/**
 * What a call says in vain of the values it sends.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import { showValue } from "../inputs/check.ts";
import { coerceInput } from "../inputs/coerce.ts";
import type { CallCompilation } from "./call_compilation.ts";
import { isMistyped } from "./checked.ts";
import { isConstantParameter } from "./constant.ts";
import { unknownStyle } from "./list_style.ts";

/** Warns of a constant in `with` that can never have the type of its parameter. */
export function warnOfMistyped(
  site: CallCompilation,
  parameter: InputParameter,
  input: string,
  textual: boolean,
): void {
  const { type, name } = parameter, key = site.keyOf(input);
  if (type === undefined || key === undefined) return;
  const written = site.with[key];
  // What was meant as a placeholder is reported as such.
  if (typeof written === "string" && /^[{$]/.test(written.trim())) return;
  if (
    !isConstantParameter({ name, value: written }) || site.nameScope.reference(String(written)) !== undefined
  ) {
    return;
  }
  if (!isMistyped(parameter, coerceInput(written, { type }), textual)) return;
  site.nameScope.context.warn(
    "wrong-type",
    `with gives ${name} the value ${showValue(written)}, and it takes ${type}, so every call fails`,
    site.with,
    key,
    `write a value of type ${type}`,
  );
}

/** Warns of words on how lists are written that say nothing here. */
export function warnOfStyle(site: CallCompilation, parameter: InputParameter, place: string): void {
  const key = place === "path" ? "style" : unknownStyle(parameter) ??
    (place !== "query" && /deepobject|delimited/i.test(parameter.style ?? "") ? "style" : undefined);
  if (key === undefined) return;
  site.nameScope.context.warn(
    "unknown-key",
    `${key}: ${parameter[key]} of ${parameter.name} is not known for a ${place} parameter and is left out`,
    parameter,
    key,
    place === "path"
      ? "use simple, label or matrix, with explode: true or false"
      : key === "style"
      ? "use form, spaceDelimited, pipeDelimited or deepObject in a query, with explode: true or false"
      : "use csv, ssv, tsv, pipes or multi",
  );
}
