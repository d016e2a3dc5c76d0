/**
 * Capstan as a library: read a capability specification, check it, run it in this program or in its sandbox.
 *
 * @example Calling a tool from a program
 * ```ts
 * import { call, compileCapability, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * await using api = Deno.serve(
 *   { port: 0, hostname: "127.0.0.1", onListen() {} },
 *   () => Response.json({ data: [{ id: 1 }, { id: 2 }], page: 1 }),
 * );
 * const spec = readSpecification("orders.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - type: http
 *       namespace: shop
 *       baseUri: http://127.0.0.1:${api.addr.port}
 *       resources:
 *         orders:
 *           path: /orders
 *           operations:
 *             list: { method: GET }
 *   exposes:
 *     - type: mcp
 *       namespace: orders
 *       port: 3001
 *       tools:
 *         list-orders:
 *           description: Lists orders
 *           call: shop.list
 *           outputParameters:
 *             - { type: array, mapping: $.data }
 * `,
 * });
 * const capability = await compileCapability(spec);
 * assert.deepEqual(await call(capability, "list-orders"), [{ id: 1 }, { id: 2 }]);
 * ```
 *
 * @module
 */
import { resolveBinds } from "./lib/plan/binds/binds.ts";
import type { Capability as Compiled, Disabled, FlowTable, Reach } from "./lib/plan/capability.ts";
import { CALL_MS } from "./lib/plan/deadline.ts";
import { compileCapability as compile } from "./lib/expose/compile.ts";
import type { Flow, Preview } from "./lib/plan/flow.ts";
import { githubAnnotation as annotate } from "./lib/report/github.ts";
import { sarifLog as log } from "./lib/report/sarif.ts";
import { validateSpecification } from "./lib/report/validate.ts";
import { type Inspection, inspection } from "./lib/sandbox/inspect.ts";
import { type Manifest, manifestOf, permissionFlags as flags } from "./lib/sandbox/manifest.ts";
import { SURFACE_TYPES } from "./lib/expose/surface_types.ts";
import { withRefused, withTexts } from "./lib/plan/files.ts";
import { flowNamed, previewOf, runOnce } from "./lib/plan/flows/run_once.ts";
import { withUnserved } from "./lib/sandbox/served.ts";
import { serveSandboxed, type Serving } from "./lib/sandbox/serving.ts";
import { heldToFolders } from "./lib/document/files.ts";
import { fileReader, type ReadText } from "./lib/host/files.ts";
import { replaceBaseUri } from "./lib/document/base_uris.ts";
import type { Diagnostic } from "./lib/document/diagnostic.ts";
import { readSpecification as read } from "./lib/document/read.ts";
import { renderDiagnostic as render } from "./lib/document/render.ts";
import type { Specification as Model } from "./lib/document/specification.ts";
import { documentSchema as schemaOfDocuments } from "./schemas/json_schema.ts";

export { writeJson } from "./lib/data/json.ts";
export { LongDecimal } from "./lib/data/long_decimal.ts";
export { CallError } from "./lib/upstream/error.ts";
export type { CallErrorData, ErrorCode, FieldError, UpstreamAnswer } from "./lib/upstream/error.ts";
export type {
  InspectedSurface,
  InspectedVariable,
  Inspection,
  Offer,
  OfferedInput,
} from "./lib/sandbox/inspect.ts";
export type { Manifest } from "./lib/sandbox/manifest.ts";
export type { RunningSurface } from "./lib/expose/start.ts";
export type { Serving } from "./lib/sandbox/serving.ts";
export { CODES, type DiagnosticCode } from "./lib/document/codes.ts";
export type { Diagnostic, Severity } from "./lib/document/diagnostic.ts";
export type { Location } from "./lib/document/location.ts";
export type { Disabled, FlowTable, Reach } from "./lib/plan/capability.ts";
export type {
  Call,
  Caller,
  CallEvent,
  CallEventCode,
  CallWatch,
  StepKind,
  StepWatch,
  TraceParent,
  UpstreamAttempt,
  UpstreamTarget,
  UpstreamWatch,
  WatchedRequest,
  WatchedResponse,
} from "./lib/telemetry/call.ts";
export type {
  Flow,
  FlowResult,
  FlowSemantics,
  Input,
  Inputs,
  JsonSchema,
  Output,
  Preview,
  ResultHeaders,
} from "./lib/plan/flow.ts";

