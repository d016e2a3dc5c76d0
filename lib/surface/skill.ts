/**
 * What a skill section means: the skills it publishes, and their tools.
 *
 * @module
 */
import type { Exposes, ExposesSkill, Skill, SkillTool } from "../../schemas/mod.ts";
import { suggestion } from "../document/diagnostics/suggestion.ts";
import type { DeclaredCallable, DisabledReason } from "../plan/callable.ts";
import { offersNothing } from "./nothing.ts";
import type { SurfaceType } from "./surface_type.ts";

/** Where a tool of a skill is taken from. */
export interface SkillSource {
  readonly namespace: string;
  readonly action: string;
  /** The type of the surface, such as `mcp`. */
  readonly mode: string;
}

/** The names that a sibling surface offers to skills. */
function actionsOf(exposes: Exposes): string[] | undefined {
  if (exposes.type === "mcp") return (exposes.tools ?? []).map(({ name }) => name);
  if (exposes.type !== "rest") return undefined;
  return (exposes.resources ?? []).flatMap(({ operations }) =>
    (operations ?? []).flatMap(({ name }) => name === undefined ? [] : [name])
  );
}

/** What a tool is taken from; undefined for a tool that is a file of instructions. */
export function skillSource(tool: SkillTool, siblings: readonly Exposes[]): SkillSource | undefined {
  const namespace = tool.from?.sourceNamespace ?? tool.from?.namespace, action = tool.from?.action;
  if (namespace === undefined || action === undefined) return undefined;
  const sibling = siblings.find((s) => s.namespace === namespace && actionsOf(s)?.includes(action));
  return sibling && { namespace, action, mode: sibling.type };
}

/** Whether the path of a file of instructions stays in the folder of its skill. */
function staysInside(path: string): boolean {
  return !/^[\\/]|^[A-Za-z]:|(^|[\\/])\.\.([\\/]|$)/.test(path);
}

/** Why a tool leads nowhere. */
function refusalOf(skill: Skill, tool: SkillTool, siblings: readonly Exposes[]): DisabledReason | undefined {
  const refuse = (message: string, fix: string, node: object = tool): DisabledReason => ({
    code: "unknown-skill-source",
    message,
    node,
    fix,
  });
  const { from, instruction } = tool;
  if (from === undefined && instruction === undefined) {
    return refuse(
      `the skill tool ${tool.name} has neither from nor instruction`,
      "add from: { sourceNamespace, action }, or instruction: FILE",
    );
  }
  if (instruction !== undefined) {
    if (skill.location === undefined) {
      return refuse(
        `the skill tool ${tool.name} names the file ${instruction}, and the skill has no location`,
        "add location: file:///./FOLDER to the skill",
      );
    }
    return staysInside(instruction) ? undefined : refuse(
      `the file ${instruction} of the skill tool ${tool.name} is outside the folder of the skill`,
      "name a file inside the folder of the skill",
    );
  }
  const namespace = from!.sourceNamespace ?? from!.namespace, { action } = from!;
  const able = siblings.filter((s) => s.namespace !== undefined && actionsOf(s) !== undefined);
  const named = able.filter((s) => s.namespace === namespace);
  if (named.length === 0) {
    return refuse(
      `no sibling surface has the namespace ${namespace ?? "(none)"}`,
      suggestion(
        namespace ?? "",
        able.map((s) => s.namespace!),
        (names) => `the surfaces are ${names}`,
        "expose an mcp or rest surface with that namespace",
      ),
      from,
    );
  }
  const actions = named.flatMap((s) => actionsOf(s)!);
  return action !== undefined && actions.includes(action) ? undefined : refuse(
    `${namespace} offers nothing called ${action ?? "(nothing)"}`,
    suggestion(action ?? "", actions, (names) => `it offers ${names}`, "expose it there first"),
    from,
  );
}

function declaredOf(model: ExposesSkill, skill: Skill, siblings: readonly Exposes[]): DeclaredCallable[] {
  const label = `skill ${skill.name}`;
  const tools = (skill.tools ?? []).flatMap((tool): DeclaredCallable[] => {
    const refusal = refusalOf(skill, tool, siblings), name = `${skill.name}.${tool.name}`;
    return refusal
      ? [{ kind: "skill tool", name, aliases: [], label: `${label} tool ${tool.name}`, node: tool, refusal }]
      : [];
  });
  const aliases = model.namespace === undefined ? [] : [`${model.namespace}.${skill.name}`];
  return [
    { kind: "skill", name: skill.name, aliases, label, node: skill, location: skill.location },
    ...tools,
  ];
}

/** Warns of a skill that has nothing beside its description. */
function alone(skill: Skill): DisabledReason[] {
  if (skill.location !== undefined || skill.tools?.length) return [];
  return [{
    code: "no-call",
    message: `the skill ${skill.name} has neither location nor tools, so it gives its description alone`,
    node: skill,
    fix: "add location: and its folder, or tools",
  }];
}

/** The meaning of `type: skill`. */
export const skillSection: Omit<SurfaceType<ExposesSkill>, "create"> = {
  type: "skill",
  warnings: (model) => [
    ...offersNothing(model, [model.skills], "add skills"),
    ...(model.skills ?? []).flatMap(alone),
  ],
  callables: (model, siblings) => (model.skills ?? []).flatMap((skill) => declaredOf(model, skill, siblings)),
  files: (model) =>
    (model.skills ?? []).flatMap((node) =>
      node.location === undefined ? [] : [{ node, location: node.location }]
    ),
};
