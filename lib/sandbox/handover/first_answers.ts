/**
 * The first answers over standard input, given by the main thread while the worker is made, and the handing over of the
 * connection: from then on the worker reads the input itself.
 *
 * The main thread stops at the end of a message that it answered. What it has read beyond is passed on, byte by byte.
 * Nothing of the capability runs here: no flow, no request, no file.
 *
 * @module
 */
import type { EarlyAnswers } from "../../surface/surface_type.ts";
import type { Handover } from "./handed_input.ts";

/** How long a client may take to ask for its list before the worker is made, which stops this thread for a while. */
const PATIENCE_MS = 50;
/** The most that is kept of a message that has not ended, in bytes. */
const MAX_HELD_BYTES = 64 * (1 << 10);
const NEWLINE = 10;
const NOTHING = new Uint8Array();

/** The two ends of a connection, one read and one write at a time. */
export interface Ends {
  /** Reads into a buffer. @returns How many bytes; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes. @returns How many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Where a connection goes. */
export interface Heir {
  take(handover: Handover): void;
  written(): void;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b.slice();
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** A connection whose first messages are answered here. */
export class FirstAnswers {
  /** Resolves when the client has its list, wants something else, or takes its time. */
  readonly settled: Promise<void>;
  readonly #settle: () => void;
  readonly #early: EarlyAnswers;
  readonly #ends: Ends;
  #heir: Heir | undefined;
  /** The heir is ready to read. */
  #ready = false;
  #over: Handover | undefined;
  #writing: Promise<void> = Promise.resolve();
  #broken = false;

  /**
   * @param early Gives the answers.
   * @param ends The connection.
   * @param patienceMs How long `settled` waits at most, in milliseconds.
   */
  constructor(early: EarlyAnswers, ends: Ends, patienceMs: number = PATIENCE_MS) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    this.#settle = resolve;
    // The first `setTimeout` of a thread loads five milliseconds of the runtime, just when the client waits.
    AbortSignal.timeout(patienceMs).addEventListener("abort", () => resolve());
    this.#early = early;
    this.#ends = ends;
    void this.#read();
  }

  /** Who gets the connection: at once, where there is a message that is not answered here. */
  handTo(heir: Heir): void {
    this.#heir = heir;
    if (this.#over) this.#pass(this.#over, heir);
  }

  /** From now on the next message is the heir's. */
  release(): void {
    this.#ready = true;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(MAX_HELD_BYTES);
    let held: Uint8Array = NOTHING;
    while (true) {
      let count: number | null;
      try {
        count = await this.#ends.read(buffer);
      } catch {
        count = null;
      }
      if (count === null) return this.#handOver(held, true);
      held = joined(held, buffer.subarray(0, count));
      if (this.#ready) return this.#handOver(held, this.#broken);
      let from = 0;
      for (let end = held.indexOf(NEWLINE); end >= 0; end = held.indexOf(NEWLINE, from)) {
        const text = await this.#answer(held.subarray(from, end));
        if (text === undefined) return this.#handOver(held.slice(from), this.#broken);
        from = end + 1;
        if (text !== "") this.#write(text);
      }
      held = held.slice(from);
      if (this.#early.listed) this.#settle();
      if (held.length > MAX_HELD_BYTES || this.#broken) return this.#handOver(held, this.#broken);
    }
  }

  /** An answer; undefined as well for a message whose answer went wrong: the heir has to say so. */
  async #answer(line: Uint8Array): Promise<string | undefined> {
    try {
      return await this.#early.answer(line);
    } catch {
      return undefined;
    }
  }

  /** Writes beside reading: a client may write all it has before it reads. */
  #write(text: string): void {
    const bytes = new TextEncoder().encode(text + "\n");
    this.#writing = this.#writing.then(async () => {
      if (this.#broken) return;
      try {
        for (let at = 0; at < bytes.length;) at += await this.#ends.write(bytes.subarray(at));
      } catch {
        // Nobody reads the answers any more: that is the end of the connection.
        this.#broken = true;
      }
    });
  }

  #handOver(bytes: Uint8Array, ended: boolean): void {
    this.#over = { bytes, ended, opening: this.#early.opening };
    this.#settle();
    if (this.#heir) this.#pass(this.#over, this.#heir);
  }

  #pass(handover: Handover, heir: Heir): void {
    heir.take(handover);
    void this.#writing.then(() => heir.written());
  }
}
