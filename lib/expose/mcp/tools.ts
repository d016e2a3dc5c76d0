/**
 * Tools: what `tools/list` says of each flow, made once.
 *
 * @module
 */
import type { ExposesMcp, McpTool } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import type { Flow, JsonSchema } from "../../plan/flow.ts";
import { isLegalName, shortHash } from "../../plan/inputs/wire_names.ts";
import { type CallPoint, Telemetry } from "../../telemetry/telemetry.ts";

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

/**
 * A name every client takes: legal characters, at most 64 of them, stable and unique.
 *
 * @param name The author's name.
 * @param taken Names that are given away.
 * @param kept Legal names of the author's own: no other tool is called so.
 */
function wireName(name: string, taken: ReadonlyMap<string, unknown>, kept: ReadonlySet<string>): string {
  let wire = name;
  if (!isLegalName(name)) {
    const plain = name.replace(/[^A-Za-z0-9_.-]+/g, "_").replace(/^_+|_+$/g, "");
    wire = plain.length > 0 && plain.length <= 64
      ? plain
      : `${plain.slice(0, 55)}_${shortHash(name)}`.replace(/^_/, "");
  }
  for (let n = 2; taken.has(wire) || (wire !== name && kept.has(wire)); n++) {
    wire = `${wire.slice(0, 50).replace(/_[0-9a-f]{8}$/, "")}_${shortHash(`${name} ${n}`)}`;
  }
  return wire;
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

/**
 * Makes the tools of a surface, in document order.
 *
 * @param surface An MCP surface with its flows.
 * @param telemetry Where their calls are observed.
 */
export function makeToolbox(
  surface: Surface<ExposesMcp>,
  telemetry: Telemetry = new Telemetry((text) => text),
): Toolbox {
  const byName = new Map<string, Tool>(), tools: Tool[] = [], renamed: [string, string][] = [];
  const kept = new Set((surface.model.tools ?? []).map((tool) => tool.name).filter(isLegalName));
  for (const model of surface.model.tools ?? []) {
    const flow = surface.flows.get(model);
    if (!flow || model.name.trim() === "") continue;
    const name = wireName(model.name, byName, kept);
    if (name !== model.name) renamed.push([model.name, name]);
    const { schema, wrapped } = outputSchema(flow), notes = annotations(model, flow);
    const description = flow.description ?? model.display;
    const tool: Tool = {
      name,
      flow,
      wrapped,
      declared: schema !== undefined,
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
  for (const [i, [written]] of renamed.entries()) {
    if (!byName.has(written)) byName.set(written, byName.get(renamed[i]![1])!);
  }
  return { tools, byName, renamed };
}
