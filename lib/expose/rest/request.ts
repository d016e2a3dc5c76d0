/**
 * From a REST request to the arguments of a flow.
 *
 * @module
 */
import { ownValue } from "../../data/own.ts";
import { compileJsonPath } from "../../expression/json_path.ts";
import type { Flow, Input } from "../../plan/flow.ts";
import { typesOf } from "../../plan/inputs/schema_types.ts";
import { CallError } from "../../upstream/error.ts";
import type { CredentialPlaces } from "../../plan/credential_places.ts";
import type { Address } from "./address.ts";
import { BodyError, invalidBody } from "./request_body.ts";

/** A parsed request. */
export interface Incoming {
  readonly path: Readonly<Record<string, string>>;
  /** The address; it is taken apart only where an input comes from its query. */
  readonly address: Address;
  readonly request: Request;
  /** The decoded body; undefined when there is none. */
  readonly body: unknown;
  readonly cookies: () => Readonly<Record<string, string>>;
}

/** A field of a body; a list has none. */
function fieldOf(node: unknown, key: string): unknown {
  return Array.isArray(node) ? undefined : ownValue(node, key);
}

/**
 * Values of a parameter that may repeat.
 *
 * @throws {CallError} `invalid_arguments`, for several values of what has one: programs before and behind this one could
 *   take another of them.
 */
function repeated(name: string, values: readonly string[], isArray: boolean): unknown {
  if (values.length === 0) return undefined;
  if (!isArray) {
    if (values.length === 1) return values[0];
    throw new CallError({
      code: "invalid_arguments",
      message: `The query has ${name} ${values.length} times.`,
      retryable: false,
      fields: [{ name, expected: "one value", got: `${values.length} values` }],
      hint: `Send ${name} once.`,
    });
  }
  if (values.length > 1) return values;
  const only = values[0]!;
  return only.startsWith("[") ? only : only === "" ? [] : only.split(",");
}

/** How an input's value is found in a request. */
type Take = (incoming: Incoming) => unknown;

/** Where a request carries an input. */
export type InputPlace =
  | "path"
  | "query"
  | "header"
  | "cookie"
  | "formData"
  /** A field of the body, or a place in it. */
  | "body"
  /** The whole body; or a field of its name, where there is one. */
  | "whole body"
  /** The query, else the body. */
  | "anywhere"
  /** Nowhere: callers show there who they are. */
  | "nowhere";

/** An input, and where a request carries it. */
export interface PlacedInput {
  readonly input: Input;
  readonly place: InputPlace;
  /** It may be the whole body where it is not found elsewhere. */
  readonly isAlone: boolean;
}

/**
 * Where a request carries the inputs of a flow.
 *
 * @param flow The flow.
 * @param placeholders The placeholders of the route.
 * @param credentials Where callers show who they are: no input is taken from there, so that it travels no further.
 */
export function placeInputs(
  flow: Flow,
  placeholders: ReadonlySet<string>,
  credentials?: CredentialPlaces,
): PlacedInput[] {
  const { list } = flow.inputs;
  const inBody = list.filter((input) => input.in === "body" || input.in === "formData");
  const undecided = list.filter((input) => input.in === undefined && !placeholders.has(input.name));
  const isAlone = inBody.length === 1 || (inBody.length === 0 && undecided.length === 1);
  const isCredential = (place: keyof CredentialPlaces, key: string) => credentials?.[place].has(key) === true;
  const placeOf = ({ name, in: place, schema, bodyPath }: Input): InputPlace => {
    switch (place ?? (placeholders.has(name) ? "path" : "")) {
      case "path":
        return "path";
      case "query":
        return isCredential("query", name) ? "nowhere" : "query";
      case "header":
        return isCredential("header", name.toLowerCase()) ? "nowhere" : "header";
      case "cookie":
        return isCredential("cookie", name) ? "nowhere" : "cookie";
      case "formData":
        return "formData";
      case "body": {
        const types = typesOf(schema);
        const isWhole = types.length === 0 || types.includes("object") || name === "body";
        return isAlone && isWhole && bodyPath === undefined ? "whole body" : "body";
      }
      default:
        return isCredential("query", name) ? "body" : "anywhere";
    }
  };
  return list.map((input) => ({ input, place: placeOf(input), isAlone }));
}

