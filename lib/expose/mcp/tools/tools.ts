/**
 * Tools: what `tools/list` says of each flow, made once.
 *
 * @module
 */
import type { ExposesMcp, McpTool } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import type { Flow, JsonSchema } from "../../../plan/flow.ts";
import { wireNames } from "../../../plan/inputs/wire_names.ts";
import { type Question, questionsOf } from "../asking/questions.ts";
import { type ParamHeader, paramHeadersOf } from "./param_headers.ts";
import { type Selectable, selected, type Selection } from "./select.ts";
import type { CallPoint } from "../../../telemetry/observed/call_point.ts";
import { Telemetry } from "../../../telemetry/telemetry.ts";

/** A tool as clients see it. */
export interface Tool {
  /** The name on the wire. */
  readonly name: string;
  readonly definition: ToolDefinition;
  readonly flow: Flow;
  /** The result is not an object by its schema: it is wrapped as `{"result": …}`. */
  readonly wrapped: boolean;
  /** The author declared what it gives. */
  readonly declared: boolean;
  /** What its caller's person can be asked for, of what a call has to have. */
  readonly questions: readonly Question[] | undefined;
  /** The arguments that clients of the newest revision say in headers too. */
  readonly paramHeaders: readonly ParamHeader[] | undefined;
  /** Where its calls are observed. */
  readonly point: CallPoint;
}

/** The entry of a tool in `tools/list`. */
export interface ToolDefinition {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** The tools of a surface, and what was done to their names. */
export interface Toolbox {
  readonly tools: readonly Tool[];
  /** By wire name, and by the author's own name. */
  readonly byName: ReadonlyMap<string, Tool>;
  /** Names that had to be changed, as written and as sent. */
  readonly renamed: readonly (readonly [written: string, sent: string])[];
}

/** The author's words on a tool. */
function wordsOf({ display }: McpTool, { description }: Flow): string | undefined {
  const words = description ?? display;
  return words?.trim() === "" ? undefined : words;
}

/**
 * What a model reads of a tool. One without words, and one that shares its words with another, gets the request of its
 * operation, so that a model can tell them apart.
 *
 * @param words The author's words.
 * @param flow The flow.
 * @param shared Words that several tools have.
 */
function descriptionOf(
  words: string | undefined,
  { request }: Flow,
  shared: ReadonlySet<string>,
): string | undefined {
  if (request === undefined) return words;
  if (words === undefined) return `Calls ${request}.`;
  return shared.has(words) ? `${words} (${request})` : words;
}

/** Words that several tools have. */
function sharedWords(surface: Surface<ExposesMcp>): ReadonlySet<string> {
  const once = new Set<string>(), shared = new Set<string>();
  for (const model of surface.model.tools ?? []) {
    const flow = surface.flows.get(model), words = flow && wordsOf(model, flow);
    if (words !== undefined) (once.has(words) ? shared : once).add(words);
  }
  return shared;
}

function annotations(tool: McpTool, flow: Flow): Record<string, unknown> | undefined {
  const out: Record<string, unknown> = {}, { semantics } = flow, hints = tool.hints ?? {};
  const title = hints.title ?? tool.display;
  if (title !== undefined) out["title"] = title;
  const readOnly = hints.readOnly ?? semantics.safe;
  if (readOnly !== undefined) out["readOnlyHint"] = readOnly;
  const destructive = hints.destructive ?? (semantics.safe === true ? false : undefined);
  if (destructive !== undefined) out["destructiveHint"] = destructive;
  const idempotent = hints.idempotent ?? semantics.idempotent;
  if (idempotent !== undefined) out["idempotentHint"] = idempotent;
  const openWorld = hints.openWorld ?? (semantics.closedWorld ? false : undefined);
  if (openWorld !== undefined) out["openWorldHint"] = openWorld;
  return Object.keys(out).length > 0 ? out : undefined;
}

/** The schema of the structured result: always an object, as MCP wants it. */
function outputSchema(flow: Flow): { schema: JsonSchema | undefined; wrapped: boolean } {
  const { schema, binary } = flow.output;
  if (schema === undefined || binary) return { schema: undefined, wrapped: true };
  if (schema["type"] === "object") return { schema, wrapped: false };
  return { schema: { type: "object", properties: { result: schema }, required: ["result"] }, wrapped: true };
}

/** The tools of a surface that can run. */
export function runnableTools(surface: Surface<ExposesMcp>): Selectable[] {
  return (surface.model.tools ?? []).flatMap((model) => {
    const flow = surface.flows.get(model);
    return flow && model.name.trim() !== "" ? [{ model, flow }] : [];
  });
}

/**
 * Makes the tools of a surface, in document order.
 *
 * @param surface An MCP surface with its flows.
 * @param telemetry Where their calls are observed.
 * @param selection Which of them are offered; the others are not there at all.
 */
export function makeToolbox(
  surface: Surface<ExposesMcp>,
  telemetry: Telemetry = new Telemetry((text) => text),
  selection: Selection = {},
): Toolbox {
  const byName = new Map<string, Tool>(), tools: Tool[] = [], renamed: [string, string][] = [];
  const shared = sharedWords(surface), served = selected(runnableTools(surface), selection);
  const names = wireNames(served.map(({ model }) => model.name));
  for (const [i, { model, flow }] of served.entries()) {
    const name = names[i]!;
    if (name !== model.name) renamed.push([model.name, name]);
    const { schema, wrapped } = outputSchema(flow), notes = annotations(model, flow);
    const description = descriptionOf(wordsOf(model, flow), flow, shared);
    const tool: Tool = {
      name,
      flow,
      wrapped,
      declared: schema !== undefined,
      questions: questionsOf(
        flow.inputs.list.filter(({ required }) => required).map((input) => ({
          name: input.wireName,
          also: input.name,
          schema: input.schema,
        })),
      ),
      paramHeaders: paramHeadersOf(flow.inputs.schema),
      point: telemetry.point({
        type: "mcp",
        surface: surface.model.namespace ?? "mcp",
        kind: "tool",
        name,
        title: `tools/call ${name}`,
        attributes: {
          "mcp.method.name": "tools/call",
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": name,
        },
      }),
      definition: {
        name,
        ...(model.display === undefined ? {} : { title: model.display }),
        ...(description === undefined ? {} : { description }),
        inputSchema: flow.inputs.schema,
        ...(schema === undefined ? {} : { outputSchema: schema }),
        ...(notes === undefined ? {} : { annotations: notes }),
      },
    };
    tools.push(tool);
    byName.set(name, tool);
  }
  for (const [written, sent] of renamed) if (!byName.has(written)) byName.set(written, byName.get(sent)!);
  return { tools, byName, renamed };
}
