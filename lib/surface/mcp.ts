/**
 * What an MCP section means: its tools, resources and prompts.
 *
 * @module
 */
import type { ExposesMcp } from "../../schemas/mod.ts";
import type { Declared } from "../plan/callable.ts";
import { unclosedPath, withPlaceholders } from "./placeholders.ts";
import type { SurfaceType } from "./surface_type.ts";

/** The meaning of `type: mcp`. */
export const mcpSection: Omit<SurfaceType<ExposesMcp>, "create"> = {
  type: "mcp",
  stdio: (model) => model.transport?.toLowerCase() === "stdio",
  callables(model) {
    const { namespace } = model;
    const names = (name: string) => namespace === undefined ? [] : [`${namespace}.${name}`];
    return [
      ...(model.tools ?? []).map((tool): Declared => ({
        kind: "tool",
        name: tool.name,
        aliases: names(tool.name),
        label: `tool ${tool.name}`,
        node: tool,
        runs: { node: tool, inputs: tool.inputParameters ?? [] },
      })),
      ...(model.resources ?? []).map((resource): Declared => {
        const { name, uri, location } = resource, label = `resource ${name}`;
        return {
          kind: "resource",
          name,
          aliases: [...names(name), ...(uri === undefined ? [] : [uri])],
          label,
          node: resource,
          location,
          ...(location === undefined
            ? {
              runs: { node: resource, inputs: withPlaceholders(resource.inputParameters ?? [], uri ?? "") },
              refusal: unclosedPath(uri ?? "", resource, "uri"),
            }
            : {}),
        };
      }),
      ...(model.prompts ?? []).map((prompt): Declared => ({
        kind: "prompt",
        name: prompt.name,
        aliases: names(prompt.name),
        label: `prompt ${prompt.name}`,
        node: prompt,
        location: prompt.location,
      })),
    ];
  },
  files: (model) =>
    [...model.resources ?? [], ...model.prompts ?? []].flatMap((node) =>
      node.location === undefined ? [] : [{ node, location: node.location }]
    ),
};
