/**
 * What the consumed side of a document is to everything that calls it.
 *
 * @module
 */
import type { ConsumedOperation, Consumes, InputParameter } from "../../../schemas/mod.ts";
import type { Base, Credential, FixedText } from "../../upstream/operation.ts";

/** What every operation of an API shares. */
export interface ReadyApi {
  readonly base: Base;
  readonly credentials: readonly Credential[];
  readonly fixedHeaders: readonly { readonly name: string; readonly value: FixedText }[];
}

/** One consumed operation with what it inherits from its resource and API. */
export interface ConsumedEntry {
  readonly api: ConsumedApi;
  readonly operation: ConsumedOperation;
  readonly resourceName: string | undefined;
  /** The path as written, resource and operation joined. */
  readonly path: string;
  /** API, resource and operation parameters; the most specific of a name and place wins. */
  readonly parameters: readonly InputParameter[];
}

/** A consumed API, ready to be called, or why it is not. */
export interface ConsumedApi {
  readonly consumes: Consumes;
  readonly entries: ConsumedEntry[];
  /** Asked for by the first operation that is called. @throws {Problem} */
  ready(): ReadyApi;
}

/** Finds consumed operations by what a `call` says. */
export interface ConsumedOperations {
  /**
   * The API of a namespace; the first, where several have it.
   *
   * @throws {Problem} `unknown-namespace`.
   */
  api(namespace: string, node: object, entry: string): ConsumedApi;
  /** Every consumed operation, in document order. */
  entries(): Iterable<ConsumedEntry>;
  /** Whether a `call` names an operation. */
  has(call: string): boolean;
  /**
   * The operations a `call` names; several when a namespace has several of one name.
   *
   * @throws {Problem} `unknown-namespace`, `unknown-operation` or `no-call`.
   */
  resolve(call: string, node: object): readonly ConsumedEntry[];
  /** The operations of a name in any namespace, for tools that give only an `operationId`. */
  anywhere(name: string): readonly ConsumedEntry[];
}
