/**
 * A shape: a compiled check of one value, and the probe that walks the value and gathers what departs.
 *
 * @module
 */

/** What is wrong with a value, or with a key. */
export type StrictCode =
  | "strict-unknown-key"
  | "strict-missing-key"
  | "strict-wrong-type"
  | "strict-not-allowed"
  | "strict-pattern"
  | "strict-choice"
  | "strict-version";

/** One departure from a shape, at a path of the document. */
export interface Departure {
  readonly code: StrictCode;
  /** Keys and indices from the root. */
  readonly path: readonly (string | number)[];
  /** Whether the last key of the path itself is meant, or its value. */
  readonly part: "key" | "value";
  readonly message: string;
  readonly fix?: string;
}

/** Checks a value and reports its departures to the probe. */
export type Shape = (value: unknown, probe: Probe) => void;

/** What a problem says apart from where it is. */
export type Finding = Pick<Departure, "code" | "message" | "fix"> & { readonly part?: "key" | "value" };

/** How deep a document may nest. Only an alias to its own ancestor reaches further. */
const DEEPEST = 200;

/** Walks a value along its shape, and gathers what departs from it. */
export class Probe {
  readonly problems: Departure[] = [];
  readonly #path: (string | number)[];

  /** @param path Where the probe starts. */
  constructor(path: readonly (string | number)[] = []) {
    this.#path = [...path];
  }

  /** How many entries lie between the root and where the probe stands. */
  get depth(): number {
    return this.#path.length;
  }

  /** Whether nothing departed so far. */
  get clean(): boolean {
    return this.problems.length === 0;
  }

  /** Reports a problem of the value the probe stands at, or of one of its entries. */
  report(finding: Finding, entry?: string | number): void {
    const { part = "value", ...rest } = finding;
    this.problems.push({
      ...rest,
      part,
      path: entry === undefined ? [...this.#path] : [...this.#path, entry],
    });
  }

  /** Checks an entry of the value the probe stands at. */
  enter(entry: string | number, value: unknown, shape: Shape): void {
    if (this.#path.length >= DEEPEST) {
      this.report({
        code: "strict-not-allowed",
        message: `This nests deeper than ${DEEPEST} levels.`,
        fix: "Remove the alias that points at a node it is part of.",
      });
      return;
    }
    this.#path.push(entry);
    shape(value, this);
    this.#path.pop();
  }

  /** Tries a shape at this place without reporting, for choices. */
  attempt(value: unknown, shape: Shape): Probe {
    const trial = new Probe(this.#path);
    shape(value, trial);
    return trial;
  }

  /** Takes over the problems of a trial. */
  adopt(trial: Probe): void {
    this.problems.push(...trial.problems);
  }
}

/** A value's kind in the words of YAML. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
    case "bigint":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "a map";
  }
}

/** Whether a value is a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a map has a key with a value. */
export function has(value: unknown, key: string): boolean {
  return isMap(value) && Object.hasOwn(value, key) && value[key] !== undefined;
}
