/**
 * Capstan as a library: read a capability specification, check it, run it in this program or in its sandbox.
 *
 * @example Calling a tool from a program
 * ```ts
 * import { compileCapability, readSpecification } from "@capstan/capstan";
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
 * assert.deepEqual(await capability.call("list-orders"), [{ id: 1 }, { id: 2 }]);
 * ```
 *
 * @module
 */
export { call } from "./lib/api/call.ts";
export type { Callable } from "./lib/api/callable.ts";
export type { CallOptions, Capability } from "./lib/api/capability.ts";
export { compileCapability, type CompileOptions } from "./lib/api/compile_capability.ts";
export { findFlow } from "./lib/api/find_flow.ts";
export { inspect } from "./lib/api/inspect.ts";
export { permissionFlags, permissions } from "./lib/api/permissions.ts";
export { openSandbox } from "./lib/api/open_sandbox.ts";
export { preview } from "./lib/api/preview.ts";
export { type ReadOptions, readSpecification } from "./lib/api/read_specification.ts";
export { renderDiagnostic } from "./lib/api/render_diagnostic.ts";
export { githubAnnotation, sarifLog } from "./lib/api/report.ts";
export { documentSchema } from "./lib/api/schema.ts";
export { serve, type ServeOptions } from "./lib/api/serve.ts";
export type { SandboxSettings, Serving } from "./lib/api/sandbox.ts";
export type { Specification } from "./lib/api/specification.ts";
export type { Surface } from "./lib/api/surface.ts";
export type { Surroundings } from "./lib/api/surroundings.ts";
export { validate, type ValidateOptions } from "./lib/api/validate.ts";

export { CapstanError, OptionError } from "./lib/data/capstan_error.ts";
export { FileRefusal, type RefusalReason } from "./lib/host/files.ts";
export { StartError } from "./lib/expose/start_error.ts";
export { ListenError } from "./lib/expose/http.ts";
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
export type { Sender } from "./lib/expose/embed.ts";
export type {
  AcceptedConnection,
  Acceptor,
  Connection,
  ConnectOptions,
  Entry,
  Host,
  ListenPlace,
  LogEntry,
  SecureOptions,
} from "./lib/host/host.ts";
export type { CallableKind } from "./lib/plan/callable.ts";
export type { SandboxCallOptions, SandboxEvent } from "./lib/sandbox/event.ts";
export type { ReloadOutcome } from "./lib/surface/surface_type.ts";
export type { DriftEvent } from "./lib/telemetry/drift.ts";
export type { RequestLog } from "./lib/telemetry/settings.ts";
export { CODES, type DiagnosticCode } from "./lib/document/diagnostics/codes.ts";
export type { Diagnostic, Severity } from "./lib/document/diagnostics/diagnostic.ts";
export type { Location } from "./lib/document/diagnostics/location.ts";
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
