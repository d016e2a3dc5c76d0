/**
 * The Flow: what an MCP tool, an MCP resource, a REST operation and an aggregate flow all become.
 *
 * @module
 */
import type { Call } from "../telemetry/call.ts";

export type { Call } from "../telemetry/call.ts";

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = { readonly [key: string]: unknown };

/** The inputs of a flow, compiled: their schema, and the check (semantics §3). */
export interface Inputs {
  /** An object schema; `properties` carry the wire names. Built once. */
  readonly schema: JsonSchema;
  /** Each input, in order. */
  readonly list: readonly Input[];
  /**
   * Checks and, only where the strict check fails, coerces losslessly. Fills in defaults.
   *
   * @param args What the caller sent, by wire names.
   * @param call Hears of what was left out.
   * @returns The arguments by the specification's own names.
   * @throws {CallError} `invalid_arguments`, with each field.
   */
  parse(args: unknown, call?: Pick<Call, "tell">): Record<string, unknown>;
}

/** One input of a flow. */
export interface Input {
  /** The specification's own name. */
  readonly name: string;
  /** The name callers use: the same unless MCP clients would reject it. */
  readonly wireName: string;
  /** Whether a call without it is refused. */
  readonly required: boolean;
  /** What its values are. */
  readonly schema: JsonSchema;
  /** Where a REST request carries it; undefined on MCP. */
  readonly in?: string | undefined;
  /** A JSONPath into the body of a REST request, where the input is taken from there. */
  readonly bodyPath?: string | undefined;
}

/** What a flow gives. */
export interface Output {
  /** The JSON Schema of the value; undefined when nothing is declared about it. */
  readonly schema?: JsonSchema | undefined;
  /** True when the flow gives bytes. */
  readonly binary: boolean;
  /** The media type of the bytes, where it is declared. */
  readonly mediaType?: string | undefined;
}

/** What a flow does to the world. Undefined where nothing is known. */
export interface FlowSemantics {
  /** It changes nothing. */
  readonly safe?: boolean | undefined;
  /** Running it twice is the same as running it once. */
  readonly idempotent?: boolean | undefined;
  /** Its result may be kept. */
  readonly cacheable?: boolean | undefined;
  /** Set when the flow never leaves the process: constants, scripts alone. */
  readonly closedWorld?: boolean | undefined;
}

/** The headers of an answer. */
export interface ResultHeaders extends Iterable<[name: string, value: string]> {
  /**
   * The value of a header, several joined by commas; null where there is none.
   *
   * @param name The name, in any case.
   * @returns The value.
   */
  get(name: string): string | null;
  /**
   * Those whose names begin with one of some small letters; where it is quicker than looking at all.
   *
   * @param letters Small letters, one after the other.
   * @returns The headers, in order.
   */
  beginning?(letters: string): Iterable<[name: string, value: string]>;
}

/** The result of a run. `bytes` is set instead of a meaningful `value` for binary outputs. */
export interface FlowResult {
  /** The value, in the shape the document declares. */
  readonly value: unknown;
  /** The bytes of a binary output. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
  /** The media type of the bytes. */
  readonly mediaType?: string | undefined;
  /** The upstream's status, where the flow is one call. */
  readonly status?: number | undefined;
  /** The headers of the upstream's answer, where the flow is one call. */
  readonly headers?: ResultHeaders | undefined;
  /** The value is text as the upstream sent it, not a declared output. */
  readonly text?: boolean | undefined;
  /** The API answered with nothing, or with null: what is declared is null for want of an answer. */
  readonly empty?: boolean | undefined;
  /** The declared outputs that did not hold what they declare, and became null (semantics §6). */
  readonly drift?: readonly string[] | undefined;
}

/** The compiled form of everything that can be called. */
export interface Flow {
  /** The flow's name, for people and messages. */
  readonly name: string;
  /** What it does, in the author's words; those of the flow a `ref` names, or of the operation it calls, where the node has none. */
  readonly description?: string | undefined;
  /** The request of its one call as the document writes it, such as `GET /orders/{id}`; undefined for other kinds of flow. */
  readonly request?: string | undefined;
  /** The words to find it by that the operation it calls has. */
  readonly tags?: readonly string[] | undefined;
  /** How many steps it runs, those of the flows that they call included; undefined for a flow without steps. */
  readonly stepCount?: number | undefined;
  /** What it takes. */
  readonly inputs: Inputs;
  /** What it gives. */
  readonly output: Output;
  /** What it does to the world. */
  readonly semantics: FlowSemantics;
  /** The author's text, as file:line:column. */
  readonly source?: string | undefined;
  /**
   * Runs the flow once.
   *
   * @param args What `inputs.parse` returned.
   * @param context The deadline, who calls, and who hears.
   * @returns The value, and what is known of the answer that it came from.
   * @throws {CallError} Every failure.
   */
  run(args: Record<string, unknown>, context: Call): Promise<FlowResult>;
  /**
   * The request a plain call would send, secrets as `***`; undefined for other kinds of flow.
   *
   * @param args What `inputs.parse` returned.
   * @returns The request.
   */
  preview?(args: Record<string, unknown>): Preview | undefined;
}

/** A request as `--dry-run` shows it. */
export interface Preview {
  /** The HTTP method. */
  readonly method: string;
  /** The address, query included. */
  readonly url: string;
  /** The headers, in order. */
  readonly headers: readonly (readonly [string, string])[];
  /** The body as text. */
  readonly body?: string | undefined;
}
