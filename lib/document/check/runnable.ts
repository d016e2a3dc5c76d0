/**
 * What steps and outputs say that has no effect.
 *
 * @module
 */
import type { OutputParameter, Step } from "../../../schemas/mod.ts";
import { checkOutputValue } from "./constraints.ts";
import type { Report } from "../diagnostics/report.ts";

/** The keys that each type of step takes, beside those that all take. */
const KEYS: Readonly<Record<string, readonly (keyof Step)[]>> = {
  call: ["call", "with"],
  lookup: ["index", "match", "lookupValue", "outputParameters"],
  script: ["language", "location", "file", "dependencies", "with"],
};
const OWN: readonly (keyof Step)[] = [...new Set(Object.values(KEYS).flat())];

/**
 * Reports keys of steps that steps of their type do not take.
 *
 * @param steps The steps.
 * @param report Receives what is found.
 */
export function checkSteps(steps: readonly Step[] | undefined, report: Report): void {
  for (const step of steps ?? []) {
    const type = step.type?.toLowerCase(), takes = KEYS[type];
    if (!takes) continue;
    for (const key of OWN) {
      if (step[key] === undefined || takes.includes(key)) continue;
      const of = Object.keys(KEYS).filter((other) => KEYS[other]!.includes(key)).join(" or ");
      report.add(
        "warning",
        "unknown-key",
        `${key} has no meaning in a step of type ${type} and is left out`,
        report.locate(step, key, "key"),
        `remove it, or write type: ${of}`,
      );
    }
  }
}

/** The types that hold what is under a key. */
const HOLDERS = { properties: "object", items: "array" } as const;

/** What begins like a path and is a reference. */
const OWN_WORDS = /^\$(?:\.?this|\.?env)\b/;

const calledOf = ({ name }: OutputParameter) => name ?? "this output";

function tell(
  report: Report,
  output: OutputParameter,
  code: "unknown-key" | "contradiction" | "missing-name" | "bad-expression",
  key: string | undefined,
  message: string,
  fix: string,
): void {
  report.add("warning", code, message, report.locate(output, key, "key"), fix);
}

/**
 * Reports what outputs say that has no effect.
 *
 * @param outputs The outputs.
 * @param report Receives what is found.
 * @param ofCall Whether they are the outputs of one call, where those without a name are tried in order.
 */
export function checkOutputs(
  outputs: readonly OutputParameter[] | undefined,
  report: Report,
  ofCall: boolean,
): void {
  const named = outputs?.some(({ name }) => name !== undefined) === true;
  for (const output of outputs ?? []) {
    const { name, type, mapping, value, maxLength } = output;
    if (ofCall && named && name === undefined) {
      tell(
        report,
        output,
        "missing-name",
        undefined,
        "an output has no name beside outputs that have one, and is left out",
        "add name",
      );
    }
    if (mapping !== undefined && value !== undefined) {
      tell(
        report,
        output,
        "unknown-key",
        "mapping",
        `mapping has no effect together with value, which gives ${calledOf(output)}`,
        "remove one of them",
      );
    }
    for (const key of ["properties", "items"] as const) {
      if (output[key] === undefined || type === undefined || type === HOLDERS[key]) continue;
      // The properties of an array are read as those of its items, and reported there.
      tell(
        report,
        output,
        "contradiction",
        key,
        `${key} means nothing for ${calledOf(output)}, which is of type ${type}`,
        `remove ${key}, or write type: ${HOLDERS[key]}`,
      );
    }
    if (maxLength !== undefined && !(Number.isInteger(maxLength) && maxLength >= 0)) {
      tell(
        report,
        output,
        "contradiction",
        "maxLength",
        `maxLength of ${calledOf(output)} is ${maxLength}, and should be a whole number from 0`,
        "correct maxLength",
      );
    }
    checkOutputValue(output, report);
    if (
      ofCall && typeof value === "string" && /^\$(?:\.[^.]|\[)/.test(value) && !OWN_WORDS.test(value) &&
      !value.includes("{{")
    ) {
      tell(
        report,
        output,
        "bad-expression",
        "value",
        `the value ${value} is text, and is given as it is`,
        `write mapping: ${value} if it is a path into the answer`,
      );
    }
    checkOutputs(output.properties, report, false);
    if (output.items) checkOutputs([output.items], report, false);
  }
}
