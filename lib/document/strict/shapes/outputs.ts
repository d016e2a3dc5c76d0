/**
 * Output parameters: mapped from an answer, gathered from steps, mocked, or named by a consumed operation.
 *
 * @module
 */
import { exactlyOne, needs, typed, variants } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import {
  anyList,
  anyMap,
  anyText,
  either,
  type Fields,
  flag,
  list,
  mapOf,
  number,
  req,
  word,
} from "../notation.ts";
import type { Shape } from "../shape.ts";
import { EXTENDED, extended } from "./words.ts";

const SCALARS = ["string", "number", "boolean"] as const;

/** The shapes of output parameters in one version. */
export interface Outputs {
  /** Of a call: an unnamed list that maps the answer. */
  readonly mapped: Shape;
  /** Of steps: named, filled by mappings. */
  readonly orchestrated: Shape;
  /** Of a mock: named, with fixed values. */
  readonly mock: Shape;
  /** Of a consumed operation: named, taken from the answer. */
  readonly consumed: Shape;
}

/** The shape of one parameter that maps an answer. */
function mappedParameter(dialect: StrictDialect): Shape {
  const constant = either({
    text: anyText,
    "a number": number(),
    "true or false": flag,
    "a list": anyList,
    "a map": anyMap,
  });
  const common: Fields = {
    mapping: anyText,
    const: constant,
    ...dialect.from("alpha2", { value: anyText }),
  };
  const fixed = dialect.since("alpha2") ? "value" : "const", what = "an output parameter";
  const scalar = typed(
    what,
    common,
    exactlyOne(what, { mapping: needs(what, "mapping"), [fixed]: needs(what, fixed) }),
  );
  const any: Shape = (value, probe) => parameter(value, probe);
  const parameter = variants(what, "type", {
    string: scalar,
    number: scalar,
    boolean: scalar,
    object: typed("an output parameter of type object", {
      ...common,
      properties: req(mapOf(undefined, any)),
    }),
    array: typed("an output parameter of type array", { ...common, items: req(any) }),
  });
  return parameter;
}

/** The shape of one parameter that steps fill. */
function orchestratedParameter(dialect: StrictDialect): Shape {
  const name: Fields = dialect.keyed ? {} : { name: req(extended) };
  const scalar = typed("an output parameter", name);
  const any: Shape = (value, probe) => parameter(value, probe);
  const items = dialect.keyed ? mapOf(undefined, any, 1) : list(any, 1);
  const parameter = variants("an output parameter", "type", {
    string: scalar,
    number: scalar,
    boolean: scalar,
    array: typed("an output parameter of type array", { ...name, items: req(items) }),
    object: typed("an output parameter of type object", { ...name, properties: req(mapOf(undefined, any)) }),
  });
  return parameter;
}

/** The shapes of output parameters in one version. */
export function outputs(dialect: StrictDialect): Outputs {
  const orchestrated = orchestratedParameter(dialect);
  return {
    mapped: list(mappedParameter(dialect)),
    orchestrated: dialect.keyed ? mapOf(undefined, orchestrated) : list(orchestrated),
    mock: dialect.collection("a mocked output parameter", { name: EXTENDED, key: null, least: 1 }, {
      type: req(word(...SCALARS)),
      value: req(anyText),
    }),
    consumed: dialect.collection("a consumed output parameter", { name: EXTENDED, key: null }, {
      type: req(word(...SCALARS, "object", "array")),
      value: req(anyText),
    }),
  };
}
