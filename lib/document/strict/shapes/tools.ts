/**
 * What an MCP surface offers: tools, resources and prompts; and the flows of aggregates, which are written alike.
 *
 * @module
 */
import { all, atLeastOne, exactlyOne, field, needs, without } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import { anyList, anyText, anything, closed, type Fields, flag, list, req, word } from "../notation.ts";
import type { Shape } from "../shape.ts";
import { importOr } from "./consumes.ts";
import { calls, mocks, running, runsSteps } from "./flow.ts";
import { outputs } from "./outputs.ts";
import { EXTENDED, fileUri, KEBAB, kebab, mediaType, reference } from "./words.ts";

/** The types of an input parameter. */
export const INPUT_TYPES = ["string", "number", "integer", "boolean", "array", "object"] as const;

/** Which form `outputParameters` has before one of the branches is chosen. */
function anyOutputs(dialect: StrictDialect): Shape {
  return dialect.keyed ? anything : anyList;
}

function inputs(dialect: StrictDialect): Shape {
  return dialect.collection("an input parameter", { name: EXTENDED }, {
    type: req(word(...INPUT_TYPES)),
    description: req(anyText),
    required: flag,
  });
}

/** The tools of an MCP surface. */
export function tools(dialect: StrictDialect): Shape {
  const what = "a tool", out = outputs(dialect);
  const base: Fields = {
    [dialect.display]: anyText,
    ...dialect.from("alpha3", { tags: list(anyText) }),
    inputParameters: inputs(dialect),
    ...running(dialect),
    outputParameters: anyOutputs(dialect),
  };
  if (!dialect.since("alpha2")) {
    return dialect.collection(
      what,
      { name: KEBAB, least: 1 },
      { ...base, description: req(anyText) },
      atLeastOne(what, { call: calls(what, out), steps: runsSteps(what, out) }),
    );
  }
  const also = dialect.keyed ? ["description"] : ["name", "description"];
  return dialect.collection(
    what,
    { name: KEBAB, optional: true, least: 1 },
    {
      ...base,
      description: anyText,
      ref: reference,
      hints: closed("hints", { readOnly: flag, destructive: flag, idempotent: flag, openWorld: flag }),
    },
    atLeastOne(what, {
      call: calls(what, out, ...also),
      steps: runsSteps(what, out, ...also),
      ref: needs(what, "ref"),
      outputParameters: mocks(what, out, ...also),
    }),
  );
}

/** The resources of an MCP surface. */
export function mcpResources(dialect: StrictDialect): Shape {
  const what = "an MCP resource",
    out = outputs(dialect),
    alone = without("beside `location`", "call", "steps");
  const listOrMap: Shape = (value, probe) => {
    if (typeof value !== "object" || value === null) anyList(value, probe);
  };
  const local = (branch: Shape) => all(branch, without("beside `call` or `steps`", "location"));
  return dialect.collection(
    what,
    { name: EXTENDED, key: KEBAB, least: 1 },
    {
      [dialect.display]: req(anyText),
      uri: req(anyText),
      description: req(anyText),
      mimeType: mediaType,
      ...dialect.from("beta1", { binary: flag }),
      ...running(dialect),
      outputParameters: dialect.keyed ? listOrMap : anyList,
      location: fileUri,
    },
    exactlyOne(what, {
      call: local(calls(what, out)),
      steps: local(runsSteps(what, out)),
      location: all(needs(what, "location"), alone),
    }),
  );
}

/** The prompts of an MCP surface. */
export function prompts(dialect: StrictDialect): Shape {
  const what = "a prompt";
  return dialect.collection(
    what,
    { name: EXTENDED, key: KEBAB, least: 1 },
    {
      [dialect.display]: req(anyText),
      description: req(anyText),
      arguments: dialect.collection("an argument", { name: EXTENDED, leastListed: 1 }, {
        [dialect.display]: anyText,
        description: req(anyText),
        required: flag,
      }),
      template: list(
        closed("a message", { role: req(word("user", "assistant")), content: req(anyText) }),
        1,
      ),
      location: fileUri,
    },
    exactlyOne(what, {
      template: all(needs(what, "template"), without("beside `template`", "location")),
      location: all(needs(what, "location"), without("beside `location`", "template")),
    }),
  );
}

/** The `aggregates` of one version. */
export function aggregates(dialect: StrictDialect): Shape {
  const what = "a flow", out = outputs(dialect);
  const flows = dialect.collection(
    what,
    { name: KEBAB, least: 1 },
    {
      description: req(anyText),
      ...dialect.from("alpha3", { tags: list(anyText) }),
      semantics: closed("semantics", { safe: flag, idempotent: flag, cacheable: flag }),
      ...dialect.from("beta1", { outputMediaType: anyText }),
      inputParameters: inputs(dialect),
      ...running(dialect),
      outputParameters: anyOutputs(dialect),
    },
    atLeastOne(what, {
      call: calls(what, out),
      steps: runsSteps(what, out),
      outputParameters: mocks(what, out),
    }),
  );
  const aggregate = closed("an aggregate", {
    [dialect.display]: req(anyText),
    namespace: dialect.keyed ? kebab : req(kebab),
    [dialect.keyed ? "flows" : "functions"]: req(flows),
  });
  return list(dialect.keyed ? importOr(dialect, aggregate, ["flows", "display"]) : aggregate, 1);
}

/** A rule for lists and maps of outputs that a branch does not look into. */
export const outputsOf = (shape: Shape): Shape => field("outputParameters", shape);
