/**
 * JSON answers.
 *
 * @module
 */
import { JsonTooLarge, parseJson } from "../../data/json.ts";
import { badResponse, tooMuch } from "./bad_response.ts";
import { jsonFault } from "./json_fault.ts";

/**
 * Reads JSON.
 *
 * @param text The body; white space alone is no value.
 * @throws {CallError} `bad_response`, saying where.
 */
export function decodeJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonTooLarge) {
      throw tooMuch("JSON", "more than three million objects and arrays, or an object of a million keys");
    }
    if (text.trim() === "") return undefined;
    const fault = jsonFault(text);
    throw badResponse("JSON", fault.reason, { text, offset: fault.offset });
  }
}

/** A number that survives being read and written. */
const LOSSLESS_NUMBER = /^-?\d/;

/**
 * Reads a text that nobody called JSON: as JSON where it is, else as it stands. A bare number is taken as one only
 * when no digit is lost, so that `1.10` stays what it is.
 *
 * @param text The body.
 */
export function decodeJsonOrText(text: string): unknown {
  try {
    const value = parseJson(text);
    return LOSSLESS_NUMBER.test(text) && String(value) !== text.trim() ? text : value;
  } catch {
    return text;
  }
}
