/**
 * Where the entries of a mapping or a list stand, as numbers: a document has ten times as many entries as nodes, and nearly
 * nobody asks for one.
 *
 * @module
 */

/** The start and end offset of a node, end exclusive. */
export type TextRange = readonly [start: number, end: number];

/** Where an entry stands: its value, and its key where it has one. */
export interface EntryPlace {
  readonly key?: TextRange;
  readonly value: TextRange;
}

/** Numbers of an entry: where its key begins and ends, and its value. */
const WIDTH = 4;
/** Up to so many keys are looked through one by one. */
const FEW = 8;
const NO_KEY = -1;

/** The numbers of an entry, as they are kept: -1 for the key of one that has none. */
export function numbersOf({ key, value }: EntryPlace): [number, number, number, number] {
  return [key?.[0] ?? NO_KEY, key?.[1] ?? NO_KEY, value[0], value[1]];
}

/** Where the entries of one node stand. */
export class EntryPlaces {
  readonly #keys: readonly (string | number)[];
  readonly #numbers: readonly number[];
  readonly #before: EntryPlaces | undefined;
  /** Made for many keys, when one of them is first asked for. */
  #index: Map<string | number, number> | undefined;

  /**
   * @param keys The keys, or the numbers of a list's entries; each once.
   * @param numbers Four numbers for each: where its key begins and ends, and its value.
   * @param before What is looked at for an entry that stands not here.
   */
  constructor(keys: readonly (string | number)[], numbers: readonly number[], before?: EntryPlaces) {
    this.#keys = keys;
    this.#numbers = numbers;
    this.#before = before;
  }

  /** The same entries and one more, which counts where they have one of its key. */
  with(key: string | number, place: EntryPlace): EntryPlaces {
    return new EntryPlaces([key], numbersOf(place), this);
  }

  /** Where an entry stands. */
  get(key: string | number): EntryPlace | undefined {
    const at = this.#find(key);
    if (at < 0) return this.#before?.get(key);
    const numbers = this.#numbers, i = at * WIDTH;
    const value: TextRange = [numbers[i + 2]!, numbers[i + 3]!];
    return numbers[i]! < 0 ? { value } : { key: [numbers[i]!, numbers[i + 1]!], value };
  }

  /** Whether an entry stands here. */
  has(key: string | number): boolean {
    return this.#find(key) >= 0 || this.#before?.has(key) === true;
  }

  /** Writes the four numbers of an entry: where its key begins and ends, and its value; -1 for what is not there. */
  write(key: string | number, into: number[]): void {
    const at = this.#find(key), numbers = this.#numbers, i = at * WIDTH;
    if (at >= 0) into.push(numbers[i]!, numbers[i + 1]!, numbers[i + 2]!, numbers[i + 3]!);
    else if (this.#before) this.#before.write(key, into);
    else into.push(NO_KEY, NO_KEY, NO_KEY, NO_KEY);
  }

  #find(key: string | number): number {
    const keys = this.#keys;
    if (keys.length <= FEW) return keys.indexOf(key);
    // The entries of a list have their own number.
    if (typeof key === "number" && keys[key] === key) return key;
    this.#index ??= new Map(keys.map((each, i) => [each, i]));
    return this.#index.get(key) ?? NO_KEY;
  }
}
