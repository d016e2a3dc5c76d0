/**
 * Measures a document's value against the official schema of the version it declares.
 *
 * @module
 */
import { NEWEST, StrictDialect, VERSIONS } from "./dialect.ts";
import { oneOfWords, quote } from "./notation.ts";
import { type Departure, isMap, Probe, type Shape } from "./shape.ts";
import { document } from "./shapes/document.ts";

const shapes = new Map<string, Shape>();

function shapeOf(version: string): Shape {
  let shape = shapes.get(version);
  if (!shape) shapes.set(version, shape = document(new StrictDialect(version)));
  return shape;
}

/**
 * The departures of a value from the official schema of one version.
 *
 * @param value The document as its author wrote it, before any upgrade.
 * @param version A version that has an official schema.
 */
export function measure(value: unknown, version: string): readonly Departure[] {
  const probe = new Probe();
  shapeOf(version)(value, probe);
  return probe.problems;
}

/**
 * The departures of a document from the official schema of the version it declares.
 *
 * @param value The document as its author wrote it, before any upgrade.
 * @returns The departures, in the order of the document; none when the official schema accepts it.
 */
export function check(value: unknown): readonly Departure[] {
  const key = isMap(value) && value.ikanos === undefined && value.naftiko !== undefined
    ? "naftiko"
    : "ikanos";
  const declared = isMap(value) ? value[key] : undefined;
  if (declared === undefined) return measure(value, NEWEST);
  if (typeof declared === "string" && Object.hasOwn(VERSIONS, declared)) return measure(value, declared);
  const old = ["0.2", "0.3", "0.4", "0.5"].includes(String(declared));
  return [{
    code: "strict-version",
    path: [key],
    part: "value",
    message: old
      ? `Version ${quote(declared)} has no schema to be strict by; ${
        oneOfWords(Object.keys(VERSIONS))
      } have one.`
      : `There is no version ${quote(declared)}; ${oneOfWords(Object.keys(VERSIONS))} is expected.`,
    fix: `Declare ikanos: "${NEWEST}" and write the document in its form, or leave out --strict.`,
  }];
}
