/**
 * The address of a request: its path at once, the rest of it when somebody asks.
 *
 * @module
 */

/** An address whose path stays as it is when it is read: plain segments, none of which is empty or begins with a dot. */
const PLAIN = /^https?:\/\/[\w.:[\]-]+((?:\/[\w~-][\w~.-]*)+)(?:\?|$)/;

/** The address of one request. Taking it apart costs more than finding its route, and most calls need only the path. */
export class Address {
  readonly #text: string;
  #url: URL | undefined;
  /** The path as it stands in a URL. */
  readonly path: string;

  /** @param text The address as the request has it. */
  constructor(text: string) {
    this.#text = text;
    this.path = PLAIN.exec(text)?.[1] ?? this.url.pathname;
  }

  /** The whole address, taken apart. */
  get url(): URL {
    return this.#url ??= new URL(this.#text);
  }
}
