/**
 * What an editor is told beside the shapes: titles, sentences, aliases, and what the official schema requires.
 *
 * @module
 */
import * as aliases from "./aliases.ts";
import { Authentication } from "./authentication.ts";
import { Bind, Info } from "./capability.ts";
import { ConsumedOperation, ConsumedResource, Consumes, RequestBody } from "./consumes.ts";
import {
  ExposesMcp,
  ExposesRest,
  Hints,
  McpPrompt,
  McpPromptArgument,
  McpResource,
  McpTool,
} from "./exposes.ts";
import { RestOperation, RestResource } from "./exposes.ts";
import { Aggregate, AggregateFlow, Semantics, Step, StepMapping } from "./flow.ts";
import { InputParameter, InputSchema, OutputParameter } from "./parameters.ts";

/** What an editor is told of one schema. */
export interface EditorNote {
  /** What it is called. */
  readonly title: string;
  /** Keys under other names. */
  readonly aliases?: aliases.Aliases;
  /** Keys the official schema requires. */
  readonly required?: readonly string[];
}

/** What an editor is told of each schema. */
export const EDITOR: ReadonlyMap<object, EditorNote> = new Map<object, EditorNote>([
  [Info, { title: "Info", aliases: aliases.INFO, required: ["display", "description"] }],
  [Bind, { title: "Bind", aliases: aliases.BIND, required: ["keys"] }],
  [Consumes, {
    title: "Consumed API",
    aliases: { ...aliases.CONSUMES, name: "namespace" },
    required: ["namespace", "type", "baseUri"],
  }],
  [ConsumedResource, {
    title: "Consumed resource",
    aliases: aliases.DISPLAY,
    required: ["path", "operations"],
  }],
  [ConsumedOperation, {
    title: "Consumed operation",
    aliases: aliases.CONSUMED_OPERATION,
    required: ["method"],
  }],
  [RequestBody, { title: "Request body", aliases: aliases.BODY }],
  [Authentication, {
    title: "Authentication",
    aliases: { ...aliases.AUTHENTICATION, ...aliases.API_KEY },
    required: ["type"],
  }],
  [InputParameter, { title: "Input", aliases: aliases.INPUT }],
  [InputSchema, { title: "Input schema", aliases: aliases.INPUT_SCHEMA }],
  [OutputParameter, { title: "Output", aliases: aliases.OUTPUT }],
  [Step, { title: "Step", required: ["type"] }],
  [StepMapping, { title: "Mapping", aliases: aliases.STEP_MAPPING, required: ["target", "value"] }],
  [Semantics, { title: "Semantics" }],
  [Aggregate, {
    title: "Aggregate",
    aliases: { ...aliases.AGGREGATE, name: "namespace" },
    required: ["display", "flows"],
  }],
  [AggregateFlow, { title: "Flow", aliases: aliases.RUNNABLE, required: ["description"] }],
  [McpTool, { title: "Tool", aliases: aliases.TOOL }],
  [McpResource, {
    title: "MCP resource",
    aliases: aliases.RUNNABLE,
    required: ["display", "uri", "description"],
  }],
  [McpPrompt, { title: "Prompt", aliases: aliases.DISPLAY, required: ["display", "description"] }],
  [McpPromptArgument, { title: "Prompt argument", aliases: aliases.DISPLAY }],
  [Hints, { title: "Hints", aliases: aliases.HINTS }],
  [RestOperation, { title: "REST operation", aliases: aliases.RUNNABLE, required: ["method"] }],
  [RestResource, { title: "REST resource", aliases: aliases.DISPLAY, required: ["path"] }],
  [ExposesMcp, {
    title: "MCP server",
    aliases: { ...aliases.EXPOSES, name: "namespace" },
    required: ["namespace", "tools"],
  }],
  [ExposesRest, {
    title: "REST API",
    aliases: { ...aliases.EXPOSES, name: "namespace" },
    required: ["port", "namespace"],
  }],
]);

