/**
 * Headers of an answer as a document names them: `$headers.Location` of the answer that an output speaks of,
 * `create.$headers.Location` and `$.create.$headers.Location` of a step's. No JSONPath begins or goes on so, and no field
 * of an answer can be meant.
 *
 * @module
 */
import type { OutputParameter } from "../../schemas/mod.ts";
import type { AnswerHeaders, Getter, Scope } from "./scope.ts";

/** A header of an answer. */
export interface AnswerHeader {
  /** The step that was answered; undefined for the answer at hand. */
  readonly step: string | undefined;
  /** The name, in any case. */
  readonly name: string;
}

const REFERENCE =
  /^\s*(?:(?:\$\.)?([^.[\]$\s]+)\.)?\$headers(?:\.([\w!#$%&'*+^`|~-]+)|\[\s*(?:'([^']+)'|"([^"]+)")\s*\])\s*$/i;

/**
 * The header that a text names.
 *
 * @param text A mapping, or what stands between the braces of a template.
 * @returns Undefined for any other text.
 */
export function answerHeader(text: string): AnswerHeader | undefined {
  if (!/\$headers/i.test(text)) return undefined;
  const found = REFERENCE.exec(text);
  return found ? { step: found[1], name: (found[2] ?? found[3] ?? found[4])! } : undefined;
}

/** Gives the value of a header: that of the answer at hand, or of the answer to a step. */
export function headerGetter({ step, name }: AnswerHeader): Getter {
  const from = step === undefined ? (scope: Scope) => scope.headers : (scope: Scope) => scope.answers?.[step];
  // Names of headers have no case; the small letters are what every kind of answer knows.
  const small = name.toLowerCase();
  return (scope) => from(scope)?.get(small) ?? undefined;
}

/**
 * Headers as a document may read them: an API may repeat there what it was sent.
 *
 * @param headers The headers of an answer.
 * @param redact Takes secrets out of a text.
 */
export function readableHeaders(headers: AnswerHeaders, redact: (text: string) => string): AnswerHeaders {
  return {
    get(name) {
      const value = headers.get(name);
      return value === null ? null : redact(value);
    },
  };
}

/** Whether an output, or anything inside it, is a header of the answer. */
export function speaksOfHeaders(output: OutputParameter): boolean {
  return (output.mapping !== undefined && answerHeader(output.mapping) !== undefined) ||
    (typeof output.value === "string" && /\$headers/i.test(output.value)) ||
    output.properties?.some(speaksOfHeaders) === true ||
    (output.items !== undefined && speaksOfHeaders(output.items));
}
