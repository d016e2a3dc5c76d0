/**
 * From a specification to a capability: every flow compiled once (architecture, law 1).
 *
 * @module
 */
import type { Exposes, ExposesMcp, ExposesRest, InputParameter, Runnable } from "../../schemas/mod.ts";
import { jsonPathReady } from "../expression/json_path.ts";
import type { Diagnostic } from "../document/diagnostic.ts";
import type { Specification } from "../document/specification.ts";
import { createRedactor } from "../telemetry/redact.ts";
import type { BindValues } from "./binds/binds.ts";
import type { Capability, Disabled, RunnableNode, Surface } from "./capability.ts";
import { PlanContext } from "./context.ts";
import type { Flow } from "./flow.ts";
import { followed } from "./flows/follow.ts";
import { LazyFlows } from "./flows/lazy_flows.ts";
import { type ConsumedEntry, OperationIndex } from "./consumes/operations.ts";
import { patternsReady } from "../isolate/pattern.ts";
import { Problem } from "./problem.ts";
import { reachOf } from "./consumes/reach.ts";
import { compileRunnable, type RunnableSource } from "./flows/runnable.ts";
import { pathPieces, plainName } from "../expression/words.ts";

/** What a specification is compiled with. */
export interface Environment {
  /** Values of variables, from `resolveBinds`. */
  readonly binds: BindValues;
  /** Reads a file the specification names. */
  readText(path: string): string;
  /** A variable without a value is no error: for looking at a specification without running it. */
  readonly bindsOptional?: boolean;
}

/**
 * Compiles a specification. A node that cannot run is set aside with an explanation; the rest runs.
 *
 * @param spec The specification as read.
 * @param environment Values of variables, and files.
 * @returns The capability; `disabled` and `diagnostics` say what was found.
 */
export async function compileCapability(spec: Specification, environment: Environment): Promise<Capability> {
  const reach = reachOf(spec, environment.binds);
  const context = new PlanContext({
    spec,
    binds: environment.binds,
    reach,
    readText: (path) => environment.readText(path),
    bindsOptional: environment.bindsOptional ?? false,
  });
  context.operations = new OperationIndex(context);
  const flows = context.flows = new LazyFlows(context, (source) => compileRunnable(context, source));
  const disabled: Disabled[] = [], reported = new Set<Diagnostic>();
  const groups = new Map<string, { readonly at: number; more: number }>();
  const attempt = (node: string, compile: () => Flow): Flow | undefined => {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const diagnostic = { ...error.diagnostic, node };
      disabled.push({ node, diagnostic });
      if (!error.told && !reported.has(error.diagnostic)) {
        reported.add(error.diagnostic);
        // One namespace that is missing is one mistake, however many nodes call it.
        const group = diagnostic.code === "unknown-namespace" ? diagnostic.message : undefined;
        const same = group === undefined ? undefined : groups.get(group);
        if (same) same.more++;
        else {
          if (group !== undefined) groups.set(group, { at: context.diagnostics.length, more: 0 });
          context.diagnostics.push(diagnostic);
        }
      }
      return undefined;
    }
  };
  const surfaces = (spec.document.exposes ?? []).map((model) => compileSurface(context, model, attempt));
  for (const { at, more } of groups.values()) {
    if (more === 0) continue;
    const first = context.diagnostics[at]!;
    context.diagnostics[at] = { ...first, message: `${first.message} (so it is for ${more} more)` };
  }
  await jsonPathReady();
  await patternsReady();
  let redactor: ((text: string) => string) | undefined, known = -1;
  return {
    document: spec.document,
    name: spec.document.info?.display ?? (/([^/\\]+?)(\.ya?ml)?$/i.exec(spec.file)?.[1] ?? spec.file),
    version: spec.document.info?.version,
    surfaces,
    flows,
    reach,
    disabled,
    diagnostics: context.diagnostics,
    drift: context.drift,
    scripts: context.scripts,
    redact(text) {
      if (known !== context.secrets.size) {
        known = context.secrets.size;
        redactor = createRedactor(context.secrets);
      }
      return redactor!(text);
    },
  };
}

type Attempt = (node: string, compile: () => Flow) => Flow | undefined;

function compileSurface(context: PlanContext, model: Exposes, attempt: Attempt): Surface {
  const flows = new Map<RunnableNode, Flow>();
  const add = (node: RunnableNode, label: string, compile: () => Flow) => {
    const flow = attempt(label, compile);
    if (flow) flows.set(node, flow);
  };
  if (model.type === "mcp") compileMcp(context, model, add);
  else if (model.type === "rest") compileRest(context, model, add);
  return { model, flows };
}

type Add = (node: RunnableNode, label: string, compile: () => Flow) => void;

