/**
 * An answer as the door gives it: its status and headers, and a body that is still to be read.
 *
 * @module
 */

/** The headers of an answer. */
export interface ResponseHeaders extends Iterable<[name: string, value: string]> {
  /** The value of a header, several joined by commas; null where there is none. */
  get(name: string): string | null;
  /** Those whose names begin with one of some small letters; where it is quicker than looking at all. */
  beginning?(letters: string): Iterable<[name: string, value: string]>;
}

/** An answer whose body is still to be read: once, by one of the three. */
export interface UpstreamResponse {
  /** The status, 100 to 999. */
  readonly status: number;
  /** The headers. */
  readonly headers: ResponseHeaders;
  /**
   * The whole body with its content encoding undone; at once where it is there already.
   *
   * @param maxBytes The most it may hold.
   * @throws {CallError} `response_too_large`, or `bad_response` where it is not what its headers say.
   */
  bytes(maxBytes: number): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The beginning of the body, for an error: never fails.
   *
   * @param enough How many bytes are enough.
   * @param patience How long it is waited for, in milliseconds.
   */
  beginning(enough: number, patience: number): Promise<Uint8Array>;
  /** Lets a body go that nobody reads. What is wrong with it is of no interest. */
  discard(): Promise<void>;
}
