/**
 * The formats of answers that a document may name. It imports nothing: a start without an editor's words loads no more.
 *
 * @module
 */

/** The words of `outputRawFormat`. */
export const FORMATS = [
  "json",
  "xml",
  "yaml",
  "csv",
  "tsv",
  "psv",
  "avro",
  "protobuf",
  "html",
  "markdown",
  "binary",
  "text",
] as const;

/** A format that a document may name. */
export type DeclaredFormat = typeof FORMATS[number];
