/**
 * Values as text: what a value looks like inside a longer text.
 *
 * @module
 */
import { writeJson } from "../data/json.ts";
import { MediaBytes } from "../data/media_bytes.ts";
import { Secret } from "./secret.ts";

/**
 * The text of a value inside a longer text.
 *
 * @param value Any value; absent and null give no text, objects and arrays compact JSON.
 */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      if (value === null) return "";
      if (value instanceof MediaBytes) return value.toJSON();
      return value instanceof Secret ? value.toString() : writeJson(value);
    default:
      return "";
  }
}

/**
 * Joins values to one text. Where one of them is secret the whole is.
 *
 * @param values What is joined, in order.
 */
export function joinText(values: readonly unknown[]): string | Secret {
  let out = "", secret = false;
  for (const value of values) {
    if (value instanceof Secret) {
      secret = true;
      out += value.reveal();
    } else out += textOf(value);
  }
  return secret ? new Secret(out) : out;
}

/** A value, and how it is written where it stands. */
export interface Written {
  readonly value: unknown;
  readonly write: (value: unknown) => string;
}

/**
 * Joins pieces to one text, each value written in its own way. Where one of them is secret the whole is.
 *
 * @param pieces Text, and values with how they are written; of a secret its text is.
 */
export function joinWritten(pieces: readonly (string | Written)[]): string | Secret {
  let out = "", secret = false;
  for (const piece of pieces) {
    if (typeof piece === "string") out += piece;
    else {
      const { value, write } = piece, hidden = value instanceof Secret;
      secret ||= hidden;
      out += write(hidden ? value.reveal() : value);
    }
  }
  return secret ? new Secret(out) : out;
}
