/**
 * Inspecting: what a capability offers, what it needs and what it reaches.
 *
 * @module
 */
import type { ExposesMcp, McpPrompt, McpResource } from "../../schemas/mod.ts";
import { writeJson } from "../data/json.ts";
import type { Selection } from "../expose/mcp/tools/select.ts";
import { McpServer } from "../expose/mcp/server.ts";
import { type BindValues, variablesOf } from "../plan/binds/binds.ts";
import type { Callable, CallableKind } from "../plan/callable.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import { asksCallers } from "../plan/compile_incoming.ts";
import type { Flow } from "../plan/flow.ts";
import { resolvePath } from "../plan/paths.ts";
import type { Specification } from "../document/specification.ts";
import { askedBy, calledBy, manifestOf } from "./manifest.ts";

/** About how many characters one token of a model takes in JSON and English. */
const CHARACTERS_PER_TOKEN = 4;

/** One input of something offered. */
export interface OfferedInput {
  /** The name callers use. */
  readonly name: string;
  /** Its JSON type, such as `string` or `string or null`; `any` where nothing is declared. */
  readonly type: string;
  /** Whether a call without it is refused. */
  readonly required: boolean;
  /** What it is, in the author's words. */
  readonly description?: string;
  /** Where a REST request carries it. */
  readonly in?: string;
}

/** A tool, a route, a resource, a prompt or a skill. */
export interface Offer {
  /** The name callers use; of a route, its method and path. */
  readonly name: string;
  /** What it does, in the author's words. */
  readonly description?: string;
  /** The address of a resource, perhaps with places for its inputs. */
  readonly uri?: string;
  /** What it takes. */
  readonly inputs: readonly OfferedInput[];
}

/** What one surface offers. */
export interface InspectedSurface {
  /** `mcp`, `rest`, `skill` or `control`. */
  readonly type: string;
  /** Its name in the document. */
  readonly namespace?: string;
  /** The port the document names. */
  readonly port?: number;
  /** How its callers have to show who they are, such as `oauth2`; absent where nobody is asked. */
  readonly authentication?: string;
  /** The tools of an MCP server. */
  readonly tools?: readonly Offer[];
  /** The resources of an MCP server. */
  readonly resources?: readonly Offer[];
  /** The prompts of an MCP server. */
  readonly prompts?: readonly Offer[];
  /** The operations of a REST API. */
  readonly routes?: readonly Offer[];
  /** The skills of a skill surface. */
  readonly skills?: readonly Offer[];
  /** Tools with names that clients would reject, as written and as sent. */
  readonly renamed?: readonly (readonly [written: string, sent: string])[];
  /** About how many tokens of a model most clients spend on the tools: names, descriptions, input schemas. */
  readonly promptTokens?: number;
  /** About how many tokens the whole definitions have, for clients that pass on output schemas and annotations too. */
  readonly definitionTokens?: number;
}

/** A variable that a specification uses. */
export interface InspectedVariable {
  /** What its source calls it. */
  readonly name: string;
  /** The place its bind names, else `environment`. */
  readonly from: string;
  /** Whether it has a value. */
  readonly set: boolean;
}

/** What a capability offers, needs and reaches. */
export interface Inspection {
  /** For people. */
  readonly name: string;
  /** The version its author gave it. */
  readonly version?: string;
  /** The version of the specification it declares. */
  readonly declares?: string;
  /** The dialect, as recognised by structure: the version that brought the form it is written in. */
  readonly dialect?: string;
  /** What it exposes, surface by surface. */
  readonly surfaces: readonly InspectedSurface[];
  /** The variables it uses. */
  readonly variables: readonly InspectedVariable[];
  /** Files it reads. */
  readonly files: readonly string[];
  /** Hosts with ports that its operations may call. */
  readonly reach: readonly string[];
  /** Hosts with ports that its surfaces ask about their callers: no operation can call them. */
  readonly authorizationServers?: readonly string[];
  /** Addresses that Capstan itself calls for it, such as a collector of traces: no operation can call them. */
  readonly services?: readonly { readonly host: string; readonly reason: string }[];
  /** Addresses with ports it listens on. */
  readonly listens: readonly string[];
  /** What cannot run, and why. */
  readonly disabled: readonly { readonly node: string; readonly why: string; readonly fix?: string }[];
}

/** An entry, where there is a value for it. */
function present<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function inputsOf(flow: Flow): OfferedInput[] {
  return flow.inputs.list.map(({ wireName, schema, required, in: place }) => ({
    name: wireName,
    type: [schema["type"] ?? "any"].flat().join(" or "),
    required,
    ...present("description", schema["description"] as string | undefined),
    ...present("in", place),
  }));
}