function takeBody(input: Input, alone: boolean): Take {
  if (input.bodyPath !== undefined) {
    const path = compileJsonPath(input.bodyPath);
    return ({ body }) => body === undefined ? undefined : path.get(body) ?? undefined;
  }
  const { name } = input, types = typesOf(input.schema);
  const takesObjects = types.length === 0 || types.includes("object") || name === "body";
  return ({ body }) => {
    const field = fieldOf(body, name);
    if (field !== undefined || !alone) return field;
    if (body === undefined) return undefined;
    const isObject = body !== null && typeof body === "object" && !Array.isArray(body);
    return takesObjects || !isObject ? body : undefined;
  };
}

function take({ input, place, isAlone }: PlacedInput): Take {
  const { name } = input, isArray = typesOf(input.schema).includes("array");
  const fromQuery: Take = ({ address }) => repeated(name, address.url.searchParams.getAll(name), isArray);
  switch (place) {
    case "path":
      return ({ path }) => path[name];
    case "query":
      return fromQuery;
    case "header":
      return ({ request }) => request.headers.get(name) ?? undefined;
    case "cookie":
      return ({ cookies }) => cookies()[name];
    case "formData":
      return ({ body }) => fieldOf(body, name);
    case "body":
    case "whole body":
      return takeBody(input, isAlone);
    case "nowhere":
      return () => undefined;
    case "anywhere": {
      const fromBody = takeBody(input, isAlone);
      return (incoming) => fromQuery(incoming) ?? fromBody(incoming);
    }
  }
}

/** Takes the arguments of a flow out of a request. */
export type TakeArguments = (incoming: Incoming) => Record<string, unknown>;

/**
 * Compiles how a flow's arguments are found in a request. What no input names is ignored.
 *
 * @param placed The inputs of the flow, with their places.
 */
export function compileArguments(placed: readonly PlacedInput[]): TakeArguments {
  const takers = placed.map((each) => [each.input.wireName, take(each)] as const);
  const inBody = placed.filter(({ place }) =>
    place === "body" || place === "formData" || place === "anywhere"
  );
  // An input that may be the whole body can be anything; fields are looked for in an object alone.
  const needsFields = inBody.length > 0 && !inBody.some(({ isAlone }) => isAlone) &&
    !placed.some(({ place }) => place === "whole body");
  return (incoming) => {
    if (needsFields) checkFields(incoming);
    const args: Record<string, unknown> = {};
    for (const [name, get] of takers) {
      const value = get(incoming);
      if (value !== undefined) args[name] = value;
    }
    return args;
  };
}

/** Refuses a body in which no field can be: it would be dropped without a word. */
function checkFields({ body, request }: Incoming): void {
  if (body === undefined || (body !== null && typeof body === "object" && !Array.isArray(body))) return;
  const type = request.headers.get("content-type") ?? "";
  if (typeof body === "string" && !/\bjson\b/i.test(type)) {
    throw new BodyError(
      415,
      `The inputs are fields of the body, and none can be found in ${
        type === "" ? "text" : type
      }; send application/json.`,
    );
  }
  throw invalidBody("The body is not a JSON object, and the inputs are its fields.", "a JSON object");
}

/** The cookies of a request, read when first asked for. */
export function cookiesOf(request: Request): () => Readonly<Record<string, string>> {
  let cookies: Record<string, string> | undefined;
  return () => {
    if (cookies) return cookies;
    cookies = Object.create(null) as Record<string, string>;
    for (const pair of request.headers.get("cookie")?.split(";") ?? []) {
      const equals = pair.indexOf("=");
      if (equals < 0) continue;
      const value = pair.slice(equals + 1).trim().replace(/^"(.*)"$/, "$1");
      try {
        cookies[pair.slice(0, equals).trim()] = decodeURIComponent(value);
      } catch {
        cookies[pair.slice(0, equals).trim()] = value;
      }
    }
    return cookies;
  };
}
