/**
 * A value that must not be seen: printing, logging or serialising it gives `***`.
 *
 * @module
 */

/** A resolved bind. Only the request builder unwraps it (architecture, law 5). */
export class Secret {
  readonly #value: string;

  /** @param value The text to keep. */
  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself; for the request builder alone. */
  reveal(): string {
    return this.#value;
  }

  /** Whether there is no text at all: such a secret protects nothing. */
  get isEmpty(): boolean {
    return this.#value === "";
  }

  /**
   * Adds the text to a hash: how it is compared with what somebody claims it to be, without being shown.
   *
   * @param hash The hash, of which only a digest is ever read.
   */
  feed(hash: { update(text: string): unknown }): void {
    hash.update(this.#value);
  }

  /** `***` */
  toString(): string {
    return "***";
  }

  /** `***` */
  toJSON(): string {
    return "***";
  }

  /** `***` */
  [Symbol.for("Deno.customInspect")](): string {
    return "***";
  }

  /** `***` */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}
