/**
 * What can be called, as authors of every dialect write it: tools, operations, flows, steps.
 *
 * @module
 */
import { standsIn, type TextRange } from "../diagnostics/location.ts";
import {
  AGGREGATE,
  type Aliases,
  DISPLAY,
  EXPOSES,
  HINTS,
  RUNNABLE,
  STEP_MAPPING,
  TOOL,
} from "../../../schemas/aliases.ts";
import { isMapping, type Raw, renamed, set, type Upgrade } from "../conform/raw.ts";
import type { Report } from "../diagnostics/report.ts";
import { writtenTree } from "../conform/written.ts";
import { heldAuthentication } from "./authentication.ts";

/** Outputs written as one schema instead of a list or a map of them. */
function outputs(raw: Raw): Raw {
  const written = raw["outputParameters"];
  if (!isMapping(written)) return {};
  const single = typeof written["type"] === "string" || typeof written["mapping"] === "string";
  return single ? { outputParameters: [written] } : {};
}

/**
 * The inputs a JSON Schema declares: that of `inputSchema`, where the node declares none of its own, or one that stands
 * where the inputs belong.
 */
export function inputsOfSchema(raw: Raw, report: Report): Raw {
  const written = raw["inputParameters"] === undefined ? "parameters" : "inputParameters", own = raw[written];
  let schema = raw["inputSchema"];
  if (isSchemaOfInputs(own)) {
    schema = own;
    report.once(
      "schema of inputs",
      "warning",
      "coerced",
      `${written} is written as a JSON Schema; its properties are the inputs`,
      report.locate(raw, written, "key"),
      "write the inputs themselves: name: { type: string, required: true }",
    );
  } else if (own !== undefined) return {};
  if (!isMapping(schema) || !isMapping(schema["properties"])) return {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const inputs: Raw = {};
  for (const [name, property] of Object.entries(schema["properties"])) {
    set(
      inputs,
      name,
      isMapping(property) ? renamed(property, report, {}, { required: required.includes(name) }) : property,
    );
  }
  const origin = report.origins.get(schema["properties"]);
  if (origin) report.origins.set(inputs, origin);
  return { inputParameters: inputs };
}

/** Whether a mapping is a JSON Schema of all inputs, and not a map of inputs called `type` and `properties`. */
function isSchemaOfInputs(value: unknown): value is Raw {
  return isMapping(value) && value["type"] === "object" && isMapping(value["properties"]) &&
    Object.keys(value).every((key) => SCHEMA_OF_INPUTS.has(key));
}

const SCHEMA_OF_INPUTS: ReadonlySet<string> = new Set([
  "type",
  "properties",
  "required",
  "description",
  "title",
  "additionalProperties",
  "$schema",
]);

/** A `call` written as a mapping of the operation and its `with`. */
function callOf(raw: Raw, report: Report): Raw {
  const { call } = raw;
  if (!isMapping(call) || typeof call["operation"] !== "string") return {};
  report.add(
    "warning",
    "coerced",
    "call is a mapping; its operation and its with are taken",
    report.locate(raw, "call"),
    `write call: ${call["operation"]}, and with: beside it`,
  );
  const given = call["with"];
  if (!isMapping(given)) return { call: call["operation"] };
  return { call: call["operation"], with: isMapping(raw["with"]) ? { ...given, ...raw["with"] } : given };
}

/** `mappings` written as a map of target to value, where a list is expected. */
function mappingsOf(raw: Raw, report: Report): Raw {
  const written = raw["mappings"];
  if (!isMapping(written) || "target" in written || "targetName" in written) return {};
  report.once(
    "mappings",
    "warning",
    "coerced",
    "mappings is a map of target to value; a list is expected, and was made of it",
    report.locate(raw, "mappings"),
    "write - target: and value: for each",
  );
  const origin = report.origins.get(written);
  return {
    mappings: Object.entries(written).map(([target, value]) => {
      const mapping = { target, value }, at = origin?.entries?.get(target);
      if (origin && at) {
        const span: TextRange = [at.key?.[0] ?? at.value[0], at.value[1]];
        const whole = standsIn({ file: origin.file, span }, "value", { value: at.value });
        report.origins.set(mapping, standsIn(whole, "target", { value: at.key ?? at.value }));
      }
      return mapping;
    }),
  };
}

function upgradeRunnable(
  raw: Raw,
  report: Report,
  keys: Aliases,
  values: Raw = {},
): Raw {
  return renamed(raw, report, keys, {
    ...outputs(raw),
    ...inputsOfSchema(raw, report),
    ...callOf(raw, report),
    ...mappingsOf(raw, report),
    ...values,
  });
}

/** A tool. */
export const upgradeTool: Upgrade = (raw, report) => {
  const values: Raw = {};
  if (raw["name"] === undefined && typeof raw["operationId"] === "string") {
    values["name"] = raw["operationId"];
  }
  return upgradeRunnable(raw, report, TOOL, values);
};

/** An MCP resource. */
export const upgradeMcpResource: Upgrade = (raw, report) => upgradeRunnable(raw, report, RUNNABLE);

/** A REST operation. */
export const upgradeRestOperation: Upgrade = (raw, report) => upgradeRunnable(raw, report, RUNNABLE);

/** An aggregate flow. */
export const upgradeFlow: Upgrade = (raw, report) => upgradeRunnable(raw, report, RUNNABLE);

/** A prompt, a REST resource: only its label is old. */
export const upgradeDisplay: Upgrade = (raw, report) => renamed(raw, report, DISPLAY);

/** Placeholders of paths in the notation of other tools, each with what it means: `/:id`, `/<id>`, `{id+}`, `{id:\\d+}`. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/(?<=^|\/)[:]([A-Za-z_]\w*)(?=\/|$)/g, "{$1}"],
  [/(?<=^|\/)<(?:\w+:)?([A-Za-z_]\w*)>(?=\/|$)/g, "{$1}"],
  [/(?<!\{)\{[+*]?([A-Za-z_][\w-]*)(?:[+*]|:[^{}]*)\}(?!\})/g, "{$1}"],
];

/** A REST resource. Its path may have the placeholders of another tool; each takes one segment here. */
export const upgradeRestResource: Upgrade = (raw, report) => {
  const { path } = raw;
  if (typeof path !== "string") return renamed(raw, report, DISPLAY);
  const meant = FOREIGN.reduce((text, [pattern, to]) => text.replace(pattern, to), path);
  if (meant === path) {
    if (/(^|\/)\*+(\/|$)/.test(path)) {
      report.add(
        "warning",
        "path-notation",
        `* in the path ${path} is text: only a request with a * there matches it`,
        report.locate(raw, "path"),
        "write {name} for one segment, or use forward",
      );
    }
    return renamed(raw, report, DISPLAY);
  }
  report.add(
    "warning",
    "path-notation",
    `the path ${path} is read as ${meant}`,
    report.locate(raw, "path"),
    `write path: ${meant}`,
  );
  return renamed(raw, report, DISPLAY, { path: meant });
};

/** The hints of a tool, as they are or as MCP annotations. */
export const upgradeHints: Upgrade = (raw, report) => renamed(raw, report, HINTS);

/** A step; its type follows from its content where it is missing. */
export const upgradeStep: Upgrade = (raw, report) => {
  const called = callOf(raw, report), call = called["call"] ?? raw["call"];
  const type = raw["type"] ??
    (raw["call"] !== undefined
      ? "call"
      : raw["file"] !== undefined
      ? "script"
      : raw["index"] !== undefined
      ? "lookup"
      : undefined);
  // Lookups compare texts: 01234 is looked for as it is written.
  const lookupValue = writtenTree(report.origins, raw, "lookupValue");
  return renamed(raw, report, {}, {
    ...(type === undefined ? {} : { type }),
    ...(lookupValue === undefined ? {} : { lookupValue }),
    ...called,
    ...(raw["name"] === undefined
      ? { name: typeof call === "string" ? call.replace(/^.*\./, "") : "step" }
      : {}),
  });
};

/** A mapping of step outputs. */
export const upgradeMapping: Upgrade = (raw, report) => renamed(raw, report, STEP_MAPPING);

/** An aggregate. */
export const upgradeAggregate: Upgrade = (raw, report) => {
  const out = renamed(raw, report, AGGREGATE);
  if (out["namespace"] === undefined && typeof out["name"] === "string") {
    return renamed(out, report, { name: "namespace" });
  }
  return out["name"] === undefined ? out : renamed(out, report, {}, { name: undefined });
};

/** A surface. */
export const upgradeExposes: Upgrade = (raw, report) =>
  renamed(raw, report, EXPOSES, {
    ...(raw["namespace"] === undefined && typeof raw["name"] === "string" ? { namespace: raw["name"] } : {}),
    ...heldAuthentication(raw, report),
    name: undefined,
  });

/** A skill surface or a control port. */
export const upgradeGuarded: Upgrade = (raw, report) =>
  renamed(raw, report, { auth: "authentication" }, heldAuthentication(raw, report));
