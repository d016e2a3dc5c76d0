/**
 * What a connection asks of the server it belongs to.
 *
 * @module
 */
import type { ListenLimits } from "./limits.ts";

/** Answers a request. @param remote The address of the client. */
export type Answering = (request: Request, remote: string) => Response | Promise<Response>;

/** Buffers that answers are written into, one after the other. */
export interface SpareBytes {
  /** Bytes to write a whole answer into, until they are given back. */
  borrow(): Uint8Array<ArrayBuffer>;
  /** Takes them back. */
  giveBack(bytes: Uint8Array<ArrayBuffer>): void;
}

/** Where a connection belongs. */
export interface ConnectionKeeper extends SpareBytes {
  readonly limits: ListenLimits;
  /** What time it is, in milliseconds; a little behind. */
  readonly clock: number;
  /** Whether every answer is the last of its connection. */
  readonly closing: boolean;
  /** The authority of requests that name none. */
  readonly authority: string;
  readonly answer: Answering;
  /** The answer to a request that failed inside. */
  fault(error: unknown): Response;
  closed(connection: object): void;
}
