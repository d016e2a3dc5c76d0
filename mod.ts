/**
 * Capstan as a library: read a capability specification, check it, run it in this program or in its sandbox.
 *
 * @example Calling a tool from a program
 * ```ts
 * import { compileCapability, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * await using api = Deno.serve(
 *   { port: 0, onListen() {} },
 *   () => Response.json({ data: [{ id: 1 }, { id: 2 }] }),
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
 * const flow = capability.flows.get("shop.list")!;
 * const { value } = await flow.run(flow.inputs.parse({}), { deadline: performance.now() + 5000 });
 * assert.deepEqual(value, { data: [{ id: 1 }, { id: 2 }] });
 * ```
 *
 * @module
 */
import { resolveBinds } from "./lib/plan/binds.ts";
import type { Capability as Compiled, FlowTable, Reach } from "./lib/plan/capability.ts";
import { compileCapability as compile } from "./lib/plan/compile.ts";
import type { Flow } from "./lib/plan/flow.ts";
import { findFlow as find } from "./lib/sandbox/find_flow.ts";
import { type Manifest, manifestOf, permissionFlags as flags } from "./lib/sandbox/manifest.ts";
import type { Report, ServedSurface } from "./lib/sandbox/messages.ts";
import { runSandboxed } from "./lib/sandbox/run.ts";
import type { Diagnostic as Finding, Severity } from "./lib/spec/diagnostic.ts";
import type { Location } from "./lib/spec/location.ts";
import { readSpecification as read } from "./lib/spec/read.ts";
import { renderDiagnostic as render } from "./lib/spec/render.ts";
import type { Specification as Model } from "./lib/spec/specification.ts";

export type { Manifest } from "./lib/sandbox/manifest.ts";
export type { ServedSurface } from "./lib/sandbox/messages.ts";
export type { Severity } from "./lib/spec/diagnostic.ts";
export type { Location } from "./lib/spec/location.ts";
export type { FlowTable, Reach } from "./lib/plan/capability.ts";
export type {
  CallContext,
  Flow,
  FlowResult,
  FlowSemantics,
  Input,
  Inputs,
  JsonSchema,
  Output,
  Preview,
} from "./lib/plan/flow.ts";

/** One finding about a document. */
export interface Diagnostic {
  /** A code of docs/diagnostics.md. */
  readonly code: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** What was found and what was expected, in one sentence. */
  readonly message: string;
  /** Where, in the author's text. */
  readonly location: Location;
  /** What to do about it, in one sentence. */
  readonly fix?: string;
}

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

/** A node that cannot run, and why. */
export interface Disabled {
  /** Such as `tool list-orders`. */
  readonly node: string;
  /** Why it cannot run, and what to do. */
  readonly diagnostic: Diagnostic;
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
}

function surroundings(given: Surroundings): Required<Surroundings> {
  return {
    env: given.env ?? ((name) => Deno.env.get(name)),
    readText: given.readText ?? ((path) => Deno.readTextFileSync(path)),
  };
}

/**
 * Reads a specification. Never throws for a bad one: its diagnostics say what is wrong.
 *
 * @param file The file, as messages name it.
 * @param options `text` reads this text instead of the file; `readText` reads imported files.
 * @returns The model, with every finding.
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
export function readSpecification(
  file: string,
  options: { readonly text?: string; readonly readText?: (path: string) => string } = {},
): Specification {
  const io = { readText: surroundings(options).readText };
  return read(file, io, options.text === undefined ? {} : { text: options.text });
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
  const { values } = resolveBinds(model(spec), { env, readText });
  return await compile(model(spec), { binds: values, readText });
}

/**
 * Finds what a caller names: a tool, a REST operation (by name or as `GET /path`), a flow or a consumed operation.
 *
 * @param capability The capability.
 * @param name The name.
 * @returns The flow; undefined for an unknown name.
 * @throws {Error} When it is known and cannot run.
 *
 * @example Running a tool
 * ```ts
 * import { compileCapability, findFlow, readSpecification } from "@capstan/capstan";
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
 * const flow = findFlow(await compileCapability(spec), "answer");
 * const result = await flow?.run(flow.inputs.parse({}), { deadline: performance.now() + 1000 });
 * assert.deepEqual(result?.value, { answer: 42 });
 * ```
 */
export function findFlow(capability: Capability, name: string): Flow | undefined {
  return find(compiled(capability), name);
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
  return manifestOf(model(spec), resolveBinds(model(spec), surroundings(given)).values);
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
  return render(diagnostic as Finding, model(spec).files);
}

/** How a capability is served. */
export interface ServeOptions extends Surroundings {
  /** Serve MCP over stdin and stdout instead of listening. */
  readonly stdio?: boolean;
  /** Listens on this address instead of the one the document says. */
  readonly host?: string;
  /** The port of the first surface, instead of the one the document says. */
  readonly port?: number;
}

/** A capability that is served. */
export interface Serving extends AsyncDisposable {
  /** What runs where. */
  readonly surfaces: readonly ServedSurface[];
  /** What compiling found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Resolves when nothing is served any more; rejects when the capability broke down. */
  readonly finished: Promise<void>;
  /** Stops listening, and waits for the calls in flight. */
  stop(): Promise<void>;
}

/**
 * Serves a specification in its sandbox: a worker with no permissions but those its document calls for.
 *
 * This program keeps its own permissions. Proxy variables are removed from its environment.
 *
 * @param spec The specification.
 * @param options Where to listen, and where variables come from.
 * @returns What runs, once it does.
 * @throws {Error} When the capability cannot be served; the message says why.
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
  const { stdio, host, port } = options;
  const start = {
    ...(stdio === undefined ? {} : { stdio }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  };
  const { values } = resolveBinds(model(spec), surroundings(options));
  const sandbox = runSandboxed({
    spec: model(spec),
    binds: values,
    manifest: manifestOf(model(spec), values, start),
    job: { do: "serve", options: start },
  });
  const reports = sandbox.reports[Symbol.asyncIterator]();
  const first: Report | undefined = (await reports.next()).value;
  if (first?.type !== "ready") {
    sandbox.terminate();
    const message = first?.type === "refused" ? first.message : "the capability ended before it was ready";
    const found = first?.type === "refused" ? first.diagnostics : [];
    throw new Error([message, ...found.map((d) => renderDiagnostic(d, spec))].join("\n"));
  }
  const finished = reports.next().then(async ({ value }) => {
    const last: Report | undefined = value;
    await reports.return?.();
    if (last?.type === "refused") throw new Error(last.message);
  });
  finished.catch(() => {});
  const stop = async () => {
    sandbox.stop();
    await finished;
  };
  return {
    surfaces: first.listening,
    diagnostics: first.diagnostics,
    finished,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
