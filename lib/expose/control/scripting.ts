/**
 * `/scripting`: what scripts may do, to be looked at and to be changed while the capability runs.
 *
 * @module
 */
import type { Scripting, ScriptingChange } from "../../plan/steps/scripting.ts";
import { readText } from "../http.ts";
import { json, type Methods, refusal } from "./answer.ts";

/** The most a request may hold, in bytes. */
const MAX_BYTES = 64 * 1024;
/** Languages that the specification names; Capstan runs the first. */
const LANGUAGES: readonly string[] = ["javascript", "python", "groovy"];
const DEFAULT_TIMEOUT_MS = 60_000, DEFAULT_STATEMENTS = 100_000;
/** The most that can be set from outside: an hour, and what a script cannot execute in it. */
const MAX_TIMEOUT_MS = 3_600_000, MAX_STATEMENTS = 1e12;
/** How many languages a list may name: more than there are. */
const MAX_LANGUAGES = 20;

/** What a value of a setting has to be; a text says what is wrong with one. */
const CHECKS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  enabled: (value) => typeof value === "boolean" ? undefined : "must be true or false",
  timeout: (value) => count(value, MAX_TIMEOUT_MS),
  statementLimit: (value) => count(value, MAX_STATEMENTS),
  allowedLanguages(value) {
    if (!Array.isArray(value)) return "must be an array";
    if (value.length > MAX_LANGUAGES) return `must have at most ${MAX_LANGUAGES} entries`;
    const unknown = value.find((word) => !LANGUAGES.includes(String(word).toLowerCase()));
    return unknown === undefined ? undefined : `has ${JSON.stringify(unknown)}; use ${LANGUAGES.join(", ")}`;
  },
};

function count(value: unknown, most: number): string | undefined {
  if (typeof value !== "number" || !Number.isInteger(value)) return "must be an integer of at least 1";
  if (value < 1) return "must be at least 1";
  return value <= most ? undefined : `must be at most ${most}`;
}

function show(scripting: Scripting): Record<string, unknown> {
  const { enabled, defaultLanguage, allowedLanguages, limits } = scripting.settings;
  return {
    enabled,
    ...(defaultLanguage === undefined ? {} : { defaultLanguage }),
    timeout: limits.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    statementLimit: limits.statementLimit ?? DEFAULT_STATEMENTS,
    ...(allowedLanguages === undefined ? {} : { allowedLanguages }),
    stats: scripting.stats(),
  };
}

/** The changes of a request, or what is wrong with it. */
async function changeOf(request: Request): Promise<ScriptingChange | string> {
  const text = await readText(request, MAX_BYTES);
  if (text === undefined) return `the body is larger than ${MAX_BYTES} bytes`;
  if (text === null) return "the body is not UTF-8";
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "the body is not valid JSON";
  }
  if (body === null || typeof body !== "object" || Array.isArray(body)) return "the body must be an object";
  for (const [key, value] of Object.entries(body)) {
    if (!Object.hasOwn(CHECKS, key)) return `${key} is not a setting that can be changed`;
    const wrong = CHECKS[key]!(value);
    if (wrong !== undefined) return `${key} ${wrong}`;
  }
  return body as ScriptingChange;
}

/** The endpoint of a capability's scripting. */
export function scriptingEndpoint(scripting: Scripting): Methods {
  return {
    GET: () => json(show(scripting)),
    async PUT(request) {
      const change = await changeOf(request);
      if (typeof change === "string") {
        return refusal(400, change, `Settings are ${Object.keys(CHECKS).join(", ")}; nothing was changed.`);
      }
      scripting.change(change);
      return json(show(scripting));
    },
  };
}
