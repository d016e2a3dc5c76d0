/**
 * What a capability exposes: MCP, REST, skills, control.
 *
 * @module
 */
import * as z from "zod/mini";
import { Authentication } from "./authentication.ts";
import { runnable } from "./flow.ts";
import { describe, keyed, name } from "./notation.ts";
import { JsonValue } from "./parameters.ts";

const text = z.optional(z.string());
const tags = z.optional(z.array(z.string()));
const flag = z.optional(z.boolean());

/** What a tool tells its caller about side effects. */
export const Hints = z.strictObject({
  title: text,
  readOnly: flag,
  destructive: flag,
  idempotent: flag,
  openWorld: flag,
});

/** One MCP tool. */
export const McpTool = z.strictObject({
  name,
  display: text,
  description: text,
  tags,
  hints: z.optional(Hints),
  ...runnable,
  /** Not in the official schema: a tool that names its operation only so. */
  operationId: text,
  inputSchema: z.optional(JsonValue),
});
/** One MCP tool. */
export type McpTool = z.infer<typeof McpTool>;

/** One MCP resource or resource template. */
export const McpResource = z.strictObject({
  name,
  display: text,
  description: text,
  tags,
  uri: text,
  mimeType: text,
  binary: flag,
  location: text,
  ...runnable,
});
/** One MCP resource or resource template. */
export type McpResource = z.infer<typeof McpResource>;

/** One argument of a prompt. */
export const McpPromptArgument = z.strictObject({
  name,
  display: text,
  description: text,
  required: flag,
  type: text,
});

/** One MCP prompt. */
export const McpPrompt = z.strictObject({
  name,
  display: text,
  description: text,
  tags,
  arguments: z.optional(keyed(McpPromptArgument)),
  template: z.optional(z.array(z.strictObject({ role: text, content: text }))),
  location: text,
});
/** One MCP prompt. */
export type McpPrompt = z.infer<typeof McpPrompt>;

/** An MCP server. */
export const ExposesMcp = z.strictObject({
  type: z.literal("mcp"),
  namespace: z.optional(describe(z.string(), "The server's name")),
  display: text,
  description: text,
  tags,
  transport: text,
  address: text,
  port: z.optional(z.number()),
  authentication: z.optional(Authentication),
  maxBinarySize: text,
  ttlMs: z.optional(z.number()),
  cacheScope: text,
  tools: z.optional(keyed(McpTool)),
  resources: z.optional(keyed(McpResource)),
  prompts: z.optional(keyed(McpPrompt)),
});
/** An MCP server. */
export type ExposesMcp = z.infer<typeof ExposesMcp>;

/** One REST operation. */
export const RestOperation = z.strictObject({
  name: text,
  display: text,
  description: text,
  tags,
  method: text,
  ...runnable,
  responses: z.optional(JsonValue),
  responseBinary: z.optional(
    z.strictObject({ status: z.optional(z.number()), mediaType: text, description: text }),
  ),
});
/** One REST operation. */
export type RestOperation = z.infer<typeof RestOperation>;

/** One REST resource: a path with operations, or a forward to a consumed API. */
export const RestResource = z.strictObject({
  name: text,
  display: text,
  description: text,
  tags,
  path: text,
  inputParameters: runnable.inputParameters,
  operations: z.optional(keyed(RestOperation)),
  forward: z.optional(
    z.strictObject({ targetNamespace: z.string(), trustedHeaders: z.optional(z.array(z.string())) }),
  ),
});
/** One REST resource. */
export type RestResource = z.infer<typeof RestResource>;

/** A REST API. */
export const ExposesRest = z.strictObject({
  type: z.literal("rest"),
  namespace: text,
  display: text,
  description: text,
  tags,
  address: text,
  port: z.optional(z.number()),
  authentication: z.optional(Authentication),
  maxBinarySize: text,
  /** Not in the official schema: inputs of every operation. */
  inputParameters: runnable.inputParameters,
  resources: z.optional(keyed(RestResource)),
});
/** A REST API. */
export type ExposesRest = z.infer<typeof ExposesRest>;

/** One tool of a skill: taken from a sibling surface, or a file of instructions. */
export const SkillTool = z.strictObject({
  name,
  description: text,
  from: z.optional(
    z.strictObject({
      sourceNamespace: describe(text, "The namespace of a sibling surface"),
      action: describe(text, "Its tool or operation"),
      /** Not in the official schema: what authors write for `sourceNamespace`. */
      namespace: text,
    }),
  ),
  instruction: describe(text, "A file of the skill's folder"),
});
/** One tool of a skill: taken from a sibling surface, or a file of instructions. */
export type SkillTool = z.infer<typeof SkillTool>;

/** One Agent Skill. */
export const Skill = z.strictObject({
  name,
  display: text,
  description: text,
  license: text,
  compatibility: text,
  metadata: z.optional(z.record(z.string(), JsonValue)),
  "allowed-tools": text,
  "argument-hint": text,
  "user-invocable": flag,
  "disable-model-invocation": flag,
  location: describe(text, "The folder with SKILL.md and what belongs to it"),
  tools: z.optional(keyed(SkillTool)),
});
/** One Agent Skill. */
export type Skill = z.infer<typeof Skill>;

/** An Agent Skills surface. */
export const ExposesSkill = z.strictObject({
  type: z.literal("skill"),
  namespace: text,
  display: text,
  description: text,
  tags,
  address: text,
  port: z.optional(z.number()),
  authentication: z.optional(Authentication),
  skills: z.optional(keyed(Skill)),
});
/** An Agent Skills surface. */
export type ExposesSkill = z.infer<typeof ExposesSkill>;

/** The control port; what it holds is read with care where it is used. */
export const ExposesControl = z.looseObject({
  type: z.literal("control"),
  namespace: text,
  address: text,
  port: z.optional(z.number()),
  authentication: z.optional(Authentication),
});
/** The control port. */
export type ExposesControl = z.infer<typeof ExposesControl>;

/** Anything a capability exposes. */
export const Exposes = z.discriminatedUnion("type", [ExposesMcp, ExposesRest, ExposesSkill, ExposesControl]);
/** Anything a capability exposes. */
export type Exposes = z.infer<typeof Exposes>;
