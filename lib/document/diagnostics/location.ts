/**
 * Where a node of a model comes from: file, line and column in the author's own text.
 *
 * @module
 */

import { type EntryPlace, EntryPlaces, type TextRange } from "./entry_places.ts";

export type { TextRange } from "./entry_places.ts";

/**
 * A place in a file. Lines and columns count from 1, offsets from 0; columns and offsets count UTF-16 units, as
 * editors do.
 */
export interface Location {
  /** The file as the user named it, or as an import resolved it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** Offset of the first character. */
  readonly start: number;
  /** Offset after the last character. */
  readonly end: number;
}

/** A line that begins with a key that only specifications have at their root. */
const ROOT_KEY =
  /(?:^|\n)[ \t{,]*["']?(?:ikanos|naftiko|capability|consumes|exposes|aggregates|binds|externalRefs)["']?[ \t]*:(?:\s|$)/;

/** One file of a specification: its text, and lines found when first asked for. */
export class SourceFile {
  readonly name: string;
  readonly text: string;
  #lineStarts: number[] | undefined;
  #isSpecification: boolean | undefined;

  /**
   * @param name The file as the user named it.
   * @param text Its whole text.
   */
  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  #lines(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0], { text } = this;
    if (text.includes("\r")) {
      // YAML breaks lines at a lone carriage return as well.
      for (const found of text.matchAll(/\r\n?|\n/g)) starts.push(found.index + found[0].length);
    } else for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
    return this.#lineStarts = starts;
  }

  /** The location of a span. */
  locate(start: number, end: number = start): Location {
    const starts = this.#lines();
    let low = 0, high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= start) low = middle;
      else high = middle - 1;
    }
    return { file: this.name, line: low + 1, column: start - starts[low]! + 1, start, end };
  }

  /**
   * Whether the text is that of a specification, valid or not: a line of it begins with one of its keys. Only of such
   * a file lines are shown; any other may hold secrets, whatever it is called.
   */
  get isSpecification(): boolean {
    return this.#isSpecification ??= ROOT_KEY.test(this.text);
  }

  /** The text of a line, counted from 1, without its line break. */
  line(number: number): string {
    const starts = this.#lines(), from = starts[number - 1];
    if (from === undefined) return "";
    return this.text.slice(from, starts[number] ?? this.text.length).replace(/(?<![\r\n])[\r\n]+$/, "");
  }
}

/** Where an object or array of a model stands, and where each of its entries does. */
export interface Origin {
  readonly file: SourceFile;
  readonly span: TextRange;
  /** Per key or index: the span of the value, and of the key where there is one. */
  readonly entries?: EntryPlaces | undefined;
}

/** A place with one more entry, which counts where it has one of that key. */
export function standsIn({ file, span, entries }: Origin, key: string | number, place: EntryPlace): Origin {
  return { file, span, entries: (entries ?? NO_ENTRIES).with(key, place) };
}

const NO_ENTRIES = new EntryPlaces([], []);

/** Knows where every object and array of a model comes from (architecture, law 9). */
export class Origins {
  readonly #origins = new WeakMap<object, Origin>();

  /** Records where a node comes from. An upgrade that makes a new node records the old one's origin for it. */
  set(node: object, origin: Origin): void {
    this.#origins.set(node, origin);
  }

  /** The origin of a node, if it has one. */
  get(node: object): Origin | undefined {
    return this.#origins.get(node);
  }

  /**
   * The location of a node, or of one of its entries.
   *
   * @param node An object or array of the model.
   * @param entry A key or index in it; without one the node itself.
   * @param part Whether the key or the value of the entry is meant.
   */
  locate(node: object, entry?: string | number, part: "key" | "value" = "value"): Location | undefined {
    const origin = this.get(node);
    if (!origin) return undefined;
    const at = entry === undefined ? undefined : origin.entries?.get(entry);
    const span = at ? (part === "key" && at.key ? at.key : at.value) : origin.span;
    return origin.file.locate(span[0], span[1]);
  }
}
