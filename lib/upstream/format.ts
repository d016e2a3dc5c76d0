/**
 * The formats of answers.
 *
 * @module
 */

/** The formats a response can be read as. */
export type Format =
  | "json"
  | "xml"
  | "yaml"
  | "csv"
  | "tsv"
  | "psv"
  | "avro"
  | "protobuf"
  | "html"
  | "markdown"
  | "binary"
  | "text"
  /** JSON values one after the other, and events: only ever stated by a Content-Type. */
  | "jsonLines"
  | "events";
