/**
 * The first answers of a server as data: what a program can be given when it is made, to answer before it has read a
 * document.
 *
 * @module
 */

/** A text for clients of the revisions with a handshake, and what stands before its last brace for all others. */
export interface PreparedText {
  /** The JSON of a result. */
  readonly legacy: string;
  /** What the newest revision has after the members of the same result, its last brace included. */
  readonly modernTail: string;
}

/** Every text that stands in the document of a server. */
export interface PreparedAnswers {
  /** The result of `tools/list`. */
  readonly tools: PreparedText;
  /** The result of `initialize`, by the revision that is asked for; the first is for one that is not known. */
  readonly initialize: readonly (readonly [revision: string, text: string])[];
  /** The result of `server/discover`. */
  readonly discover: string;
  /** The results of other lists; null for a list that is not offered. One that depends on more is left out. */
  readonly lists: Readonly<Record<string, PreparedText | null>>;
}
