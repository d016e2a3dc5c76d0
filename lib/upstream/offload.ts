/**
 * Decoding elsewhere: what an answer needs to be read in the isolate, and what comes back.
 *
 * @module
 */
import type { Deadline } from "./time/deadline.ts";
import type { Format } from "./format.ts";

/** How an answer is to be read, as far as decoders ask. */
export interface DecodePlan {
  /** The declared format; undefined lets the Content-Type decide. */
  readonly format?: Format | undefined;
  /** The schema, selector or heading prefix of the format. */
  readonly outputSchema?: string | undefined;
  /** How much a packed answer may hold once unpacked, in bytes. */
  readonly maxBytes: number;
}

/** A body that is to be decoded. */
export interface DecodeTask {
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  readonly plan: DecodePlan;
}

/** A decoded body. */
export interface Decoded {
  /** The value; the very bytes where they are not decoded. */
  readonly value: unknown;
  /** What is odd about the body and was read all the same, each in one sentence. */
  readonly notes: readonly string[];
}

/** Decodes apart from everything else, and no longer than the call may take. */
export interface Offload {
  /** Whether it costs nothing to begin with it. */
  readonly running: boolean;
  /**
   * Decodes a body.
   *
   * @throws {CallError} What is wrong with it.
   * @throws {DOMException} `AbortError` when the time of the call was over.
   */
  decode(task: DecodeTask, deadline: Deadline): Promise<Decoded>;
}
