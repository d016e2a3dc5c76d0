/**
 * A compiled capability: every flow, by the surface node it belongs to.
 *
 * @module
 */
import type {
  CapabilityDocument,
  Exposes,
  ExposesControl,
  ExposesMcp,
  ExposesRest,
  ExposesSkill,
  McpResource,
  McpTool,
  RestOperation,
} from "../../schemas/mod.ts";
import type { Callable } from "./callable.ts";
import type { Isolate } from "../isolate/isolate.ts";
import type { Door } from "../upstream/door.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Specification } from "../document/specification.ts";
import type { DriftLog } from "../telemetry/drift.ts";
import type { ScriptLog } from "../telemetry/script_log.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Flow } from "./flow.ts";
import type { Scripting } from "./steps/scripting.ts";
import type { IncomingAuthentication } from "./incoming.ts";

/** A node of a surface that runs: the tool, resource or operation of the model. */
export type RunnableNode = McpTool | McpResource | RestOperation;

/** One surface with the flows behind its nodes. A node without a flow is disabled; `Capability.disabled` says why. */
export interface Surface<T extends Exposes = ExposesMcp | ExposesRest | ExposesSkill | ExposesControl> {
  /** The surface as the document says it. */
  readonly model: T;
  /** Everything it offers, in document order. */
  readonly callables: readonly Callable[];
  /** The flow of each runnable node of the model, by identity. */
  readonly flows: ReadonlyMap<RunnableNode, Flow>;
  /**
   * What it asks of its callers where it listens; absent where nobody is asked.
   *
   * @throws {Problem} When it cannot be asked for: then the surface must not listen.
   */
  readonly incoming?: (() => IncomingAuthentication) | undefined;
}

/** A node that cannot run, and why. */
export interface Disabled {
  /** Such as `tool list-orders`. */
  readonly node: string;
  /** Why it cannot run, and what to do. */
  readonly diagnostic: Diagnostic;
}

/** An address the capability may call: scheme, host, port and base path. */
export interface Reach {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The base path, without a trailing slash. */
  readonly path: string;
  /** The namespace that declares it. */
  readonly namespace: string;
}

/** Flows by name, compiled when first asked for. */
export interface FlowTable {
  /**
   * Whether there is a flow of this name, able to run or not.
   *
   * @param name `namespace.flow` or `namespace.operation`.
   */
  has(name: string): boolean;
  /** Every name. */
  keys(): Iterable<string>;
  /**
   * The flow; undefined for an unknown name.
   *
   * @param name `namespace.flow` or `namespace.operation`.
   * @returns The flow, the same each time.
   * @throws {Problem} When it cannot run.
   */
  get(name: string): Flow | undefined;
}

/** A compiled capability. Nothing in it changes after compilation. */
export interface Capability {
  /** The specification it was compiled from. */
  readonly spec: Specification;
  /** The model it was compiled from. */
  readonly document: CapabilityDocument;
  /** For people: `info.display`, else the file's name. */
  readonly name: string;
  /** `info.version`. */
  readonly version: string | undefined;
  /** Everything it exposes, in document order. */
  readonly surfaces: readonly Surface[];
  /** Everything the document offers, in document order: what surfaces expose, then aggregate flows and consumed operations. */
  readonly callables: readonly Callable[];
  /** Aggregate flows as `namespace.flow` and consumed operations as `namespace.operation`, for `call`. */
  readonly flows: FlowTable;
  /** Every address it may call. */
  readonly reach: readonly Reach[];
  /** What cannot run. */
  readonly disabled: readonly Disabled[];
  /** Harmless freedoms that were read as what they mean, as `info`: for who asks for them. */
  readonly leniencies: readonly Diagnostic[];
  /** What compiling found, beside what reading found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Outputs that did not hold what they declare, counted while it runs. */
  readonly drift: DriftLog;
  /** What its scripts may do, and how they have fared. */
  readonly scripting: Scripting;
  /** What its scripts write with `console`. */
  readonly scripts: ScriptLog;
  /** Where its scripts and decoders run. */
  readonly isolate: Isolate;
  /** What sends its requests. */
  readonly door: Door;
  /** Where its calls are observed: the request log, metrics, traces. Nothing of it is made before it is configured. */
  readonly telemetry: Telemetry;
  /** Takes the text of every secret out of a text. */
  redact(text: string): string;
}
