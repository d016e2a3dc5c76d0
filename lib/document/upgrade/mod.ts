/**
 * The upgrade: which schema takes which older forms (evolution of the specification).
 *
 * @module
 */
import { BIND, INFO } from "../../../schemas/aliases.ts";
import type { ShapeName } from "../../../schemas/outline_of_capability.ts";
import { isMapping, type Raw, renamed, type Upgrade } from "../conform/raw.ts";
import { upgradeAuthentication } from "./authentication.ts";
import {
  upgradeBody,
  upgradeConsumedOperation,
  upgradeConsumedResource,
  upgradeConsumes,
} from "./consumes.ts";
import {
  upgradeAggregate,
  upgradeDisplay,
  upgradeExposes,
  upgradeFlow,
  upgradeGuarded,
  upgradeHints,
  upgradeMapping,
  upgradeMcpResource,
  upgradeRestOperation,
  upgradeRestResource,
  upgradeStep,
  upgradeTool,
} from "./flows.ts";
import { upgradeInput, upgradeInputSchema, upgradeOutput } from "./parameters.ts";

const upgradeInfo: Upgrade = (raw, report) => renamed(raw, report, INFO);

/** A bind, or an external reference of the older dialects. */
const upgradeBind: Upgrade = (raw, report) => {
  const values: Raw = { type: undefined, resolution: undefined };
  const { keys, env } = raw;
  if (Array.isArray(keys)) {
    values["keys"] = Object.fromEntries(
      keys.flatMap((key) => isMapping(key) ? Object.entries(key) : [[String(key), String(key)]]),
    );
  }
  if (isMapping(keys)) {
    const named = Object.fromEntries(
      Object.entries(keys).map(([key, value]) => {
        if (typeof value !== "string" || value.trim() !== "") return [key, value ?? key];
        report.add(
          "warning",
          "empty-value",
          `the name of ${key} at its source is empty; ${key} is looked for`,
          report.locate(keys, key),
          `write ${key}: and its name at the source`,
        );
        return [key, key];
      }),
    );
    const origin = report.origins.get(keys);
    if (origin) report.origins.set(named, origin);
    values["keys"] = named;
  } else if (keys === undefined && raw["name"] !== undefined) {
    values["keys"] = { [String(raw["name"])]: String(env ?? raw["value"] ?? raw["name"]) };
    values["name"] = undefined;
    if (raw["namespace"] === undefined) values["namespace"] = undefined;
    values["env"] = undefined;
    values["value"] = undefined;
  }
  const uri = raw["location"] ?? raw["uri"];
  if (typeof uri === "string" && !/^[a-z][a-z0-9+.-]*:/i.test(uri)) values["location"] = `file://${uri}`;
  if (raw["namespace"] !== undefined) values["name"] = undefined;
  return renamed(raw, report, BIND, values);
};

/** What is done to a raw mapping before its shape sees it. */
export const UPGRADES: Readonly<Partial<Record<ShapeName, Upgrade>>> = {
  Info: upgradeInfo,
  Bind: upgradeBind,
  Consumes: upgradeConsumes,
  ConsumedResource: upgradeConsumedResource,
  ConsumedOperation: upgradeConsumedOperation,
  RequestBody: upgradeBody,
  Authentication: upgradeAuthentication,
  InputParameter: upgradeInput,
  InputSchema: upgradeInputSchema,
  OutputParameter: upgradeOutput,
  Step: upgradeStep,
  StepMapping: upgradeMapping,
  Aggregate: upgradeAggregate,
  AggregateFlow: upgradeFlow,
  McpTool: upgradeTool,
  McpResource: upgradeMcpResource,
  McpPrompt: upgradeDisplay,
  McpPromptArgument: upgradeDisplay,
  Hints: upgradeHints,
  RestOperation: upgradeRestOperation,
  RestResource: upgradeRestResource,
  ExposesMcp: upgradeExposes,
  ExposesRest: upgradeExposes,
  ExposesSkill: upgradeGuarded,
  ExposesControl: upgradeGuarded,
};

/** What each mapping is called in messages. */
export const NAMES: Readonly<Partial<Record<ShapeName, string>>> = {
  CapabilityDocument: "the document",
  Info: "info",
  Bind: "a bind",
  Consumes: "a consumes entry",
  ConsumedResource: "a consumed resource",
  ConsumedOperation: "a consumed operation",
  RequestBody: "a body",
  Authentication: "an authentication",
  InputParameter: "an input parameter",
  InputSchema: "an input schema",
  OutputParameter: "an output parameter",
  Step: "a step",
  StepMapping: "a mapping",
  Semantics: "semantics",
  Aggregate: "an aggregate",
  AggregateFlow: "a flow",
  McpTool: "a tool",
  McpResource: "an MCP resource",
  McpPrompt: "a prompt",
  McpPromptArgument: "an argument of a prompt",
  Hints: "hints",
  RestOperation: "a REST operation",
  RestResource: "a REST resource",
  ExposesMcp: "an MCP server",
  ExposesRest: "a REST API",
};