/** A specification that `readSpecification` has read. */
export interface Specification {
  /** The file as it was named. */
  readonly file: string;
  /** The model, in one form whatever the dialect. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The dialect as recognised by structure; undefined when the document is none. */
  readonly dialect: string | undefined;
  /** What was found, in order of file and position. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A capability that `compileCapability` has compiled. Nothing in it changes afterwards. */
export interface Capability {
  /** For people. */
  readonly name: string;
  /** The version its author gave it. */
  readonly version: string | undefined;
  /** Aggregate flows as `namespace.flow` and consumed operations as `namespace.operation`. */
  readonly flows: FlowTable;
  /** Every address it may call. */
  readonly reach: readonly Reach[];
  /** What cannot run. */
  readonly disabled: readonly Disabled[];
  /** What compiling found, beside what reading found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Takes the text of every secret out of a text. */
  redact(text: string): string;
}

// What callers hold is a view of what the rooms work on; these see through it.
const model = (spec: Specification) => spec as Model;
const compiled = (capability: Capability) => capability as Compiled;

/** Where a specification's surroundings come from. */
export interface Surroundings {
  /** The value of a variable; the process environment when left out. */
  readonly env?: (name: string) => string | undefined;
  /** The text of a file; read from the file system when left out. */
  readonly readText?: (path: string) => string;
  /** Folders whose files any document may name, beside those of its own folder. */
  readonly allowRead?: readonly string[];
}

function surroundings({ env, readText, allowRead = [] }: Surroundings): {
  readonly env: (name: string) => string | undefined;
  readonly readText: ReadText;
} {
  return {
    env: env ?? ((name) => Deno.env.get(name)),
    readText: readText ? heldToFolders(readText, allowRead) : fileReader(allowRead),
  };
}

/** How a specification is read. */
export interface ReadOptions {
  /** Reads this text instead of the file. */
  readonly text?: string;
  /** The text of an imported file; read from the file system when left out. */
  readonly readText?: (path: string) => string;
  /** Folders whose files any document may import, beside those of its own folder. */
  readonly allowRead?: readonly string[];
  /** Addresses to call instead of those the document says, by consumed namespace: a test server, a regional host. */
  readonly baseUris?: Readonly<Record<string, string>>;
}

/**
 * Reads a specification. Never throws for a bad one: its diagnostics say what is wrong.
 *
 * @param file The file, as messages name it.
 * @param options What to read instead, and what to call instead.
 * @returns The model, with every finding.
 * @throws {TypeError} When `baseUris` names a namespace that is not there, or something that is no address.
 *
 * @example Finding what is wrong with a file
 * ```ts
 * import { readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const { diagnostics } = readSpecification("broken.yml", { text: "ikanos: [" });
 * assert.equal(diagnostics[0]?.severity, "error");
 * ```
 */
export function readSpecification(file: string, options: ReadOptions = {}): Specification {
  const { readText, allowRead } = options;
  const io = surroundings({ ...readText && { readText }, ...allowRead && { allowRead } });
  const spec = read(file, io, options.text === undefined ? {} : { text: options.text });
  for (const [namespace, uri] of Object.entries(options.baseUris ?? {})) {
    const why = replaceBaseUri(spec, namespace, uri);
    if (why !== undefined) throw new TypeError(why);
  }
  return readText ? spec : withUnserved(spec, allowRead);
}

/**
 * Compiles a specification to a capability that runs in this program, with this program's permissions.
 *
 * @param spec The specification.
 * @param given Where variables and files come from.
 * @returns Every flow, ready to run; what cannot run is in `disabled`, with the reason.
 *
 * @example What a capability offers
 * ```ts
 * import { compileCapability, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("fixed.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   exposes:
 *     - type: mcp
 *       namespace: fixed
 *       port: 3001
 *       tools:
 *         answer:
 *           description: The answer
 *           outputParameters:
 *             - { name: answer, type: number, value: 42 }
 * `,
 * });
 * const { reach, disabled } = await compileCapability(spec);
 * assert.deepEqual(reach, []);
 * assert.deepEqual(disabled, []);
 * ```
 */
export async function compileCapability(spec: Specification, given: Surroundings = {}): Promise<Capability> {
  const { env, readText } = surroundings(given);
  const { values, diagnostics } = resolveBinds(model(spec), { env, readText });
  return await compile(model(spec), { binds: values, found: diagnostics, readText });
}

/** How one call is made. */
export interface CallOptions {
  /** Cancels the call, and the request that is on its way. */
  readonly signal?: AbortSignal;
  /** How long the call may take, in milliseconds, its steps and retries included; 30 seconds when left out. */
  readonly timeout?: number;
}

/**
 * Calls a tool, a REST operation (by name or as `GET /path`), an aggregate flow or a consumed operation (as
 * `namespace.operation`) once, in this program.
 *
 * @param capability The capability.
 * @param name What is called.
 * @param args Its arguments by name.
 * @param options How long it may take, and what cancels it.
 * @returns The value, in the shape the document declares; a `Uint8Array` where the output is binary. An integer that no
 * number holds, such as an identifier of 64 bits, is a `bigint`, a decimal that no number holds a `LongDecimal`; `writeJson` writes both with all their digits.
 * @throws {CallError} Every failure: unknown names and bad arguments, what the API answered, what the sandbox
 * blocked. Its `data` is what every surface shows, without secrets.
 *
 * @example Calling, and what a failure says
 * ```ts
 * import { call, CallError, compileCapability, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("hello.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   exposes:
 *     - type: mcp
 *       namespace: hello
 *       port: 3001
 *       tools:
 *         greet:
 *           description: Greets somebody
 *           inputParameters:
 *             who: { type: string, description: Whom to greet, required: true }
 *           outputParameters:
 *             greeting: { type: string, value: "Hello, {{who}}!" }
 * `,
 * });
 * const capability = await compileCapability(spec);
 * assert.deepEqual(await call(capability, "greet", { who: "Ada" }), { greeting: "Hello, Ada!" });
 *
 * const error = await call(capability, "greet", { whom: "Ada" }).catch((error) => error);
 * assert(error instanceof CallError);
 * assert.equal(error.data.code, "invalid_arguments");
 * assert.match(error.message, /did you mean who/);
 * ```
 */
export async function call(
  capability: Capability,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  { signal, timeout = CALL_MS }: CallOptions = {},
): Promise<unknown> {
  const flow = flowNamed(compiled(capability), name);
  const context = { signal, deadline: performance.now() + timeout };
  const { value, bytes } = await runOnce(compiled(capability), flow, args, context);
  return bytes ?? value;
}

/**
 * The request a call would send, secrets as `***`. Nothing is sent.
 *
 * @param capability The capability.
 * @param name What would be called.
 * @param args Its arguments by name.
 * @returns The request.
 * @throws {CallError} Where the call would refuse the arguments, and for what is more than one request.
 *
 * @example Looking before calling
 * ```ts
 * import { compileCapability, preview, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - type: http
 *       namespace: shop
 *       baseUri: https://api.example.com/v1
 *       authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
 *       resources:
 *         orders:
 *           path: /orders/{{id}}
 *           operations:
 *             get-order: { method: GET }
 * `,
 * });
 * const capability = await compileCapability(spec, { env: () => "s3cret" });
 * const { method, url, headers } = preview(capability, "shop.get-order", { id: "a/b" });
 * assert.equal(`${method} ${url}`, "GET https://api.example.com/v1/orders/a%2Fb");
 * assert.deepEqual(headers, [["Authorization", "Bearer ***"]]);
 * ```
 */
export function preview(
  capability: Capability,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
): Preview {
  return previewOf(compiled(capability), flowNamed(compiled(capability), name), args);
}

/**
 * Finds what can be called: what it takes, what it gives and what it does to the world.
 *
 * @param capability The capability.
 * @param name As for {@linkcode call}.
 * @returns The flow.
 * @throws {CallError} `invalid_arguments` for an unknown name, `misconfigured` for what cannot run.
 *
 * @example The JSON Schema of a tool's arguments
 * ```ts
 * import { compileCapability, findFlow, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("hello.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   exposes:
 *     - type: mcp
 *       namespace: hello
 *       port: 3001
 *       tools:
 *         greet:
 *           description: Greets somebody
 *           inputParameters:
 *             who: { type: string, description: Whom to greet, required: true }
 *           outputParameters:
 *             greeting: { type: string, value: "Hello, {{who}}!" }
 * `,
 * });
 * const flow = findFlow(await compileCapability(spec), "greet");
 * assert.deepEqual(flow.inputs.schema["required"], ["who"]);
 * ```
 */
export function findFlow(capability: Capability, name: string): Flow {
  return flowNamed(compiled(capability), name);
}

/**
 * What a specification offers, needs and reaches: its tools and routes with their inputs, its variables and files,
 * the hosts it calls.
 *
 * @param spec The specification.
 * @param given Where variables and files come from; one without a value is told, and is no error.
 *
 * @example Reading a file before trusting it
 * ```ts
 * import { inspect, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - type: http
 *       namespace: shop
 *       baseUri: https://api.example.com/v1
 *       authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
 *       resources:
 *         orders:
 *           path: /orders/{{id}}
 *           operations:
 *             get-order: { method: GET }
 * `,
 * });
 * const { reach, variables } = await inspect(spec, { env: () => undefined });
 * assert.deepEqual(reach, ["api.example.com:443"]);
 * assert.deepEqual(variables, [{ name: "SHOP_TOKEN", from: "environment", set: false }]);
 * ```
 */
export async function inspect(spec: Specification, given: Surroundings = {}): Promise<Inspection> {
  const { env, readText } = surroundings(given);
  const known = withRefused(model(spec), SURFACE_TYPES, readText);
  const { values } = resolveBinds(known, { env, readText });
  const capability = await compile(known, { binds: values, readText, bindsOptional: true });
  return inspection(known, capability, values);
}

/** How a specification is checked. */
export interface ValidateOptions extends Surroundings {
  /** Every departure from the official schema of the declared version is an error as well. */
  readonly strict?: boolean;
  /** Harmless freedoms are told as well, as `info`: older names of keys, lists where maps are meant. */
  readonly verbose?: boolean;
}

/**
 * Everything there is to say about a specification: what reading it found, and what cannot run.
 *
 * @param spec The specification.
 * @param options Whether to be strict, and where variables and files come from.
 * @returns The findings; without an error among them the specification is valid.
 *
 * @example Holding files to the official schema
 * ```ts
 * import { readSpecification, validate } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - { type: http, namespace: shop, baseUri: "https://api.example.com", auth: { type: none } }
 * `,
 * });
 * assert.deepEqual(await validate(spec), []);
 * const found = await validate(spec, { strict: true });
 * assert.deepEqual(found.map(({ code }) => code), ["strict-unknown-key"]);
 * ```
 */
export async function validate(spec: Specification, options: ValidateOptions = {}): Promise<Diagnostic[]> {
  const { env, readText } = surroundings(options);
  const { values, diagnostics } = resolveBinds(model(spec), { env, readText }), [file] = model(spec).files;
  const strict = options.strict && file
    ? (await import("./lib/document/strict/mod.ts")).strictCheck(file.name, file.text)
    : [];
  return await validateSpecification(
    model(spec),
    values,
    readText,
    [...strict, ...diagnostics],
    options.verbose,
  );
}

/**
 * Diagnostics as a SARIF 2.1.0 log, for code scanners.
 *
 * @param findings Each specification with what was found in it.
 *
 * @example A log of one specification
 * ```ts
 * import { readSpecification, sarifLog } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("broken.yml", { text: "ikanos: [" });
 * assert.equal(sarifLog([{ spec, diagnostics: spec.diagnostics }])["version"], "2.1.0");
 * ```
 */
export function sarifLog(
  findings: readonly { readonly spec: Specification; readonly diagnostics: readonly Diagnostic[] }[],
): Record<string, unknown> {
  return log(
    findings.map(({ spec, diagnostics }) => ({
      files: model(spec).files,
      diagnostics: diagnostics,
    })),
  );
}

/**
 * A diagnostic as a GitHub workflow command, which annotates the line in a change.
 *
 * @param diagnostic The diagnostic.
 *
 * @example An annotation
 * ```ts
 * import { githubAnnotation, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const { diagnostics } = readSpecification("empty.yml", { text: "" });
 * assert.match(githubAnnotation(diagnostics[0]!), /^::error file=empty\.yml,line=1,col=1,title=empty-file::/);
 * ```
 */
export function githubAnnotation(diagnostic: Diagnostic): string {
  return annotate(diagnostic);
}

/**
 * The JSON Schema of a capability document, for editors.
 *
 * @example The root keys
 * ```ts
 * import { documentSchema } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * assert.ok("ikanos" in (documentSchema()["properties"] as Record<string, unknown>));
 * ```
 */
export function documentSchema(): Record<string, unknown> {
  return schemaOfDocuments();
}

/**
 * What a capability may do: nothing but what its document says.
 *
 * @param spec The specification.
 * @param given Where variables in base URIs come from.
 *
 * @example The reach of a capability
 * ```ts
 * import { permissions, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - { type: http, namespace: shop, baseUri: "https://api.example.com/v1", resources: {} }
 * `,
 * });
 * assert.deepEqual(permissions(spec).net, ["api.example.com:443"]);
 * ```
 */
export function permissions(spec: Specification, given: Surroundings = {}): Manifest {
  const sources = surroundings(given), known = withRefused(model(spec), SURFACE_TYPES, sources.readText);
  return manifestOf(known, resolveBinds(known, sources).values);
}

/**
 * A manifest as Deno permission flags.
 *
 * @param manifest What a capability may do.
 *
 * @example Flags for a command line
 * ```ts
 * import { permissionFlags } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const flags = permissionFlags({ net: ["api.example.com:443"], listen: [], read: [] });
 * assert.equal(flags[0], "--allow-net=api.example.com:443");
 * ```
 */
export function permissionFlags(manifest: Manifest): string[] {
  return flags(manifest);
}

/**
 * A diagnostic as a person reads it: the place, the line with a caret, and what to do.
 *
 * @param diagnostic The diagnostic.
 * @param spec The specification it is about.
 *
 * @example Telling a person
 * ```ts
 * import { readSpecification, renderDiagnostic } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("broken.yml", { text: "ikanos: [" });
 * assert.match(renderDiagnostic(spec.diagnostics[0]!, spec), /^broken\.yml:\d+:\d+: error /);
 * ```
 */
export function renderDiagnostic(diagnostic: Diagnostic, spec: Specification): string {
  return render(diagnostic, model(spec).files);
}

/** How a capability is served. */
export interface ServeOptions extends Surroundings {
  /** Serve MCP over stdin and stdout instead of listening. */
  readonly stdio?: boolean;
  /** Listens on this address instead of the one the document says. */
  readonly host?: string;
  /** The port of the first surface, instead of the one the document says; 0 lets the system choose. */
  readonly port?: number;
  /** A node that cannot run stops the start, instead of being set aside. */
  readonly strict?: boolean;
}

/** A capability that could not be served, or that broke down. */
export interface StartError extends Error {
  /** Tells it from other errors. */
  readonly name: "StartError";
  /** What was found in the document. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Serves a specification in its sandbox: a worker with no permissions but those its document calls for.
 *
 * This program keeps its own permissions. Proxy variables are removed from its environment.
 *
 * @param spec The specification.
 * @param options Where to listen, and where variables come from.
 * @returns What runs, once it does.
 * @throws {StartError} When the capability cannot be served; the message and the diagnostics say why.
 *
 * @example Serving over HTTP
 * ```ts
 * import { readSpecification, serve } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("fixed.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   exposes:
 *     - type: mcp
 *       namespace: fixed
 *       port: 3001
 *       tools:
 *         answer:
 *           description: The answer
 *           outputParameters:
 *             - { name: answer, type: number, value: 42 }
 * `,
 * });
 * await using serving = await serve(spec, { port: 0 });
 * const answer = await fetch(`${serving.surfaces[0]!.url}/mcp`, {
 *   method: "POST",
 *   headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
 *   body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
 * });
 * assert.match(await answer.text(), /"answer"/);
 * ```
 */
export async function serve(spec: Specification, options: ServeOptions = {}): Promise<Serving> {
  const { env, readText, allowRead, ...start } = options;
  const given = surroundings({
    ...env && { env },
    ...readText && { readText },
    ...allowRead && { allowRead },
  });
  const { values, diagnostics: found } = resolveBinds(model(spec), given);
  const packed = withTexts(model(spec), SURFACE_TYPES, given.readText);
  return await serveSandboxed(packed, values, { ...start, found });
}
