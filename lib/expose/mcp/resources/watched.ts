/**
 * What clients have subscribed to: whether its content is another one after the document was read again.
 *
 * @module
 */
import { writeJson } from "../../../data/json.ts";
import { SurfaceCall } from "../../../plan/deadline.ts";
import { type Book, covers } from "./book.ts";

/** The most addresses of which it is known what their content was made of; of others it may have changed. */
const MAX_WATCHED = 10_000;

/** What the content of an address is made of, as text: the same text, the same content. Undefined where it cannot be read. */
async function stateOf(books: readonly Book[], uri: string): Promise<string | undefined> {
  const book = books.find((one) => covers(one, uri));
  if (!book) return "";
  if (book.madeOf) return book.madeOf();
  try {
    const content = await book.read(uri, new SurfaceCall(() => undefined));
    if (content?.bytes === undefined) return writeJson([content?.mimeType, content?.text]);
    const digest = await crypto.subtle.digest("SHA-256", content.bytes.slice());
    return writeJson([content.mimeType, [...new Uint8Array(digest)]]);
  } catch {
    return undefined;
  }
}

/** The addresses that clients of one server watch. */
export class Watched {
  readonly #books: readonly Book[];
  readonly #states = new Map<string, Promise<string | undefined>>();

  /** @param books What can be read. */
  constructor(books: readonly Book[]) {
    this.#books = books;
  }

  /** Somebody subscribes to addresses. */
  add(uris: Iterable<string>): void {
    for (const uri of uris) {
      if (this.#states.size >= MAX_WATCHED) return;
      if (!this.#states.has(uri)) this.#states.set(uri, stateOf(this.#books, uri));
    }
  }

  /**
   * Which addresses have, or may have, another content than before.
   *
   * @param before What was watched of the server whose place is taken.
   * @param uris The addresses that somebody has subscribed to.
   */
  async changedSince(before: Watched, uris: Iterable<string>): Promise<ReadonlySet<string>> {
    const changed = new Set<string>(), all = [...new Set(uris)];
    this.add(all);
    await Promise.all(all.map(async (uri) => {
      const was = await before.#states.get(uri), is = await this.#states.get(uri);
      if (was === undefined || was !== is) changed.add(uri);
    }));
    return changed;
  }
}
