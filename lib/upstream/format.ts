/**
 * The formats of answers.
 *
 * @module
 */
import type { DeclaredFormat } from "../../schemas/formats.ts";

/** The formats a response can be read as: those a document may name, and those that only a Content-Type states. */
export type Format =
  | DeclaredFormat
  /** JSON values one after the other. */
  | "jsonLines"
  | "events";
