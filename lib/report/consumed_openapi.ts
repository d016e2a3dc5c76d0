/**
 * A consumed API as an OpenAPI 3.1 document: as far as the specification says what it is.
 *
 * @module
 */
import type { Consumes, InputParameter } from "../../schemas/mod.ts";
import { pathPieces } from "../expression/words.ts";
import { securityOf } from "../expose/rest/openapi_security.ts";
import type { Capability } from "../plan/capability.ts";
import type { Flow, JsonSchema } from "../plan/flow.ts";
import { inputSchemaOf } from "../plan/inputs/json_schema.ts";

const PLACES: ReadonlySet<string> = new Set(["query", "header", "cookie"]);
/** The media types of bodies. */
const BODY_TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  xml: "application/xml",
  text: "text/plain",
  yaml: "application/yaml",
  sparql: "application/sparql-query",
  formurlencoded: "application/x-www-form-urlencoded",
  multipartform: "multipart/form-data",
  binary: "application/octet-stream",
};

/** A text with the placeholders of OpenAPI, and their names. */
function templateOf(text: string): { readonly text: string; readonly names: readonly string[] } {
  const pieces = pathPieces(text), names: string[] = [];
  for (const piece of pieces) if (typeof piece !== "string") names.push(piece.word);
  return {
    text: pieces.map((piece) => typeof piece === "string" ? piece : `{${piece.word}}`).join(""),
    names,
  };
}

/** Where the API is; a variable in its address is one of the document's, and its value is not shown. */
function serverOf({ baseUri = "/" }: Consumes): Record<string, unknown> {
  const { text, names } = templateOf(baseUri);
  return {
    url: text,
    ...(names.length === 0
      ? {}
      : { variables: Object.fromEntries(names.map((name) => [name, { default: name }])) }),
  };
}

/** The parameters of an operation, by name: those with a value of the document's own are nobody's to give. */
function parametersOf(consumes: Consumes, node: object): Map<string, InputParameter> {
  const out = new Map<string, InputParameter>();
  const resource = consumes.resources?.find(({ operations }) => operations?.some((each) => each === node));
  const operation = node as { readonly inputParameters?: readonly InputParameter[] };
  for (const list of [consumes.inputParameters, resource?.inputParameters, operation.inputParameters]) {
    for (const parameter of list ?? []) out.set(parameter.name, parameter);
  }
  for (const [name, { value }] of out) if (value !== undefined) out.delete(name);
  return out;
}

function described({ description, ...schema }: JsonSchema): { schema: JsonSchema; description?: unknown } {
  return { schema, ...(description === undefined ? {} : { description }) };
}

function operationOf(consumes: Consumes, node: object, flow: Flow, pathNames: readonly string[]) {
  const { name, display, body } = node as { name: string; display?: string; body?: unknown };
  const parameters = parametersOf(consumes, node), inBody = new Map<string, InputParameter>();
  const listed: unknown[] = pathNames.map((word) => ({
    name: word,
    in: "path",
    required: true,
    ...described(parameters.has(word) ? inputSchemaOf(parameters.get(word)!) : { type: "string" }),
  }));
  for (const [word, parameter] of parameters) {
    if (pathNames.includes(word)) continue;
    const place = parameter.in ?? "query";
    if (place === "body" || place === "formData") inBody.set(word, parameter);
    if (!PLACES.has(place) || (place === "header" && /^(?:accept|authorization|content-type)$/i.test(word))) {
      continue;
    }
    listed.push({
      name: word,
      in: place,
      ...(parameter.required === true ? { required: true } : {}),
      ...described(inputSchemaOf(parameter)),
    });
  }
  const type = (body as { type?: unknown } | undefined)?.type;
  const media = BODY_TYPES[String(type ?? "json").toLowerCase()] ?? "application/json";
  const { schema } = flow.output;
  return {
    operationId: name,
    ...(display === undefined ? {} : { summary: display }),
    ...(flow.description === undefined ? {} : { description: flow.description }),
    ...(listed.length === 0 ? {} : { parameters: listed }),
    ...(body === undefined && inBody.size === 0 ? {} : {
      requestBody: {
        content: {
          [media]: inBody.size === 0 ? {} : {
            schema: {
              type: "object",
              properties: Object.fromEntries(
                [...inBody].map(([word, input]) => [word, inputSchemaOf(input)]),
              ),
            },
          },
        },
      },
    }),
    responses: {
      // What the document makes of an answer is not what the API sends.
      "2XX": {
        description: schema === undefined ? "The answer." : "The answer, of which the document takes a part.",
      },
      default: { description: "The API refuses or fails." },
    },
  };
}

/**
 * The OpenAPI document of a consumed API.
 *
 * @param capability The capability, compiled with or without its variables.
 * @param namespace The namespace of the API.
 * @returns Undefined where nothing consumed has that namespace.
 */
export function consumedOpenApi(capability: Capability, namespace: string): object | undefined {
  const consumes = capability.document.consumes?.find((each) => each.namespace === namespace);
  if (!consumes) return undefined;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { kind, name, node, flow } of capability.callables) {
    const request = kind === "consumed" && name.startsWith(`${namespace}.`) ? flow?.request : undefined;
    if (!flow || request === undefined) continue;
    const [method = "GET", ...path] = request.split(" ");
    const { text, names } = templateOf(path.join(" ").replace(/\?.*$/s, "") || "/");
    const item = paths[text.startsWith("/") ? text : `/${text}`] ??= {};
    item[method.toLowerCase()] ??= operationOf(consumes, node, flow, names);
  }
  const { schemes, requirement } = securityOf(consumes);
  return {
    openapi: "3.1.0",
    info: {
      title: namespace,
      ...(consumes.description === undefined ? {} : { description: consumes.description }),
      version: capability.version ?? "1.0.0",
    },
    servers: [serverOf(consumes)],
    paths,
    ...(schemes === undefined ? {} : { components: { securitySchemes: schemes } }),
    ...(requirement === undefined ? {} : { security: [requirement] }),
  };
}
