/**
 * Every type of surface there is: what its section means, and what serves it.
 *
 * @module
 */
import type { ExposesControl, ExposesMcp, ExposesRest, ExposesSkill } from "../../schemas/mod.ts";
import { controlSection } from "../surface/control.ts";
import { mcpSection } from "../surface/mcp.ts";
import { restSection } from "../surface/rest.ts";
import { skillSection } from "../surface/skill.ts";
import type { SurfaceType } from "../surface/surface_type.ts";

/** The types of surfaces, in the order in which messages name them. */
export const SURFACE_TYPES: readonly SurfaceType[] = [
  {
    ...mcpSection,
    early: async (parts) => (await import("./mcp/lanes/early.ts")).earlyMcp(parts),
    prepare: async (parts) => (await import("./mcp/lanes/prepare.ts")).prepareMcp(parts),
    create: async (parts) => (await import("./mcp/mod.ts")).createMcpSurface(parts),
  } satisfies SurfaceType<ExposesMcp> as SurfaceType,
  {
    ...restSection,
    create: async (parts) => (await import("./rest/mod.ts")).createRestSurface(parts),
    openApi: async (...about) => (await import("./rest/openapi.ts")).openApiOf(...about),
  } satisfies SurfaceType<ExposesRest> as SurfaceType,
  {
    ...skillSection,
    create: async (parts) => (await import("./skill/mod.ts")).createSkillSurface(parts),
  } satisfies SurfaceType<ExposesSkill> as SurfaceType,
  {
    ...controlSection,
    create: async (parts) => (await import("./control/mod.ts")).createControlSurface(parts),
  } satisfies SurfaceType<ExposesControl> as SurfaceType,
];
