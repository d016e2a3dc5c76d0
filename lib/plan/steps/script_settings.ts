/**
 * What a control surface says of scripts: `management.scripting`, read with care, since its content is kept as written.
 *
 * @module
 */
import { controlOf } from "../../document/control.ts";
import { isMapping, type Raw } from "../../document/conform/raw.ts";
import { Scripting, type ScriptSettings } from "./scripting.ts";
import type { PlanContext } from "../context.ts";

const read = new WeakMap<PlanContext, ScriptSettings>();
const scriptings = new WeakMap<PlanContext, Scripting>();

/** The scripting of a capability, made once. */
export function scriptingOf(context: PlanContext): Scripting {
  let scripting = scriptings.get(context);
  if (!scripting) scriptings.set(context, scripting = new Scripting(scriptSettings(context)));
  return scripting;
}

/** The settings of a capability, read once; a value that is none is reported and left out. */
function scriptSettings(context: PlanContext): ScriptSettings {
  const known = read.get(context);
  if (known) return known;
  const control = controlOf(context.spec.document);
  const management = control?.["management"],
    written = isMapping(management) ? management["scripting"] : undefined;
  const scripting: Readonly<Raw> = isMapping(written) ? written : {};
  const wrong = (key: string, expected: string): undefined => {
    const fix = `write ${expected}`;
    context.warn("wrong-type", `${key} should be ${expected}; it is left out`, scripting, key, fix);
    return undefined;
  };
  const count = (key: string): number | undefined => {
    const value = scripting[key];
    if (value === undefined || value === null) return undefined;
    const number = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) && number >= 1
      ? number
      : wrong(key, "a number from 1");
  };
  const { enabled, defaultLanguage, allowedLanguages } = scripting;
  const timeoutMs = count("timeout"), statementLimit = count("statementLimit");
  const allowed = typeof allowedLanguages === "string" ? [allowedLanguages] : allowedLanguages;
  const settings: ScriptSettings = {
    enabled: enabled !== false && enabled !== "false",
    defaultLanguage: defaultLanguage === undefined || defaultLanguage === null
      ? undefined
      : typeof defaultLanguage === "string"
      ? defaultLanguage
      : wrong("defaultLanguage", "a language"),
    allowedLanguages: allowed === undefined || allowed === null
      ? undefined
      : Array.isArray(allowed)
      ? allowed.map((language) => String(language).toLowerCase())
      : wrong("allowedLanguages", "a list of languages"),
    limits: {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(statementLimit === undefined ? {} : { statementLimit }),
    },
  };
  read.set(context, settings);
  return settings;
}
