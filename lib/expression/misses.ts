/**
 * What a call looked for in a successful answer and did not find (semantics §6). Finding everything costs nothing; what
 * is missing is kept as it is, and put into words only when somebody reads it.
 *
 * @module
 */

/** Something that is looked for at one place of a document. */
export interface Look {
  /** The author's path or name. */
  readonly path: string;
  /** The node of the document that holds it, and the key it stands at. */
  readonly node: object;
  readonly entry: string;
  /**
   * Says what is there instead.
   *
   * @param where What it was looked for in.
   * @returns Undefined where finding nothing is no surprise.
   */
  explain(where: unknown): string | undefined;
}

/** What is to be reported of an output that has a value. */
export interface OutputNote {
  readonly output: string;
  readonly code: "cut" | "odd_answer";
  readonly message: string;
}

/** The misses of one call. */
export class Misses {
  #looks: Look[] | undefined;
  #places: unknown[] | undefined;
  #notes: Map<string, OutputNote> | undefined;

  /** Notes that something was not there. Where there is nothing at all, whoever gave it has been reported. */
  add(look: Look, where: unknown): void {
    if (where === null || where === undefined) return;
    (this.#looks ??= []).push(look);
    (this.#places ??= []).push(where);
  }

  /** Notes that an output is not what the answer had, or not what is declared. Each is reported once. */
  note(output: string, code: OutputNote["code"], message: string): void {
    (this.#notes ??= new Map()).set(`${code} ${output}`, { output, code, message });
  }

  /** What was noted of outputs; undefined where nothing was. */
  get notes(): Iterable<OutputNote> | undefined {
    return this.#notes?.values();
  }

  /** How many there are. */
  get count(): number {
    return this.#looks?.length ?? 0;
  }

  /**
   * Settles what elements of one list did not have: what some of them do have is only left out by others.
   *
   * @param from The count before the first element.
   * @param elements How many elements the list has.
   */
  settle(from: number, elements: number): void {
    const looks = this.#looks, places = this.#places;
    if (!looks || !places || looks.length === from) return;
    const first = new Map<Look, number>(), counts = new Map<Look, number>();
    for (let i = from; i < looks.length; i++) {
      const look = looks[i]!;
      if (!first.has(look)) first.set(look, i);
      counts.set(look, (counts.get(look) ?? 0) + 1);
    }
    const kept = [...first].filter(([look]) => counts.get(look)! >= elements)
      .map(([look, i]) => [look, places[i]] as const);
    looks.length = places.length = from;
    for (const [look, place] of kept) {
      looks.push(look);
      places.push(place);
    }
  }

  /** What is worth telling, each look once. */
  tell(): { readonly look: Look; readonly message: string }[] {
    const out: { look: Look; message: string }[] = [], seen = new Set<Look>();
    for (const [i, look] of (this.#looks ?? []).entries()) {
      if (seen.has(look)) continue;
      seen.add(look);
      const message = look.explain(this.#places![i]);
      if (message !== undefined) out.push({ look, message });
    }
    return out;
  }
}
