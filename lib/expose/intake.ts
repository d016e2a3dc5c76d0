/**
 * What comes in: the bytes of bodies that are being read have a bound together, and a body has a time to arrive in.
 *
 * Small bodies that say their length are not counted: they are what calls are made of, and cost less than their connection.
 *
 * @module
 */
import { CallError } from "../upstream/error.ts";
import { RequestFault } from "./listener/request_fault.ts";

/** Bodies up to this length are read without counting them, in bytes. */
export const SMALL_BODY_BYTES: number = 64 * 1024;
/** The most that bodies may hold together while they are read, in bytes. */
const IN_FLIGHT_BYTES = 64 * (1 << 20);
/** How long a body may take to arrive, in milliseconds. */
const BODY_MS = 30_000;

/** A body that is not read to its end: it takes too long, or too much is being read already. */
export class IntakeError extends Error {
  override readonly name = "IntakeError";
  readonly status: 408 | 503;

  /** @param status 408 or 503. @param message What is wrong, as a sentence. */
  constructor(status: 408 | 503, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether the body of a request did not come in as it should: its client, and nothing inside, is why. */
export function isBodyFault(error: unknown): error is IntakeError | RequestFault {
  return error instanceof IntakeError || error instanceof RequestFault;
}

/** What is reported of a call whose request did not come in: no fault of ours, and none of the API. */
export function bodyFailure({ status, message }: IntakeError | RequestFault): CallError {
  return new CallError({
    code: status === 503 ? "rate_limited" : "invalid_arguments",
    message,
    retryable: status === 503,
    hint: status === 503 ? "Try again later." : "Send the whole request again.",
  });
}

/** The bodies that are being read. */
export class Intake {
  readonly #limit: number;
  readonly #milliseconds: number;
  #bytes = 0;

  /** @param limit Bytes together. @param milliseconds The time of one body. */
  constructor(limit: number = IN_FLIGHT_BYTES, milliseconds: number = BODY_MS) {
    this.#limit = limit;
    this.#milliseconds = milliseconds;
  }

  /**
   * Reads a body.
   *
   * @param body The body.
   * @param limit The most it may hold, in bytes.
   * @returns The bytes; undefined when there are more.
   * @throws {IntakeError} When it does not arrive in time, or too much is being read.
   */
  async read(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const reader = body.getReader(), chunks: Uint8Array[] = [];
    let size = 0, isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      void reader.cancel().catch(() => {});
    }, this.#milliseconds);
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        const { length } = read.value;
        if (this.#bytes + length > this.#limit) {
          throw new IntakeError(503, "Too many requests are being read. Try again later.");
        }
        size += length;
        this.#bytes += length;
        if (size > limit) return undefined;
        chunks.push(read.value);
      }
      if (isLate) throw new IntakeError(408, "The body did not arrive in time.");
      const out = new Uint8Array(size);
      let at = 0;
      for (const chunk of chunks) {
        out.set(chunk, at);
        at += chunk.length;
      }
      return out;
    } finally {
      clearTimeout(timer);
      this.#bytes -= size;
      void reader.cancel().catch(() => {});
    }
  }
}

/** The bodies this process is reading: of one capability, which has a process or worker of its own. */
export const intake: Intake = new Intake();