/** Which `call` of a surface a node is: the n-th of n same-named operations is the n-th definition. */
function chooser(
  context: PlanContext,
  nodes: readonly Runnable[],
): (node: Runnable) => RunnableSource["choose"] {
  const counts = new Map<string, number>(), places = new Map<Runnable, number>();
  // Counted before anything is compiled: a node that cannot run keeps its number.
  for (const node of nodes) {
    if (node.call === undefined) continue;
    const nth = counts.get(node.call) ?? 0;
    places.set(node, nth);
    counts.set(node.call, nth + 1);
  }
  return (node) => (entries) => {
    if (entries.length === 1) return entries[0]!;
    const { call } = node;
    if (call !== undefined && entries.length === counts.get(call)) return entries[places.get(node)!]!;
    const { api, operation } = entries[0]!;
    context.warn(
      "duplicate-operation",
      `${entries.length} operations are called ${
        call ?? `${api.consumes.namespace}.${operation.name}`
      }; the first is meant`,
      node,
      call === undefined ? "ref" : "call",
      "give each operation a name of its own",
    );
    return entries[0]!;
  };
}

function compileMcp(context: PlanContext, model: ExposesMcp, add: Add): void {
  const tools = model.tools ?? [], choose = chooser(context, tools);
  for (const tool of tools) {
    const label = `tool ${tool.name}`;
    const pick = choose(tool);
    add(
      tool,
      label,
      () =>
        compileRunnable(
          context,
          followed(context, tool, {
            name: tool.name,
            surface: model,
            inputs: tool.inputParameters ?? [],
            choose: pick,
          }),
        ),
    );
  }
  for (const resource of model.resources ?? []) {
    if (resource.location !== undefined) continue;
    const inputs = withPlaceholders(resource.inputParameters ?? [], resource.uri ?? "");
    add(
      resource,
      `resource ${resource.name}`,
      () =>
        compileRunnable(
          context,
          followed(context, resource, { name: resource.name, surface: model, inputs, choose: first }),
        ),
    );
  }
}

const first = (entries: readonly ConsumedEntry[]): ConsumedEntry => entries[0]!;

function compileRest(context: PlanContext, model: ExposesRest, add: Add): void {
  const operations = (model.resources ?? []).flatMap((r) => (r.operations ?? []).map((o) => [r, o] as const));
  const choose = chooser(context, operations.map(([, operation]) => operation));
  for (const [resource, operation] of operations) {
    const method = operation.method?.toUpperCase() ?? "GET", path = resource.path ?? "/";
    // The most specific of a name wins: the operation's, the resource's, the surface's.
    const byName = new Map<string, InputParameter>();
    for (const list of [model.inputParameters, resource.inputParameters, operation.inputParameters]) {
      for (const input of list ?? []) byName.set(input.name, input);
    }
    const inputs = withPlaceholders([...byName.values()], path);
    const pick = choose(operation);
    add(operation, `operation ${method} ${path}`, () => {
      const own = [...operation.inputParameters ?? [], ...resource.inputParameters ?? []];
      refuseWithoutPlace(context, own.filter((input) => byName.get(input.name) === input), path);
      const source = followed(context, operation, {
        name: operation.name ?? `${method} ${path}`,
        surface: model,
        inputs,
        choose: pick,
      });
      return compileRunnable(context, {
        ...source,
        mediaType: operation.responseBinary?.mediaType ?? source.mediaType,
      });
    });
  }
}

/**
 * Refuses an input that is said to stand in a path and does not: no request could ever give it, and to ignore it could
 * turn one delete into many.
 *
 * @throws {Problem} `path-parameter-without-place`.
 */
function refuseWithoutPlace(context: PlanContext, inputs: readonly InputParameter[], path: string): void {
  const places = new Set(
    pathPieces(path).flatMap((piece) => typeof piece === "string" ? [] : [plainName(piece.word)]),
  );
  const lost = inputs.find((input) =>
    input.in === "path" && input.value === undefined && input.required !== false &&
    !places.has(plainName(input.name))
  );
  if (!lost) return;
  throw new Problem(context.error(
    "path-parameter-without-place",
    `the path parameter ${lost.name} has no place in the path ${path}`,
    lost,
    undefined,
    `add {${lost.name}} to the path, or say where else it travels`,
  ));
}

/** Declares the placeholders of a path that the author did not. */
function withPlaceholders(inputs: readonly InputParameter[], path: string): InputParameter[] {
  const out = [...inputs];
  for (const piece of pathPieces(path)) {
    if (typeof piece === "string" || out.some((input) => input.name === piece.word)) continue;
    out.push({ name: piece.word, in: "path", type: "string", required: true });
  }
  return out;
}
