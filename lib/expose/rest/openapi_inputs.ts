/**
 * The inputs of a flow as the parameters and the body of an OpenAPI operation.
 *
 * @module
 */
import type { CredentialPlaces } from "../../plan/credential_places.ts";
import type { Flow, Input, JsonSchema } from "../../plan/flow.ts";
import { typesOf } from "../../plan/inputs/schema_types.ts";
import { placeInputs } from "./request.ts";

/** Headers that an OpenAPI document says elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);
/** Methods whose body nobody reads, or hardly anybody sends. */
const BODYLESS: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

/** A schema without its description, which stands beside it. */
function parted({ schema }: Input): { readonly schema: JsonSchema; readonly description?: unknown } {
  const { description, ...rest } = schema;
  return { schema: rest, ...(description === undefined ? {} : { description }) };
}

function parameterOf(input: Input, place: string, name: string): Record<string, unknown> {
  const { schema, ...described } = parted(input), types = typesOf(schema);
  return {
    name,
    in: place,
    ...described,
    ...(input.required || place === "path" ? { required: true } : {}),
    // An object travels as JSON.
    ...(types.includes("object") ? { content: { "application/json": { schema } } } : { schema }),
  };
}

/** The fields of a body as one object; a place such as `$.a.b` is an object in an object. */
class Fields {
  readonly #properties = new Map<string, JsonSchema | Fields>();
  readonly #required = new Set<string>();

  /** Adds an input at a place. */
  add([key, ...rest]: readonly string[], input: Input): void {
    if (input.required) this.#required.add(key!);
    if (rest.length === 0) {
      const { required, schema } = input;
      return void this.#properties.set(key!, required ? withOptional(schema) : orNull(schema));
    }
    const known = this.#properties.get(key!);
    // What is said of the whole says enough of its parts.
    if (known !== undefined && !(known instanceof Fields)) return;
    const inner = known ?? new Fields();
    this.#properties.set(key!, inner);
    inner.add(rest, input);
  }

  /** The schema of the object. */
  schema(): JsonSchema {
    const properties = [...this.#properties].map(([name, each]) =>
      [name, each instanceof Fields ? each.schema() : each] as const
    );
    return {
      type: "object",
      properties: Object.fromEntries(properties),
      ...(this.#required.size === 0 ? {} : { required: [...this.#required] }),
    };
  }
}

/** A schema of something that may be left out: null says that it is, at any depth. */
function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema, out = { ...withOptional(schema) };
  if (type === undefined) return out;
  if (Array.isArray(values) && !values.includes(null)) out["enum"] = [...values, null];
  const types = typesOf(schema);
  return { ...out, type: types.includes("null") ? type : [...types, "null"] };
}

/** The same of what is inside of a schema. */
function withOptional(schema: JsonSchema): Record<string, unknown> {
  const { properties, required, items } = schema;
  const needed = new Set(Array.isArray(required) ? required as string[] : []);
  return {
    ...schema,
    ...(properties === undefined ? {} : {
      properties: Object.fromEntries(
        Object.entries(properties as Record<string, JsonSchema>).map(([name, inner]) => [
          name,
          needed.has(name) ? withOptional(inner) : orNull(inner),
        ]),
      ),
    }),
    ...(items === undefined || typeof items !== "object" ? {} : { items: withOptional(items as JsonSchema) }),
  };
}

/** The keys of a plain path into a body; undefined for any other. */
function keysOf(path: string): string[] | undefined {
  return /^\$(?:\.[A-Za-z_][\w-]*)+$/.test(path) ? path.slice(2).split(".") : undefined;
}

function bodyOf(inputs: readonly Input[], isForm: boolean): Record<string, unknown> {
  const fields = new Fields();
  for (const input of inputs) {
    const keys = input.bodyPath === undefined ? [input.name] : keysOf(input.bodyPath);
    if (keys) fields.add(keys, input);
  }
  const schema = fields.schema(), required = inputs.some((input) => input.required);
  const types = isForm ? ["application/x-www-form-urlencoded", "multipart/form-data"] : ["application/json"];
  return {
    ...(required ? { required } : {}),
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  };
}

/**
 * What an operation takes.
 *
 * @param flow The flow behind it.
 * @param names The placeholders of its path.
 * @param method Its method, in capitals.
 * @param credentials Where callers show who they are.
 */
export function describeInputs(
  flow: Flow,
  names: readonly string[],
  method: string,
  credentials: CredentialPlaces | undefined,
): { readonly parameters?: unknown[]; readonly requestBody?: unknown } {
  const parameters: unknown[] = [], inBody: Input[] = [], known = new Set<string>();
  let whole: Input | undefined, isForm = false;
  const isBodyless = BODYLESS.has(method);
  for (const { input, place } of placeInputs(flow, new Set(names), credentials)) {
    switch (place) {
      case "path":
        if (!names.includes(input.name)) break;
        known.add(input.name);
        parameters.push(parameterOf(input, place, input.name));
        break;
      case "header":
        if (!ELSEWHERE.has(input.name.toLowerCase())) parameters.push(parameterOf(input, place, input.name));
        break;
      case "query":
      case "cookie":
        parameters.push(parameterOf(input, place, input.name));
        break;
      case "anywhere":
        if (isBodyless) parameters.push(parameterOf(input, "query", input.name));
        else inBody.push(input);
        break;
      case "formData":
        isForm = true;
        inBody.push(input);
        break;
      case "whole body":
        whole = input;
        break;
      case "body":
        inBody.push(input);
    }
  }
  for (const name of names) {
    if (!known.has(name)) parameters.push({ name, in: "path", required: true, schema: { type: "string" } });
  }
  const requestBody = whole
    ? {
      ...(whole.required ? { required: true } : {}),
      content: { "application/json": { schema: withOptional(whole.schema) } },
    }
    : inBody.length > 0
    ? bodyOf(inBody, isForm)
    : undefined;
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === undefined || method === "GET" || method === "HEAD" ? {} : { requestBody }),
  };
}
