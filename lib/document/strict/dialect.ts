/**
 * The versions that have an official schema, and what tells them apart.
 *
 * @module
 */
import type { TextPattern } from "./notation.ts";
import { closed, type Fields, list, mapOf, req, text } from "./notation.ts";
import type { Shape } from "./shape.ts";

/** The versions between which the shapes differ, in order. */
export type Generation = "alpha1" | "alpha2" | "alpha3" | "beta1" | "beta4";

const ORDER: readonly Generation[] = ["alpha1", "alpha2", "alpha3", "beta1", "beta4"];

/** The generation of each version that has an official schema. */
export const VERSIONS: Readonly<Record<string, Generation>> = {
  "1.0.0-alpha1": "alpha1",
  "1.0.0-alpha2": "alpha2",
  "1.0.0-alpha3": "alpha3",
  "1.0.0-alpha4": "alpha3",
  "1.0.0-beta1": "beta1",
  "1.0.0-beta2": "beta1",
  "1.0.0-beta3": "beta1",
  "1.0.0-beta4": "beta4",
  "1.0.0-beta5": "beta4",
};

/** The newest version that has an official schema. */
export const NEWEST = "1.0.0-beta5";

/** How one version writes things. */
export class StrictDialect {
  /** The version as a document declares it. */
  readonly version: string;
  readonly #order: number;

  /** @param version One of {@link VERSIONS}. */
  constructor(version: string) {
    this.version = version;
    this.#order = ORDER.indexOf(VERSIONS[version]!);
  }

  /** Whether this version is of a generation or a later one. */
  since(generation: Generation): boolean {
    return this.#order >= ORDER.indexOf(generation);
  }

  /** The key at the root that declares the version. */
  get root(): "naftiko" | "ikanos" {
    return this.since("alpha3") ? "ikanos" : "naftiko";
  }

  /** Whether collections are maps keyed by name rather than lists of entries with a `name`. */
  get keyed(): boolean {
    return this.since("alpha3");
  }

  /** The key of the human name. */
  get display(): "display" | "label" {
    return this.since("alpha3") ? "display" : "label";
  }

  /** Fields that exist from a generation on. */
  from<F extends Fields>(generation: Generation, fields: F): F | Record<never, never> {
    return this.since(generation) ? fields : {};
  }

  /**
   * A collection of named entries: a list before alpha3, a map since.
   *
   * @param what What an entry is, such as `a tool`.
   * @param names How its entries are named and how many there must be in each of the two forms.
   * @param fields The keys of an entry apart from its name.
   * @param rules What holds between the keys.
   */
  collection(what: string, names: EntryNames, fields: Fields, ...rules: readonly Shape[]): Shape {
    if (this.keyed) {
      const key = names.key === undefined ? names.name : names.key ?? undefined;
      return mapOf(key, closed(what, fields, ...rules), names.leastKeyed ?? names.least ?? 0);
    }
    const name = text({ wording: names.name });
    const named = { name: names.optional ? name : req(name), ...fields };
    return list(closed(what, named, ...rules), names.leastListed ?? names.least ?? 0);
  }
}

/** How the entries of a collection are named, and how many there must be. */
export interface EntryNames {
  /** The wording of `name` in a list, and of the key in a map. */
  readonly name: TextPattern;
  /** The wording of the key where it differs; null when any key does. */
  readonly key?: TextPattern | null;
  /** Whether `name` may be left out in a list. */
  readonly optional?: boolean;
  readonly least?: number;
  readonly leastListed?: number;
  readonly leastKeyed?: number;
}
