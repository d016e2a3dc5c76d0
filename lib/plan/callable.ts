/**
 * Callables: everything a document offers, in one table and in document order.
 *
 * Finding a name, inspecting, validating and the names on the wire are all filters of this table.
 *
 * @module
 */
import type { Exposes, InputParameter, Runnable } from "../../schemas/mod.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { DiagnosticCode } from "../document/diagnostics/codes.ts";
import type { Forwarding } from "../upstream/forward.ts";
import type { Flow } from "./flow.ts";

/** What kind of thing is offered. */
export type CallableKind =
  | "tool"
  | "resource"
  | "prompt"
  | "operation"
  | "forward"
  | "skill"
  | "skill tool"
  | "endpoint"
  | "flow"
  | "consumed";

/** One thing that a document offers. What cannot run, or is not served, is one too, with the reason. */
export interface Callable {
  /** What kind of thing it is. */
  readonly kind: CallableKind;
  /** The name the author gave it; of a REST operation without a name, its method and path. */
  readonly name: string;
  /** Other names it is found by, such as `GET /orders` or `shop.list-orders`. */
  readonly aliases: readonly string[];
  /** How messages name it, such as `tool list-orders`. */
  readonly label: string;
  /** The namespace of the surface that offers it; undefined for aggregate flows and consumed operations. */
  readonly namespace?: string | undefined;
  /** The node of the model. */
  readonly node: object;
  /** What runs; undefined where nothing does. Aggregate flows and consumed operations are compiled when this is read. */
  readonly flow: Flow | undefined;
  /** Sends requests on; undefined where it is no forward, or cannot. */
  readonly forwarding?: Forwarding | undefined;
  /** Why it cannot run or is not served. */
  readonly disabled: Diagnostic | undefined;
}

/** A forward: which API requests go on to, and the headers that go with them. */
export interface Forwards {
  readonly node: {
    readonly targetNamespace: string;
    readonly trustedHeaders?: readonly string[] | undefined;
  };
}

/** Why something that a surface declares cannot run, said before anything is compiled. */
export interface DisabledReason {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** Where. */
  readonly node: object;
  /** The key of the node, where one is meant. */
  readonly entry?: string;
  readonly fix?: string;
  /** `error` when left out. */
  readonly severity?: Diagnostic["severity"];
}

/** One thing that a section of a document declares, before anything is compiled. */
export interface DeclaredCallable extends Pick<Callable, "kind" | "name" | "aliases" | "label" | "node"> {
  /** It runs a flow: the node that says which, and what callers give it. */
  readonly runs?: {
    readonly node: Runnable & object;
    readonly inputs: readonly InputParameter[];
    readonly mediaType?: string | undefined;
    readonly path?: PathPlace | undefined;
  } | undefined;
  /** It sends requests on to an API. */
  readonly forwards?: Forwards | undefined;
  /** A file or folder that it publishes, as the author wrote it. */
  readonly location?: string | undefined;
  /** It cannot run. */
  readonly refusal?: DisabledReason | undefined;
  /** It runs, and something of it has no effect. */
  readonly warnings?: readonly DisabledReason[] | undefined;
}

/** A path or a uri whose placeholders are inputs. */
export interface PathPlace {
  readonly node: object;
  /** The key it is at: `path` or `uri`. */
  readonly entry: string;
  /** Callers give nothing beside it. */
  readonly only?: boolean;
}

/** What a kind of section declares. The plan knows no more of a surface than this. */
export interface Section<T extends Exposes = Exposes> {
  /** The value of `type` in the document. */
  readonly type: string;
  /**
   * Everything a section declares, in document order.
   *
   * @param model The section.
   * @param siblings Every section of the document.
   */
  callables(model: T, siblings: readonly Exposes[]): readonly DeclaredCallable[];
  /**
   * What of a section offers nothing or has no effect, as warnings.
   *
   * @param model The section.
   */
  warnings?(model: T): readonly DisabledReason[];
}
