/**
 * What an MCP section means: its tools, resources and prompts.
 *
 * @module
 */
import type { ExposesMcp, McpResource } from "../../schemas/mod.ts";
import type { DeclaredCallable, DisabledReason } from "../plan/callable.ts";
import { badPrompt, promptWarnings } from "./mcp_prompt.ts";
import { unclosedPath, withPlaceholders } from "./placeholders.ts";
import { offersNothing } from "./nothing.ts";
import type { SurfaceType } from "./surface_type.ts";

/** The meaning of `type: mcp`. */
export const mcpSection: Omit<SurfaceType<ExposesMcp>, "create"> = {
  type: "mcp",
  stdio: (model) => model.transport?.toLowerCase() === "stdio",
  warnings: (model) =>
    offersNothing(model, [model.tools, model.resources, model.prompts], "add tools, resources or prompts"),
  callables(model) {
    const { namespace } = model;
    const names = (name: string) => namespace === undefined ? [] : [`${namespace}.${name}`];
    return [
      ...(model.tools ?? []).map((tool): DeclaredCallable => ({
        kind: "tool",
        name: tool.name,
        aliases: names(tool.name),
        label: `tool ${tool.name}`,
        node: tool,
        runs: { node: tool, inputs: tool.inputParameters ?? [] },
      })),
      ...(model.resources ?? []).map((resource): DeclaredCallable => {
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
              runs: {
                node: resource,
                inputs: withPlaceholders(resource.inputParameters ?? [], uri ?? ""),
                path: { node: resource, entry: "uri", only: true },
              },
            }
            : {}),
          refusal: unclosedPath(uri ?? "", resource, "uri") ?? badUri(resource),
        };
      }),
      ...(model.prompts ?? []).map((prompt): DeclaredCallable => {
        const refusal = badPrompt(prompt);
        return {
          kind: "prompt",
          name: prompt.name,
          aliases: names(prompt.name),
          label: `prompt ${prompt.name}`,
          node: prompt,
          refusal,
          // Of a prompt that cannot be given it is not known what it would use.
          warnings: refusal ? [] : promptWarnings(prompt),
          location: prompt.location,
        };
      }),
    ];
  },
  files: (model) =>
    [...model.resources ?? [], ...model.prompts ?? []].flatMap((node) =>
      node.location === undefined ? [] : [{ node, location: node.location }]
    ),
};

/** A uri as clients read it: a scheme, a colon, and something behind it. */
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:.+/;

/** Refuses a resource that no client can name. */
function badUri(resource: McpResource): DisabledReason | undefined {
  const { name, uri } = resource;
  if (uri !== undefined && URI.test(uri.trim())) return undefined;
  const isEmpty = uri === undefined || uri.trim() === "";
  return {
    code: "invalid-uri",
    message: isEmpty
      ? `the resource ${name} has no uri, so no client can read it`
      : `the uri ${uri} of the resource ${name} has no scheme, so clients refuse it`,
    node: resource,
    ...(isEmpty ? {} : { entry: "uri" }),
    fix: `write uri: ${name.toLowerCase().replace(/[^a-z0-9]+/g, "-") || "data"}://${
      isEmpty ? "all" : uri.trim().replace(/^\/+/, "")
    }`,
  };
}
