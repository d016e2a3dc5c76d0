/**
 * A REST surface as an OpenAPI 3.1 document, made from what runs: routes, inputs with their places, results, refusals.
 *
 * @module
 */
import type { ExposesRest } from "../../../schemas/mod.ts";
import type { Capability, Surface } from "../../plan/capability.ts";
import { credentialPlaces } from "../../plan/credential_places.ts";
import type { JsonSchema } from "../../plan/flow.ts";
import { pathPieces } from "../../expression/words.ts";
import { methodOf } from "../../surface/rest.ts";
import { describeInputs } from "./openapi_inputs.ts";
import { securityOf } from "./openapi_security.ts";
import { freshnessOf } from "./freshness.ts";
import { contractOf, offersOf } from "./prepared.ts";
import { type Route, type RouteForward, type RouteOperation, routesOf } from "./routes.ts";

/** An OpenAPI document, or a part of one. */
export type OpenApi = { readonly [key: string]: unknown };

const PROBLEM: JsonSchema = {
  type: "object",
  description: "What went wrong, and what a caller can do about it (RFC 9457).",
  properties: {
    type: { type: "string" },
    title: { type: "string", description: "What kind of problem it is." },
    status: { type: "integer", description: "The HTTP status." },
    detail: { type: "string", description: "What is wrong, in a sentence." },
    code: { type: "string", description: "The kind of problem, for programs." },
    hint: { type: "string", description: "What a caller can do now." },
    retryable: { type: "boolean", description: "Whether the same request may succeed later." },
    retryAfterSeconds: { type: "number" },
    fields: {
      type: "array",
      description: "The inputs that are wrong.",
      items: {
        type: "object",
        properties: { name: { type: "string" }, expected: { type: "string" }, got: { type: "string" } },
      },
    },
  },
  required: ["type", "title", "status", "detail"],
};

const PROBLEM_ANSWER = {
  description: "The request failed.",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const NO_CONTENT: ReadonlySet<string> = new Set(["204", "205", "304"]);
/** Methods that an OpenAPI document has a place for. */
const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "PUT",
  "POST",
  "DELETE",
  "OPTIONS",
  "HEAD",
  "PATCH",
  "TRACE",
]);
/** Methods that a forward is shown with. */
const FORWARDED = ["get", "put", "post", "patch", "delete"] as const;

/** A path in the writing of OpenAPI: `{name}` for a placeholder. */
function templateOf(path: string): string {
  const text = pathPieces(path).map((piece) => typeof piece === "string" ? piece : `{${piece.word}}`).join(
    "",
  );
  return `/${text.replace(/^\/+|(?<!\/)\/+$/g, "")}`;
}

/** The author's words on one status of an operation. */
function wordsOf(responses: unknown, status: string): string | undefined {
  if (responses === null || typeof responses !== "object") return undefined;
  const response = (responses as Record<string, unknown>)[status];
  const text = (response as { description?: unknown } | null | undefined)?.description;
  return typeof text === "string" && text !== "" ? text : undefined;
}

/** What the author's contract says of a media type, where nothing else says what the result is. */
function declaredSchema(responses: unknown, status: string, type: string): JsonSchema | undefined {
  if (responses === null || typeof responses !== "object") return undefined;
  const content = (responses as Record<string, { content?: Record<string, unknown> } | null>)[status]
    ?.content;
  const { schema } = (content?.[type] ?? {}) as { schema?: unknown };
  return schema !== null && typeof schema === "object" ? schema as JsonSchema : undefined;
}

/** The failures that the author's contract names: problems all of them, each in the author's words. */
function declaredFailures(responses: unknown): Record<string, unknown> {
  if (responses === null || typeof responses !== "object") return {};
  return Object.fromEntries(
    Object.keys(responses).filter((status) => /^[45](?:\d\d|XX)$/.test(status)).map((status) => [
      status,
      { ...PROBLEM_ANSWER, description: wordsOf(responses, status) ?? PROBLEM_ANSWER.description },
    ]),
  );
}

/** What an operation gives when all goes well, by status. */
function successesOf(entry: RouteOperation): Record<string, unknown> {
  const { operation, flow } = entry,
    { status, mediaType } = contractOf(entry),
    { schema, binary } = flow.output;
  const described = operation.responseBinary?.description;
  const types = binary ? offersOf(entry) ?? ["*/*"] : offersOf(entry)!;
  const content = (status: string) =>
    Object.fromEntries(types.map((type) => {
      const declared = type !== "application/json" ? undefined : schema ??
        declaredSchema(operation.responses, status, type);
      return [
        binary && mediaType !== undefined ? mediaType : type,
        declared === undefined ? {} : { schema: declared },
      ];
    }));
  // The status of a single call is the API's own.
  const statuses = status !== undefined
    ? [String(status)]
    : flow.request === undefined
    ? ["200"]
    : ["200", "2XX"];
  const out: Record<string, unknown> = Object.fromEntries(
    statuses.map((code) => [code, {
      description: wordsOf(operation.responses, code) ?? described ?? "The result.",
      ...(NO_CONTENT.has(code) ? {} : { content: content(code) }),
    }]),
  );
  if (statuses.length > 1) out["204"] = { description: "Done. The answer has no content." };
  const method = methodOf(operation);
  if (
    (method === "GET" || method === "HEAD") &&
    (flow.request !== undefined || freshnessOf(flow.semantics).tags)
  ) {
    out["304"] = { description: "The caller has the result already, as If-None-Match says." };
  }
  return out;
}

