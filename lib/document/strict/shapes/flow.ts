/**
 * What runs: `call` with `with`, `steps` with `mappings`, `ref`, or a mock; and the owners that choose between them.
 *
 * @module
 */
import { field, needs, typed, variants } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import { anyText, closed, either, type Fields, list, mapOf, number, req, text, word } from "../notation.ts";
import type { Shape } from "../shape.ts";
import { all } from "../choice.ts";
import { dotted, extended, fileUri, KEBAB, kebab, reference } from "./words.ts";
import type { Outputs } from "./outputs.ts";

/** The languages of a script step. */
export const LANGUAGES = ["javascript", "python", "groovy"] as const;

/** Arguments of a call: text or numbers by name. */
const withArguments: Shape = mapOf(undefined, either({ text: anyText, "a number": number() }));

/** The steps of one version. */
export function steps(dialect: StrictDialect): Shape {
  const name: Fields = dialect.keyed ? {} : { name: req(text({ wording: KEBAB })) };
  const step = variants("a step", "type", {
    call: typed("a call step", { ...name, call: req(reference), with: withArguments }),
    lookup: typed("a lookup step", {
      ...name,
      index: req(kebab),
      match: req(kebab),
      lookupValue: req(anyText),
      outputParameters: req(list(anyText, 1)),
    }),
    ...dialect.from("alpha2", {
      script: typed("a script step", {
        ...name,
        language: word(...LANGUAGES),
        location: fileUri,
        file: req(text({ least: 1 })),
        dependencies: list(text({ least: 1 }), 1),
        with: withArguments,
      }),
    }),
  });
  return dialect.keyed ? mapOf(KEBAB, step, 1) : list(step, 1);
}

/** The keys that tools, operations, flows and MCP resources share: `call`, `with`, `steps`, `mappings`. */
export function running(dialect: StrictDialect): Fields {
  const target = dialect.since("alpha2") ? dotted : extended;
  return {
    call: reference,
    with: withArguments,
    steps: steps(dialect),
    mappings: list(closed("a mapping", {
      [dialect.since("alpha3") ? "target" : "targetName"]: req(target),
      value: req(anyText),
    })),
  };
}

/** The branch of an owner that calls one operation. */
export function calls(what: string, outputs: Outputs, ...also: readonly string[]): Shape {
  return all(needs(what, "call", ...also), field("outputParameters", outputs.mapped));
}

/** The branch of an owner that runs steps. */
export function runsSteps(what: string, outputs: Outputs, ...also: readonly string[]): Shape {
  return all(needs(what, "steps", ...also), field("outputParameters", outputs.orchestrated));
}

/** The branch of an owner that answers with fixed values. */
export function mocks(what: string, outputs: Outputs, ...also: readonly string[]): Shape {
  return all(needs(what, "outputParameters", ...also), field("outputParameters", outputs.mock));
}
