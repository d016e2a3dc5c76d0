/**
 * A request that is ready to be sent.
 *
 * @module
 */

/** A header as it is sent. */
export type Header = [name: string, value: string];

/** A request, ready to be sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  /** Headers that carry a trace on: apart, since the others are the same for many requests and are written once. */
  readonly trace?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly body: string | Uint8Array<ArrayBuffer> | Blob | undefined;
}
