/**
 * The upgrade: which schema takes which older forms (evolution of the specification).
 *
 * @module
 */
import { BIND, INFO } from "../../../schemas/aliases.ts";
import { z } from "./schemas.ts";
import { isMapping, type Raw, renamed, type Upgrade } from "../raw.ts";
import {
  upgradeAuthentication,
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
  upgradeHints,
  upgradeMapping,
  upgradeMcpResource,
  upgradeRestOperation,
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
    values["keys"] = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, value ?? key]));
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

/** What is done to a raw mapping before its schema sees it. */
export const UPGRADES: ReadonlyMap<object, Upgrade> = new Map<object, Upgrade>([
  [z.Info, upgradeInfo],
  [z.Bind, upgradeBind],
  [z.Consumes, upgradeConsumes],
  [z.ConsumedResource, upgradeConsumedResource],
  [z.ConsumedOperation, upgradeConsumedOperation],
  [z.RequestBody, upgradeBody],
  [z.Authentication, upgradeAuthentication],
  [z.InputParameter, upgradeInput],
  [z.InputSchema, upgradeInputSchema],
  [z.OutputParameter, upgradeOutput],
  [z.Step, upgradeStep],
  [z.StepMapping, upgradeMapping],
  [z.Aggregate, upgradeAggregate],
  [z.AggregateFlow, upgradeFlow],
  [z.McpTool, upgradeTool],
  [z.McpResource, upgradeMcpResource],
  [z.McpPrompt, upgradeDisplay],
  [z.McpPromptArgument, upgradeDisplay],
  [z.Hints, upgradeHints],
  [z.RestOperation, upgradeRestOperation],
  [z.RestResource, upgradeDisplay],
  [z.ExposesMcp, upgradeExposes],
  [z.ExposesRest, upgradeExposes],
]);

/** What each schema is called in messages. */
export const NAMES: ReadonlyMap<object, string> = new Map<object, string>([
  [z.CapabilityDocument, "the document"],
  [z.Info, "info"],
  [z.Bind, "a bind"],
  [z.Consumes, "a consumes entry"],
  [z.ConsumedResource, "a consumed resource"],
  [z.ConsumedOperation, "a consumed operation"],
  [z.RequestBody, "a body"],
  [z.Authentication, "an authentication"],
  [z.InputParameter, "an input parameter"],
  [z.InputSchema, "an input schema"],
  [z.OutputParameter, "an output parameter"],
  [z.Step, "a step"],
  [z.StepMapping, "a mapping"],
  [z.Semantics, "semantics"],
  [z.Aggregate, "an aggregate"],
  [z.AggregateFlow, "a flow"],
  [z.McpTool, "a tool"],
  [z.McpResource, "an MCP resource"],
  [z.McpPrompt, "a prompt"],
  [z.McpPromptArgument, "an argument of a prompt"],
  [z.Hints, "hints"],
  [z.RestOperation, "a REST operation"],
  [z.RestResource, "a REST resource"],
  [z.ExposesMcp, "an MCP server"],
  [z.ExposesRest, "a REST API"],
]);