/** Gives each operation a name of its own. */
function naming(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}-${i}`;
    taken.add(name);
    return name;
  };
}

/** What the document says of one operation. */
function operationOf(
  surface: Surface<ExposesRest>,
  route: Route,
  entry: RouteOperation,
  nameOnce: (wanted: string) => string,
): OpenApi {
  const { operation, resource, flow } = entry, method = methodOf(operation);
  const inputs = describeInputs(flow, route.names, method, credentialPlaces(surface.model));
  const description = operation.description ?? flow.description, tag = tagOf(resource);
  const name = operation.name ??
    `${method.toLowerCase()}-${route.path.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "")}`;
  const isAsked = credentialPlaces(surface.model) !== undefined;
  return {
    operationId: nameOnce(name),
    ...(operation.display === undefined ? {} : { summary: operation.display }),
    ...(description === undefined ? {} : { description }),
    ...(tag === undefined ? {} : { tags: [tag] }),
    ...inputs,
    responses: {
      ...successesOf(entry),
      ...(isAsked
        ? { "401": { ...PROBLEM_ANSWER, description: "The credentials are missing or wrong." } }
        : {}),
      ...declaredFailures(operation.responses),
      default: PROBLEM_ANSWER,
    },
  };
}

function tagOf(
  { display, name }: { display?: string | undefined; name?: string | undefined },
): string | undefined {
  return display ?? name;
}

/** What the document says of a forward: any answer may come. */
function forwardOf(
  route: Route,
  { resource, forwarding }: RouteForward,
  nameOnce: (wanted: string) => string,
) {
  const tag = tagOf(resource), { base: { origin }, trusted } = forwarding;
  const parameters = [
    ...route.names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...trusted.filter((name) => !/^(?:accept|authorization|content-type)$/.test(name))
      .map((name) => ({ name, in: "header", schema: { type: "string" } })),
  ];
  return (method: string): OpenApi => ({
    operationId: nameOnce(`${method}-${resource.name ?? "forward"}`),
    description: `${
      resource.description === undefined ? "" : `${resource.description}\n\n`
    }Sent on to ${origin} as it is, with query and body. The last part of the path may hold slashes.`,
    ...(tag === undefined ? {} : { tags: [tag] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(method === "get" || method === "delete" ? {} : { requestBody: { content: { "*/*": {} } } }),
    responses: { default: { description: "What the API answers." } },
  });
}

function pathsOf(surface: Surface<ExposesRest>): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {}, nameOnce = naming();
  for (const route of routesOf(surface)) {
    const item = paths[templateOf(route.path)] ??= {};
    for (const [method, entry] of route.methods) {
      if (METHODS.has(method)) item[method.toLowerCase()] ??= operationOf(surface, route, entry, nameOnce);
    }
    const forward = route.forward && forwardOf(route, route.forward, nameOnce);
    if (forward) { for (const method of FORWARDED) item[method] ??= forward(method); }
  }
  return paths;
}

function tagsOf(surface: Surface<ExposesRest>): OpenApi[] {
  const tags = new Map<string, OpenApi>();
  for (const resource of surface.model.resources ?? []) {
    const name = tagOf(resource), { description } = resource;
    if (name === undefined || tags.has(name)) continue;
    tags.set(name, { name, ...(description === undefined ? {} : { description }) });
  }
  return [...tags.values()];
}

/**
 * The OpenAPI 3.1 document of a REST surface.
 *
 * @param capability The capability.
 * @param surface One of its REST surfaces.
 * @param server Where it is; `/`, which is where the document came from, when left out.
 */
export function openApiOf(capability: Capability, surface: Surface<ExposesRest>, server = "/"): OpenApi {
  const { model } = surface, { info } = capability.document, { schemes, requirement } = securityOf(model);
  const description = model.description ?? info?.description, tags = tagsOf(surface);
  return {
    openapi: "3.1.0",
    info: {
      title: model.display ?? capability.name,
      ...(description === undefined ? {} : { description }),
      version: capability.version ?? "1.0.0",
    },
    servers: [{ url: server }],
    ...(tags.length === 0 ? {} : { tags }),
    paths: pathsOf(surface),
    components: {
      schemas: { Problem: PROBLEM },
      ...(schemes === undefined ? {} : { securitySchemes: schemes }),
    },
    ...(requirement === undefined ? {} : { security: [requirement] }),
  };
}
