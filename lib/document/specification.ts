/**
 * What reading gives: a model in one form, where each node came from, and what was found on the way.
 *
 * @module
 */
import type { CapabilityDocument } from "../../schemas/mod.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { RefusalReason } from "../host/files.ts";
import type { Origins, SourceFile } from "./diagnostics/location.ts";

/** Why a file was not read. */
export interface Unread {
  readonly reason: RefusalReason;
  readonly folder?: string | undefined;
}

/** A capability document as read: the model every other room works on. */
export interface Specification {
  /** The file as the user named it. */
  readonly file: string;
  /** The model, in the canonical form of `schemas/`, imports merged in. */
  readonly document: CapabilityDocument;
  /** Where every node of the model comes from. */
  readonly origins: Origins;
  /** Every file that was read, the main one first. */
  readonly files: readonly SourceFile[];
  /** Findings in order of file and position. */
  readonly diagnostics: readonly Diagnostic[];
  /** Harmless freedoms that were read as what they mean, as `info`: for who asks for them. */
  readonly leniencies?: readonly Diagnostic[];
  /** What could not be imported, as `section.namespace`, and the finding that says why: what needs it says no more. */
  readonly lost: Readonly<Record<string, Diagnostic>>;
  /** Scripts and schemas that were packed with it, by path: they are not read again. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Why scripts and schemas were not read when they were to be packed, by path. */
  readonly unread?: Readonly<Record<string, Unread>>;
  /**
   * Which binds each file sees, as places in `document.binds`, the nearest first. Without it every file sees all, the
   * last first.
   */
  readonly scopes?: Readonly<Record<string, readonly number[]>>;
  /** Locations outside the folders that may be read, by path, each with the folder it stands in: nothing of them is served. */
  readonly unserved?: Readonly<Record<string, string>>;
  /** Locations that are served, by path, each with what it really leads to: nothing else is served in its place. */
  readonly served?: Readonly<Record<string, string>>;
  /** The dialect as recognised by structure, such as `alpha1`; undefined when the document is none. */
  readonly dialect: string | undefined;
}
