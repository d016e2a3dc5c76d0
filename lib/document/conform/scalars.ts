/**
 * Scalars: the values of a document that are no collection, brought to the type that is asked for.
 *
 * @module
 */
import { LongDecimal } from "../../data/long_decimal.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Report } from "../diagnostics/report.ts";
import { isScalar, writtenText } from "./written.ts";

/** Where a value stands: the raw parent and its key there. */
export type RawPosition = { readonly parent: object; readonly key: string | number };
/** Brings a value to a form. */
export type Conform = (value: unknown, place: RawPosition) => unknown;

/** Returned where a value is left out. */
export const NOTHING = undefined;

/** A value as messages show it. */
export function shorten(value: unknown): string {
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** Brings scalars to their types, and tells of those that cannot be. */
export class Scalars {
  readonly #report: Report;

  /** @param report Receives what is found. */
  constructor(report: Report) {
    this.#report = report;
  }

  /** Tells of a value that is not what is expected, and leaves it out. */
  wrong(value: unknown, place: RawPosition, expected: string, fix = `write ${expected}`): undefined {
    const got = value === null
      ? "nothing"
      : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
      ? "a mapping"
      : `${typeof value} ${shorten(value)}`;
    const what = typeof place.key === "number" ? `entry ${place.key + 1} of this list` : place.key;
    this.#report.add(
      "error",
      "wrong-type",
      `${what} should be ${expected}, and is ${got}; it is left out`,
      this.#report.locate(place.parent, place.key),
      fix,
    );
    return NOTHING;
  }

  /** Text; numbers and words for true and false as their author wrote them. */
  text(value: unknown, place: RawPosition): unknown {
    if (typeof value === "string") return value;
    if (isScalar(value)) return this.#written(value, place);
    return this.wrong(value, place, "text");
  }

  /** The author's own writing of a scalar: 1.10 stays 1.10. */
  #written(value: unknown, place: RawPosition): string {
    return writtenText(this.#report.origins, place.parent, place.key) ?? String(value);
  }

  #coerced(place: RawPosition, expected: string): void {
    this.#report.once(
      `${String(place.key)} ${expected}`,
      "warning",
      "coerced",
      `${String(place.key)} is written as text; ${expected} is expected, and was read from it`,
      this.#report.locate(place.parent, place.key),
      "write it without quotes",
    );
  }

  /** A number, also one that is written as text. */
  number(value: unknown, place: RawPosition): unknown {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value === "bigint" || value instanceof LongDecimal) return Number(value);
    if (typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value)) {
      this.#coerced(place, "a number");
      return Number(value);
    }
    return this.wrong(value, place, "a number");
  }

  /** True or false, also written as text. */
  boolean(value: unknown, place: RawPosition): unknown {
    if (typeof value === "boolean") return value;
    if (typeof value === "string" && /^(true|false|yes|no)$/i.test(value)) {
      this.#coerced(place, "true or false");
      return /^(true|yes)$/i.test(value);
    }
    return this.wrong(value, place, "true or false");
  }

  /** One of several words, in any case. */
  choice(choices: readonly string[]): Conform {
    const exact = new Set(choices),
      byPlain = new Map(choices.map((choice) => [choice.toLowerCase(), choice]));
    const expected = choices.length === 1 ? choices[0]! : `one of ${choices.join(", ")}`;
    return (value, place) => {
      if (typeof value === "string") {
        if (exact.has(value)) return value;
        const known = byPlain.get(value.toLowerCase());
        if (known !== undefined) return known;
      }
      const near = typeof value === "string" ? nearest(value, choices) : undefined;
      return this.wrong(value, place, expected, near === undefined ? undefined : `did you mean ${near}?`);
    };
  }
}
