/**
 * Following: what a node says once its `ref`, or a `call` that names a flow, is followed.
 *
 * @module
 */
import type { ExposesMcp, ExposesRest, InputParameter, McpTool, Runnable } from "../../../schemas/mod.ts";
import { suggestion } from "../../document/diagnostics/suggestion.ts";
import type { RunnableNode } from "../capability.ts";
import type { AggregateEntry, PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { RunnableSource } from "./runnable.ts";

/** The flow a `ref` names. */
function flowNamed(context: PlanContext, ref: string, node: object): AggregateEntry {
  const entry = context.aggregates.get(ref);
  if (entry) return entry;
  const lost = context.spec.lost[`aggregates.${ref.slice(0, Math.max(0, ref.lastIndexOf(".")))}`];
  if (lost) throw new Problem(lost, true);
  const names = [...context.aggregates.keys()];
  throw new Problem(context.error(
    "unknown-flow",
    `no aggregate flow is called ${ref}`,
    node,
    "ref",
    suggestion(ref, names, (list) => `the flows are ${list}`, "add aggregates with that flow"),
  ));
}

/** The flows a `ref` leads to: the one it names, the one that refers to in its turn, and so on to one that runs. */
function chainOf(context: PlanContext, ref: string, node: object): AggregateEntry[] {
  const chain: AggregateEntry[] = [], names: string[] = [];
  for (let next: string | undefined = ref; next !== undefined;) {
    const from: object = chain.at(-1)?.flow ?? node;
    if (names.includes(next)) {
      throw new Problem(context.error(
        "flow-cycle",
        `flows refer to each other in a circle: ${[...names, next].join(" → ")}`,
        from,
        "ref",
        "make one of them call an operation, or give it steps",
      ));
    }
    names.push(next);
    const entry = flowNamed(context, next, from), { flow } = entry;
    chain.push(entry);
    next = flow.call === undefined && flow.steps === undefined ? flow.ref : undefined;
  }
  return chain;
}

/** The newest of the words that a node and the flows behind it have on something. */
function newest<T>(words: readonly (T | undefined)[]): T | undefined {
  return words.find((word) => word !== undefined);
}

/** What a surface says that holds for everything it offers. */
export type FollowedSurface = Pick<ExposesMcp | ExposesRest, "namespace" | "maxBinarySize">;

/** What a node says of itself, its `ref` not looked at. */
interface OwnDeclaration {
  readonly name: string;
  readonly surface: FollowedSurface;
  readonly inputs: readonly InputParameter[];
  readonly choose: RunnableSource["choose"];
}

/**
 * What a node says once its `ref` is followed.
 *
 * @param context The compilation.
 * @param node The node.
 * @param own What is known of it: its name, its surface, its inputs.
 * @throws {Problem} `unknown-flow` or `flow-cycle`.
 */
export function resolveRef(context: PlanContext, node: RunnableNode, own: OwnDeclaration): RunnableSource {
  const { name, surface, inputs, choose } = own, { namespace, maxBinarySize } = surface;
  warnUnusedKeys(context, node);
  if (node.ref === undefined) {
    const call = node.call ?? byOperationId(context, node), step = flowStep(context, call, node);
    return {
      name,
      description: node.description,
      node,
      body: node,
      prefixes: [namespace],
      maxBinarySize,
      inputs,
      ...(step ? { steps: [step] } : { call, with: node.with, steps: node.steps }),
      mappings: node.mappings,
      outputs: node.outputParameters,
      mediaType: node.outputMediaType,
      choose,
    };
  }
  const isOwn = node.inputParameters !== undefined || inputs.length > 0;
  return resolveChain(context, chainOf(context, node.ref, node), {
    name,
    node,
    description: node.description,
    prefixes: [namespace],
    maxBinarySize,
    own: isOwn ? inputs : undefined,
    given: node.with,
    outputs: node.outputParameters,
    mediaType: node.outputMediaType,
    choose,
  });
}

/** Tells of what a node says beside the `ref` or `call` that runs. */
function warnUnusedKeys(context: PlanContext, node: Runnable): void {
  const runs = node.ref !== undefined ? "ref" : node.call !== undefined ? "call" : undefined;
  if (runs === undefined) return;
  for (const key of ["call", "steps", "mappings"] as const) {
    if (key === runs || node[key] === undefined) continue;
    context.warn(
      "unknown-key",
      `${key} has no effect together with ${runs}, which is what runs`,
      node,
      key,
      `remove ${key}, or remove ${runs}`,
    );
  }
}

/** A node in front of flows. */
interface Referrer extends Pick<RunnableSource, "name" | "node" | "choose"> {
  readonly description?: string | undefined;
  readonly prefixes: readonly (string | undefined)[];
  readonly maxBinarySize?: string | undefined;
  /** The inputs it declares itself. */
  readonly own?: readonly InputParameter[] | undefined;
  readonly given?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: RunnableSource["outputs"];
  readonly mediaType?: string | undefined;
}

/** What runs for a node in front of flows: the last of them, with the words of those before it. */
function resolveChain(
  context: PlanContext,
  chain: readonly AggregateEntry[],
  referrer: Referrer,
): RunnableSource {
  const flows = chain.map((entry) => entry.flow), last = flows.at(-1)!;
  const step = flowStep(context, last.call, last);
  const theirs = newest(flows.map((flow) => flow.inputParameters));
  return {
    name: referrer.name,
    description: newest([referrer.description, ...flows.map((flow) => flow.description)]),
    node: referrer.node,
    body: last,
    prefixes: [...referrer.prefixes, ...chain.map((entry) => entry.aggregate.namespace)],
    maxBinarySize: referrer.maxBinarySize,
    inputs: referrer.own ?? theirs ?? [],
    borrowed: referrer.own === undefined,
    inherited: referrer.own === undefined ? undefined : theirs,
    given: [referrer.given, ...flows.slice(0, -1).map((flow) => flow.with)],
    ...(step ? { steps: [step] } : { call: last.call, with: last.with, steps: last.steps }),
    mappings: last.mappings,
    outputs: newest([...flows.map((flow) => flow.outputParameters).reverse(), referrer.outputs]),
    mediaType: newest([referrer.mediaType, ...flows.map((flow) => flow.outputMediaType)]),
    semantics: newest(flows.map((flow) => flow.semantics)),
    choose: referrer.choose,
  };
}

/**
 * An aggregate flow on its own, for callers who name it.
 *
 * @param context The compilation.
 * @param name `namespace.flow`.
 * @throws {Problem} `unknown-flow` or `flow-cycle`.
 */
export function aggregateSource(context: PlanContext, name: string): RunnableSource {
  const { flow, aggregate } = context.aggregates.get(name)!;
  return resolveChain(context, chainOf(context, name, flow), {
    name,
    node: flow,
    prefixes: [aggregate.namespace],
    own: flow.inputParameters,
    choose: (entries) => entries[0]!,
  });
}

/** A `call` that names a flow, where no operation has the name, as the one step it means. */
function flowStep(
  context: PlanContext,
  call: string | undefined,
  node: Runnable,
): NonNullable<Runnable["steps"]>[number] | undefined {
  if (call === undefined || !context.aggregates.has(call) || context.operations.has(call)) return undefined;
  const step = { name: call.slice(call.lastIndexOf(".") + 1), type: "call", call, with: node.with };
  const origin = context.spec.origins.get(node);
  if (origin) context.spec.origins.set(step, origin);
  return step;
}

/** The operation a tool means that gives only an `operationId` (semantics §11). */
function byOperationId(context: PlanContext, node: RunnableNode): string | undefined {
  const id = (node as McpTool).operationId;
  if (id === undefined || node.steps !== undefined) return undefined;
  const entries = context.operations.anywhere(id);
  if (entries.length === 0) return undefined;
  const { api, operation } = entries[0]!, call = `${api.consumes.namespace}.${operation.name}`;
  context.warn(
    "no-call",
    `a tool with operationId and no call: ${call} is called`,
    node,
    "operationId",
    `write call: ${call}`,
  );
  return call;
}
