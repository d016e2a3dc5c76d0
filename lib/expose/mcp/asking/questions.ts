/**
 * Questions: what a person can be asked for, of the inputs that a call has to have. Made once.
 *
 * A form of the protocol takes plain values. An input that is a flat object is a form of its own, under its name; the
 * plain ones share one. What looks like a secret is never asked for: clients keep what is typed into a form.
 *
 * @module
 */
import type { JsonSchema } from "../../../plan/flow.ts";

/** An input that a call has to have. */
export interface RequiredInput {
  /** The name that callers use. */
  readonly name: string;
  /** Another name that callers may use. */
  readonly also?: string;
  readonly title?: string | undefined;
  readonly schema: JsonSchema;
}

/** How one required input is asked for. */
export interface Question {
  readonly name: string;
  readonly also: string | undefined;
  /** The key of the form that asks for it. */
  readonly form: string;
  /** The field that asks for a plain value. */
  readonly field?: JsonSchema;
  /** The fields that ask for an object. */
  readonly fields?: JsonSchema;
}

/** A word that names a secret. */
const SECRET =
  /pass(?:word|wd|phrase|code|key)|secret|token|credential|api.?key|private.?key|\bauth\b|authorization|cookie|\bpin\b|\bcvc\b|\bcvv\b|\bssn\b|\biban\b|\botp\b|card.?number/i;
const FORMATS: ReadonlySet<unknown> = new Set(["email", "uri", "date", "date-time"]);
const KEPT: Readonly<Record<string, readonly string[]>> = {
  string: ["title", "description", "default", "minLength", "maxLength", "enum", "oneOf", "enumNames"],
  number: ["title", "description", "default", "minimum", "maximum"],
  integer: ["title", "description", "default", "minimum", "maximum"],
  boolean: ["title", "description", "default"],
  array: ["title", "description", "default", "minItems", "maxItems"],
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Whether a field would ask for a secret, by its name, its format or its words. */
function isSecret(name: string, schema: JsonSchema): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ");
  return schema["format"] === "password" || schema["writeOnly"] === true || SECRET.test(words) ||
    /\b(?:password|secret|api key|access token)\b/i.test(String(schema["description"] ?? ""));
}

/** Which items of a list a person chooses, where the schema of the items names them; undefined for any other list. */
function chosenItems(items: unknown): JsonSchema | undefined {
  if (!isObject(items) || items["type"] !== "string" || !Array.isArray(items["enum"])) return undefined;
  // The protocol's word for titles is another one in a list.
  return items["oneOf"] === undefined ? { type: "string", enum: items["enum"] } : { anyOf: items["oneOf"] };
}

/** The field of a form for a plain value, or for a choice of several; undefined where no form can ask for it. */
function fieldOf(name: string, schema: JsonSchema, title?: string): JsonSchema | undefined {
  const { type } = schema,
    items = type === "array" ? chosenItems(schema["items"]) : undefined,
    kept = typeof type === "string" ? KEPT[type] : undefined;
  if (
    !kept || (type === "array" && !items) || isSecret(name, schema) || schema["contentEncoding"] !== undefined
  ) return undefined;
  const choices = schema["enum"];
  if (choices !== undefined && (type !== "string" || !Array.isArray(choices))) return undefined;
  const out: Record<string, unknown> = { type, ...(title === undefined ? {} : { title }) };
  for (const key of kept) if (schema[key] !== undefined) out[key] = schema[key];
  if (items) out["items"] = items;
  if (out["oneOf"] !== undefined) delete out["enum"];
  if (type === "string" && FORMATS.has(schema["format"])) out["format"] = schema["format"];
  return out;
}

/** The fields for a flat object; undefined where no form can ask for all that it has to have. */
function fieldsOf(name: string, schema: JsonSchema): JsonSchema | undefined {
  const declared = schema["properties"];
  if (schema["type"] !== "object" || !isObject(declared) || isSecret(name, schema)) return undefined;
  const required = new Set((schema["required"] ?? []) as readonly string[]);
  const properties: Record<string, JsonSchema> = {};
  for (const [key, inner] of Object.entries(declared)) {
    const field = fieldOf(key, inner as JsonSchema);
    if (field) properties[key] = field;
    else if (required.has(key)) return undefined;
  }
  if (Object.keys(properties).length === 0) return undefined;
  return { type: "object", properties, ...(required.size > 0 ? { required: [...required] } : {}) };
}

/**
 * The questions for what a call has to have.
 *
 * @param inputs The required inputs, in order.
 * @returns One for each; undefined where there is none, or where one of them cannot be asked for: a call would fail of
 * it all the same, after its person has filled in a form.
 */
export function questionsOf(inputs: readonly RequiredInput[]): readonly Question[] | undefined {
  if (inputs.length === 0) return undefined;
  const out: Question[] = [], names = new Set(inputs.map(({ name }) => name));
  let shared = "arguments";
  while (names.has(shared)) shared += "_";
  for (const { name, also, title, schema } of inputs) {
    const field = fieldOf(name, schema, title), fields = field ? undefined : fieldsOf(name, schema);
    if (field) out.push({ name, also, form: shared, field });
    else if (fields) out.push({ name, also, form: name, fields });
    else return undefined;
  }
  return out;
}

/** The questions that arguments leave open. */
export function openQuestions(
  questions: readonly Question[],
  args: Readonly<Record<string, unknown>>,
): readonly Question[] {
  return questions.filter(({ name, also }) =>
    args[name] === undefined && (also === undefined || args[also] === undefined)
  );
}

/** A request for input. */
export interface InputRequest {
  readonly method: "elicitation/create";
  readonly params: {
    readonly mode: "form";
    readonly message: string;
    readonly requestedSchema: JsonSchema;
  };
}

/**
 * The requests for input, as the protocol words them.
 *
 * @param what The name of what was called, for the person to read.
 * @param open The questions.
 */
export function inputRequests(what: string, open: readonly Question[]): Record<string, InputRequest> {
  const out: Record<string, InputRequest> = {};
  const create = (requestedSchema: JsonSchema, names: readonly string[]): InputRequest => ({
    method: "elicitation/create",
    params: { mode: "form", message: `${what} needs ${names.join(", ")}.`, requestedSchema },
  });
  const plain = open.filter(({ field }) => field !== undefined);
  if (plain.length > 0) {
    const names = plain.map(({ name }) => name);
    const properties = Object.fromEntries(plain.map(({ name, field }) => [name, field]));
    out[plain[0]!.form] = create({ type: "object", properties, required: names }, names);
  }
  for (const { name, form, fields } of open) if (fields) out[form] = create(fields, [name]);
  return out;
}
