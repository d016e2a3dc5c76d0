/**
 * What a word in an expression can mean, and the inputs that something needs of a scope of names.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";

/** What a word means. */
export type Word =
  | { readonly kind: "bind"; readonly name: string }
  /** The output of a step; `rest` is the path inside it, as written behind the name. */
  | { readonly kind: "step"; readonly step: string; readonly rest: string }
  /** An argument, or a place inside one. */
  | { readonly kind: "argument"; readonly name: string };

/** An argument that something needs. */
export interface NeededInput {
  readonly name: string;
  /** The consumed side's own words on it, where one parameter takes it as it is. */
  parameter: InputParameter | undefined;
  /** The call cannot be made without it. */
  required: boolean;
  /** It fills a place in a path, so it is text. */
  inPath: boolean;
  /** Only part of a longer text. */
  partial: boolean;
  /** It is sent as bytes, so it comes as base64. */
  bytes?: boolean;
  /** The template that named it first; undefined where only an operation has the name. */
  at?: { readonly node: object; readonly entry: string | undefined } | undefined;
}
