/**
 * What a specification offers, needs and reaches, as data.
 *
 * @module
 */
import type { ExposesMcp } from "../../schemas/mod.ts";
import { McpServer } from "../expose/mcp/server.ts";
import { type BindValues, variablesOf } from "../plan/binds.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import type { Flow } from "../plan/flow.ts";
import type { Specification } from "../spec/specification.ts";
import { manifestOf } from "./manifest.ts";

/** About how many characters one token of a model takes in JSON and English. */
const CHARACTERS_PER_TOKEN = 4;

/** One input of a tool or a route, in short. */
export interface OfferedInput {
  /** The name callers use. */
  readonly name: string;
  /** Its JSON type, `any` when nothing is said about it. */
  readonly type: string;
  /** Whether a call without it is refused. */
  readonly required: boolean;
  /** Where a REST request carries it. */
  readonly in?: string;
}

/** A tool or a route. */
export interface Offer {
  /** The tool's name, or the method and the path. */
  readonly name: string;
  /** What it does, in the author's words. */
  readonly description?: string;
  /** What it takes. */
  readonly inputs: readonly OfferedInput[];
}

/** An exposed surface, and what can be called through it. */
export interface InspectedSurface {
  /** `mcp`, `rest`, or one that this release does not serve. */
  readonly type: string;
  /** Its namespace. */
  readonly namespace?: string | undefined;
  /** The port the document names. */
  readonly port?: number | string | undefined;
  /** The tools of an MCP surface. */
  readonly tools?: readonly Offer[];
  /** The resources of an MCP surface. */
  readonly resources?: readonly { readonly name: string | undefined; readonly uri: string | undefined }[];
  /** The prompts of an MCP surface. */
  readonly prompts?: readonly { readonly name: string | undefined }[];
  /** About what the definitions of an MCP surface cost a model, in tokens. */
  readonly definitionTokens?: number;
  /** The routes of a REST surface. */
  readonly routes?: readonly Offer[];
}

/** What a specification offers, needs and reaches. */
export interface Inspection {
  /** For people. */
  readonly name: string;
  /** The version its author gave it. */
  readonly version: string | undefined;
  /** The dialect, as its structure shows it. */
  readonly dialect: string | undefined;
  /** What it exposes. */
  readonly surfaces: readonly InspectedSurface[];
  /** The variables it uses, where they come from, and whether they have a value. */
  readonly variables: readonly { readonly name: string; readonly from: string; readonly set: boolean }[];
  /** The files it reads while it runs. */
  readonly files: readonly string[];
  /** The hosts and ports it may call. */
  readonly reach: readonly string[];
  /** Where it listens. */
  readonly listens: readonly string[];
  /** What cannot run, why, and what to do. */
  readonly disabled: readonly {
    readonly node: string;
    readonly why: string;
    readonly fix: string | undefined;
  }[];
}

function offer(name: string, description: string | undefined, flow: Flow): Offer {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    inputs: flow.inputs.list.map((input) => ({
      name: input.wireName,
      type: [input.schema["type"] ?? "any"].flat().join(" or "),
      required: input.required,
      ...(input.in === undefined ? {} : { in: input.in }),
    })),
  };
}

function inspectSurface(capability: Capability, surface: Surface): InspectedSurface {
  const { model, flows } = surface, base = { type: model.type, namespace: model.namespace, port: model.port };
  if (model.type === "mcp") {
    const server = new McpServer(capability, surface as Surface<ExposesMcp>);
    return {
      ...base,
      tools: server.toolbox.tools.map((tool) => offer(tool.name, tool.definition.description, tool.flow)),
      resources: (model.resources ?? []).map((r) => ({ name: r.name, uri: r.uri })),
      prompts: (model.prompts ?? []).map((p) => ({ name: p.name })),
      definitionTokens: Math.ceil(server.list("legacy").length / CHARACTERS_PER_TOKEN),
    };
  }
  if (model.type !== "rest") return base;
  const routes: Offer[] = [];
  for (const resource of model.resources ?? []) {
    for (const operation of resource.operations ?? []) {
      const flow = flows.get(operation), method = (operation.method ?? "GET").toUpperCase();
      if (flow) {
        routes.push(
          offer(`${method} ${resource.path ?? "/"}`, operation.description ?? flow.description, flow),
        );
      }
    }
  }
  return { ...base, routes };
}

/**
 * Says what a specification offers, needs and reaches.
 *
 * @param spec The specification.
 * @param capability What it was compiled to.
 * @param binds The values of its variables, as far as they have one.
 */
export function inspection(spec: Specification, capability: Capability, binds: BindValues): Inspection {
  const manifest = manifestOf(spec, binds);
  const variables = new Map([...variablesOf(spec).values()].map((v) => [v.source, v]));
  return {
    name: capability.name,
    version: capability.version,
    dialect: spec.dialect,
    surfaces: capability.surfaces.map((surface) => inspectSurface(capability, surface)),
    variables: [...variables.values()].map(({ source, key, bind }) => ({
      name: source,
      from: bind?.location ?? "environment",
      set: key in binds || `env.${key}` in binds || `${bind?.namespace}.${key}` in binds,
    })),
    files: manifest.read,
    reach: manifest.net,
    listens: manifest.listen,
    disabled: capability.disabled.map(({ node, diagnostic }) => ({
      node,
      why: diagnostic.message,
      fix: diagnostic.fix,
    })),
  };
}