function toolsOf(
  capability: Capability,
  surface: Surface<ExposesMcp>,
  selection: Selection,
): Partial<InspectedSurface> {
  const server = new McpServer(capability, surface, { selection }), { tools, renamed } = server.toolbox;
  const passedOn = tools.map(({ definition: { name, description, inputSchema } }) =>
    writeJson({ name, description, inputSchema }).length
  );
  return {
    tools: tools.map(({ name, definition, flow }) => ({
      name,
      ...present("description", definition.description),
      inputs: inputsOf(flow),
    })),
    ...(renamed.length > 0 ? { renamed } : {}),
    promptTokens: Math.ceil(passedOn.reduce((sum, length) => sum + length, 0) / CHARACTERS_PER_TOKEN),
    definitionTokens: tools.length === 0 ? 0 : Math.ceil(server.list("legacy").length / CHARACTERS_PER_TOKEN),
  };
}

/** The places in the address of a resource template, where no flow says what they are. */
function placesOf(uri: string): OfferedInput[] {
  return [...uri.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => ({
    name: name!,
    type: "string",
    required: true,
  }));
}

function offerOf({ name, node, flow }: Callable): Offer {
  const { uri, description } = node as Pick<McpResource, "uri" | "description">;
  return {
    name,
    ...present("description", description ?? flow?.description),
    ...present("uri", uri),
    inputs: flow ? inputsOf(flow) : placesOf(uri ?? ""),
  };
}

function promptOf({ name, node }: Callable): Offer {
  const prompt = node as McpPrompt;
  return {
    name,
    ...present("description", prompt.description),
    inputs: (prompt.arguments ?? []).map((argument) => ({
      name: argument.name,
      type: argument.type ?? "string",
      required: argument.required ?? true,
      ...present("description", argument.description),
    })),
  };
}

function routeOf(callable: Callable): Offer {
  const route = callable.aliases.find((alias) => alias.includes(" /")) ?? callable.name;
  return { ...offerOf(callable), name: route };
}

/** What each kind of callable stands under, and how it is shown. */
const LISTS: readonly (readonly [CallableKind, keyof InspectedSurface, (callable: Callable) => Offer])[] = [
  ["resource", "resources", offerOf],
  ["prompt", "prompts", promptOf],
  ["operation", "routes", routeOf],
  ["forward", "routes", (callable) => ({ name: `forward ${callable.name}`, inputs: [] })],
  ["skill", "skills", offerOf],
];

function inspectSurface(capability: Capability, surface: Surface, selection: Selection): InspectedSurface {
  const { model: { type, namespace, port }, callables } = surface, lists: Record<string, Offer[]> = {};
  for (const [kind, key, tell] of LISTS) {
    const offers = callables.filter((callable) => callable.kind === kind && isOffered(callable)).map(tell);
    if (offers.length > 0) lists[key] = [...lists[key] ?? [], ...offers];
  }
  const hasTools = callables.some(({ kind }) => kind === "tool");
  return {
    type,
    ...present("namespace", namespace),
    ...present("port", port),
    ...present("authentication", asksCallers(surface.model) ? surface.model.authentication!.type : undefined),
    ...(hasTools ? toolsOf(capability, surface as Surface<ExposesMcp>, selection) : {}),
    ...lists,
  };
}

/** Whether it is listed among what is offered: what cannot run stands under `disabled`. */
function isOffered({ disabled }: Callable): boolean {
  return disabled === undefined;
}

function variables(spec: Specification, binds: BindValues): InspectedVariable[] {
  const out = new Map<string, InspectedVariable>();
  for (const [name, { source, bind }] of variablesOf(spec)) {
    // Two files may each have a variable of one name, from a source of their own.
    const from = bind?.location ?? "environment", where = bind && resolvePath(spec, bind, from);
    const key = `${source} ${bind?.location === undefined ? from : where}`;
    const set = Object.hasOwn(binds, name) || (out.get(key)?.set ?? false);
    out.set(key, { name: source, from, set });
  }
  return [...out.values()];
}

/**
 * What a capability offers, needs and reaches.
 *
 * @param spec The specification as read.
 * @param capability The same, compiled.
 * @param binds What values its variables have.
 * @param selection Which tools are offered.
 */
export function inspection(
  spec: Specification,
  capability: Capability,
  binds: BindValues,
  selection: Selection = {},
): Inspection {
  const manifest = manifestOf(spec, binds), asked = askedBy(spec, spec.document.exposes ?? [], binds);
  return {
    name: capability.name,
    ...present("version", capability.version),
    ...present("declares", spec.document.version),
    ...present("dialect", spec.dialect),
    surfaces: capability.surfaces.map((surface) => inspectSurface(capability, surface, selection)),
    variables: variables(spec, binds),
    files: manifest.read,
    reach: calledBy(spec, binds),
    ...present("authorizationServers", asked.length > 0 ? asked : undefined),
    ...present("services", manifest.services),
    listens: manifest.listen,
    disabled: capability.disabled.map(({ node, diagnostic }) => ({
      node,
      why: diagnostic.message,
      ...present("fix", diagnostic.fix),
    })),
  };
}
