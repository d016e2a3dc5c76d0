/**
 * What a skill section means: the skills it publishes.
 *
 * @module
 */
import type { ExposesSkill } from "../../schemas/mod.ts";
import type { Declared } from "../plan/callable.ts";
import type { SurfaceType } from "./surface_type.ts";

/** The meaning of `type: skill`. */
export const skillSection: Omit<SurfaceType<ExposesSkill>, "create"> = {
  type: "skill",
  callables(model) {
    const written = (model as Record<string, unknown>)["skills"];
    if (written === null || typeof written !== "object") return [];
    // A list of `{name}`, or a mapping by name.
    return Object.entries(written as Record<string, { name?: unknown } | null>).map(
      ([key, skill]): Declared => {
        const name = typeof skill?.name === "string" ? skill.name : key, node = skill ?? model;
        return {
          kind: "skill",
          name,
          aliases: model.namespace === undefined ? [] : [`${model.namespace}.${name}`],
          label: `skill ${name}`,
          node,
          refusal: {
            code: "not-served",
            message: `skill ${name} is read, and not served yet`,
            node,
            severity: "warning",
            fix: "keep it for a later release, or remove it",
          },
        };
      },
    );
  },
};
