/**
 * The text of a header before anything looks for words in it.
 *
 * @module
 */

/** The most of a header that is looked at, in characters: honest ones have some hundreds. */
const MAX_HEADER = 4096;

/**
 * The part of a header that is read. What comes after it cannot make reading it take long.
 *
 * @param header The header as it came.
 */
export function readableHeader(header: string): string {
  return header.length > MAX_HEADER ? header.slice(0, MAX_HEADER) : header;
}
