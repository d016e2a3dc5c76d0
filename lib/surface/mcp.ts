/**
 * What an MCP section means: its tools, resources and prompts.
 *
 * @module
 */
import type { ExposesMcp, McpPrompt } from "../../schemas/mod.ts";
import { complaintOf, placeholdersOf, unclosedPlaceholder } from "../expression/placeholder.ts";
import type { Declared, Refusal } from "../plan/callable.ts";
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
        refusal: badPrompt(prompt),
        location: prompt.location,
      })),
    ];
  },
  files: (model) =>
    [...model.resources ?? [], ...model.prompts ?? []].flatMap((node) =>
      node.location === undefined ? [] : [{ node, location: node.location }]
    ),
};

/** Refuses a prompt whose template holds what is no reference, or a placeholder that is never closed. */
function badPrompt(prompt: McpPrompt): Refusal | undefined {
  const names = new Set((prompt.arguments ?? []).map(({ name }) => name)),
    isKnown = (name: string) => names.has(name);
  for (const node of prompt.template ?? []) {
    const { content = "" } = node,
      open = unclosedPlaceholder(content),
      code = "bad-template",
      entry = "content";
    if (open !== undefined) {
      const message = `${open} opens a placeholder that is never closed`;
      return { code, message, node, entry, fix: "close it with }}" };
    }
    for (const { expression } of placeholdersOf(content)) {
      const said = isKnown(expression) ? undefined : complaintOf(expression, isKnown);
      if (said) return { code, node, entry, ...said };
    }
  }
  return undefined;
}