/** A sentence for each key, where its schema has none of its own. */
export const SENTENCES: Readonly<Record<string, string>> = {
  address: "The interface to listen on; the loopback interface without it",
  aggregates: "Flows that several surfaces share",
  arguments: "What the prompt takes",
  audience: "The audience asked for with the token",
  authentication: "The credentials; keep secrets in binds and write {{NAME}}",
  authorizationServerUri: "The address of the authorization server",
  baseUri: "The address every path is appended to; the sandbox allows nothing else",
  binary: "Whether the content is bytes",
  binds: "Where the values of variables come from",
  body: "What the request carries",
  cacheScope: "Who may keep answers: public or private",
  cacheable: "The result may be kept",
  clientId: "The client's identifier at the token endpoint",
  clientSecret: "The client's secret; write it as {{NAME}}",
  consumes: "The HTTP APIs that are called",
  contentType: "The Content-Type of the body",
  data: "The body itself; {{name}} in it is an argument",
  default: "The value where the caller gives none",
  dependencies: "Script files that are loaded first",
  description: "What it is or does, for people and for models",
  destructive: "It may delete or overwrite",
  display: "The name people see",
  enum: "The values that are allowed",
  exposes: "What is served: MCP, REST, skills, control",
  file: "The script file",
  flows: "The flows, by name",
  format: "The format of the text, such as date-time or uuid",
  forward: "Requests are passed on to a consumed API",
  grantType: "client_credentials or refresh_token",
  headers: "Headers that are sent with every request",
  hints: "What the tool tells its caller about side effects",
  idempotent: "Running it twice is the same as running it once",
  index: "The step whose output is searched",
  info: "What the capability is called and who stands behind it",
  inputParameters: "What it takes",
  inputSchema: "The inputs as a JSON Schema",
  introspectionEndpoint: "Where tokens of callers are asked about, if the server's metadata does not say",
  items: "The schema of each element",
  jwksUri: "Where the keys of the authorization server are, if they are on another host",
  key: "The name of the header, query parameter or cookie that carries the key",
  keys: "The variables, each with its name at the source",
  language: "The language of the script: javascript",
  location: "The address of a file, as file://",
  lookupValue: "The value that is looked for",
  mappings: "Values of step outputs, and where they stand in the result",
  match: "The field that is compared",
  maxBinarySize: "The most bytes of an answer, such as 10MiB",
  maxLength: "The most characters; longer text of an output is cut",
  method: "The HTTP method",
  mimeType: "The media type of the content",
  name: "The name it is called by",
  namespace: "The name by which others refer to it",
  nullable: "Whether null is allowed",
  openWorld: "It reaches beyond the capability",
  operationId: "The operation it calls, where call is not given",
  operations: "The operations, by name",
  outputMediaType: "The media type of binary output",
  outputParameters: "What it gives",
  outputRawFormat:
    "The format of the answer: json, xml, yaml, csv, tsv, psv, avro, protobuf, html, markdown, binary",
  outputSchema: "The schema file of avro and protobuf, a CSS selector for html, a heading for markdown",
  password: "The password; write it as {{NAME}}",
  path: "The path; {{name}} in it is a parameter",
  pattern: "A regular expression the text must match",
  placement: "Where the key travels: header, query, cookie or body",
  port: "The port to listen on",
  prompts: "The prompts, by name",
  properties: "The fields, by name",
  readOnly: "It changes nothing",
  refreshToken: "The refresh token; write it as {{NAME}}",
  required: "Whether a call without it is refused",
  resource: "The resource asked for with the token",
  resources: "The resources, by name",
  responseBinary: "The answer as bytes",
  responses: "The answers, by status",
  safe: "It changes nothing",
  scopes: "The scopes asked for with the token",
  semantics: "What the flow promises about repetition and side effects",
  stakeholders: "The people behind it",
  steps: "What runs one after the other, by name",
  tags: "Words to find it by",
  target: "The place in the result; dots make nested objects",
  targetNamespace: "The consumed API requests are passed on to",
  template: "The messages of the prompt",
  token: "The bearer token; write it as {{NAME}}",
  tokenEndpoint: "The address that gives tokens",
  tools: "The tools, by name",
  transport: "http or stdio",
  trustedHeaders: "The only headers that are passed on",
  ttlMs: "How long answers may be kept, in milliseconds",
  tunnel: "A tunnel to the API",
  uri: "The address of the resource; {name} in it is a parameter",
  username: "The user name",
  version: "The version of the capability, reported to clients",
  with: "Arguments of the call, by the name of the parameter",
};
