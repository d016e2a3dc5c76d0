/**
 * From a node that can be called to its Flow (architecture, law 2).
 *
 * @module
 */
import { MediaBytes } from "../../data/media_bytes.ts";
import type { Call } from "../../telemetry/call.ts";
import type { InputParameter, OutputParameter, Semantics, Step, StepMapping } from "../../../schemas/mod.ts";
import { compilePathAt, JsonPathError } from "../../expression/json_path.ts";
import { Misses } from "../../expression/misses.ts";
import type { Scope } from "../../expression/scope.ts";
import { compileOperationCall } from "../../upstream/call.ts";
import type { Format } from "../../upstream/operation.ts";
import { previewOperation } from "../../upstream/request/preview.ts";
import { compileAnswerShape } from "../call/answer_shape.ts";
import { compileCall } from "../call/call.ts";
import { CallCompilation } from "../call/call_compilation.ts";
import type { PlanContext } from "../context.ts";
import { badPath, readEachPath } from "../bad_paths.ts";
import { guarded } from "./guarded.ts";
import { warnOfContradiction, warnOfUnusedValues } from "./runnable_findings.ts";
import type { Flow, FlowResult, JsonSchema, ResultHeaders } from "../flow.ts";
import { flowInputs } from "../inputs/flow_inputs.ts";
import { hiddenInputs } from "../call/reserved_places.ts";
import { compileInputs, isBodyPath } from "../inputs/inputs.ts";
import { outputSchemaOf } from "../inputs/json_schema.ts";
import { compileMock, hasValues } from "../call/mock.ts";
import { NameScope } from "../inputs/name_scope.ts";
import type { ConsumedEntry } from "../consumes/consumed.ts";
import type { PathPlace } from "../callable.ts";
import { Problem } from "../problem.ts";
import { semanticsOf } from "../call/semantics.ts";
import { readableHeaders, speaksOfHeaders } from "../../expression/answer_header.ts";
import { checkOutputValues, outputWord } from "../steps/output_word.ts";
import { compileSteps } from "../steps/steps.ts";
import { bytesInsteadOf, driftOf, tellMisses, tellNotes, tellNothing } from "./missing.ts";

/** What a runnable node says, `ref` already followed. */
export interface RunnableSource {
  readonly name: string;
  readonly description?: string | undefined;
  /** The node the flow belongs to: where messages point. */
  readonly node: object;
  /** The node that holds `call`, `with` and `steps`: the same, or the aggregate flow a `ref` names. */
  readonly body: object;
  readonly prefixes: readonly (string | undefined)[];
  readonly inputs: readonly InputParameter[];
  /** Inputs of the flow that a `ref` names, where the node declares its own. */
  readonly inherited?: readonly InputParameter[] | undefined;
  /** The inputs are those of the flow a `ref` names: one that `with` gives is none of the node's. */
  readonly borrowed?: boolean;
  /** The `with` of each node in front of the flow that runs, outermost first: values for the flow's arguments. */
  readonly given?: readonly (Readonly<Record<string, unknown>> | undefined)[] | undefined;
  readonly call?: string | undefined;
  readonly with?: Readonly<Record<string, unknown>> | undefined;
  readonly steps?: readonly Step[] | undefined;
  readonly mappings?: readonly StepMapping[] | undefined;
  readonly outputs?: readonly OutputParameter[] | undefined;
  readonly mediaType?: string | undefined;
  readonly semantics?: Semantics | undefined;
  /** The most a binary answer may hold on this surface, where the operation does not say. */
  readonly maxBinarySize?: string | undefined;
  /** The path or the uri whose placeholders are inputs. */
  readonly path?: PathPlace | undefined;
  /** Which operation is meant when a namespace has several of the name. */
  readonly choose: (entries: readonly ConsumedEntry[]) => ConsumedEntry;
}

/**
 * Compiles a runnable node.
 *
 * @param context The compilation.
 * @param source What the node says.
 * @throws {Problem} When it cannot run; the diagnostic says why.
 */
export function compileRunnable(context: PlanContext, source: RunnableSource): Flow {
  try {
    return guarded(context, compileFlow(context, source));
  } catch (error) {
    throw error instanceof JsonPathError ? badPath(context.spec, error, source.body) : error;
  }
}

function compileFlow(context: PlanContext, source: RunnableSource): Flow {
  const nameScope = new NameScope(context, source.prefixes, source.inputs);
  const flow = flowOf(context, nameScope, source);
  if (!context.problems.isBroken) warnOfUnusedValues(nameScope, source);
  return flow;
}

function flowOf(context: PlanContext, nameScope: NameScope, source: RunnableSource): Flow {
  nameScope.maxBinarySize = source.maxBinarySize;
  nameScope.path = source.path;
  for (const input of source.inputs) {
    if (input.in === "environment") {
      const secret = context.secret(`env.${input.name}`, input, "name");
      nameScope.given.set(input.name, () => secret);
    }
    if (input.value === undefined) continue;
    if (isBodyPath(input)) {
      context.problems.part(() => compilePathAt(input.value as string, input, "value"));
      continue;
    }
    const get = context.problems.part(() => nameScope.value(input.value, input, "value"));
    if (get) nameScope.given.set(input.name, get);
  }
  for (const values of source.given ?? []) setConstants(nameScope, values);
  if (source.call !== undefined) return callFlow(nameScope, source, source.call);
  setConstants(nameScope, source.with);
  if (source.steps !== undefined && source.steps.length > 0) {
    return stepsFlow(nameScope, source, source.steps);
  }
  if (hasValues(source.outputs)) return mockFlow(nameScope, source, source.outputs!);
  throw new Problem(context.error(
    "no-call",
    "it has neither call nor steps nor constant outputs, so there is nothing to run",
    source.body,
    "name",
    "add call: namespace.operation",
  ));
}

/** Values that stand for arguments; each is compiled before it can hide the argument of its own name. */
function setConstants(nameScope: NameScope, values: Readonly<Record<string, unknown>> | undefined): void {
  const { problems } = nameScope.context;
  const getters = Object.entries(values ?? {}).map(([key, value]) =>
    [key, problems.part(() => nameScope.value(value, values!, key))] as const
  );
  for (const [key, get] of getters) if (get) nameScope.given.set(key, get);
}

interface FlowParts {
  readonly nameScope: NameScope;
  readonly source: RunnableSource;
  readonly methods: readonly string[];
  readonly schema: JsonSchema | undefined;
  readonly binary: boolean;
  readonly mediaType: string | undefined;
  readonly hidden?: ReadonlyMap<string, boolean>;
  /** What becomes of a required input that nothing carries. */
  readonly unused?: "refused" | "reported";
}

function frame(parts: FlowParts): Omit<Flow, "run"> {
  const { nameScope, source } = parts;
  warnOfContradiction(nameScope.context, parts.methods, source);
  const inputs = flowInputs(nameScope, {
    inherited: source.inherited,
    borrowed: source.borrowed ?? false,
    unused: parts.unused,
    ...(parts.hidden === undefined ? {} : { hidden: parts.hidden }),
  });
  return {
    name: source.name,
    ...(source.description === undefined ? {} : { description: source.description }),
    inputs: compileInputs(inputs, parts.hidden),
    output: {
      binary: parts.binary,
      ...(parts.schema === undefined ? {} : { schema: parts.schema }),
      ...(parts.mediaType === undefined ? {} : { mediaType: parts.mediaType }),
    },
    semantics: semanticsOf(parts.methods, source.semantics),
    // A place is looked up when an error needs it: a start would look up one for every tool.
    get source() {
      return nameScope.context.source(source.node);
    },
  };
}

/** What a run has to tell beside its value. */
interface Findings {
  /** Outputs that did not hold what they declare. */
  readonly drift: readonly string[];
  readonly misses: Misses;
}

/** The result of a run; what drifted and what was not there is counted, and reported only where there was some. */
function result(
  nameScope: NameScope,
  flow: string,
  value: unknown,
  { drift, misses }: Findings,
  call: Call,
  status?: number,
  headers?: ResultHeaders,
): FlowResult {
  if (misses.count > 0) tellMisses(nameScope.context, flow, misses, call);
  if (misses.notes) tellNotes(flow, misses.notes, call);
  if (drift.length === 0) return { value, status, headers };
  nameScope.context.drift.record(flow, drift);
  if (call.tell) { for (const output of new Set(drift)) call.tell(driftOf(flow, output)); }
  return { value, status, headers, drift };
}

/** The shape of an answer; undefined where no outputs are declared. Of paths that cannot be read all are collected. */
function answerShape(
  nameScope: NameScope,
  { outputs }: RunnableSource,
  format: Format | undefined,
): ReturnType<typeof compileAnswerShape> | undefined {
  if (!outputs?.length) return undefined;
  const { context } = nameScope, { problems } = context;
  problems.part(() => checkOutputValues(context, outputs));
  try {
    return compileAnswerShape(outputs, format, {
      resolve: (word, output) => outputWord(nameScope, word, output),
    });
  } catch (error) {
    if (error instanceof JsonPathError) readEachPath(outputs, (read) => problems.part(read));
    throw error;
  }
}

function callFlow(nameScope: NameScope, source: RunnableSource, call: string): Flow {
  const { context } = nameScope, { problems } = context;
  const entry = problems.part(() => source.choose(context.operations.resolve(call, source.body)));
  if (!entry) {
    answerShape(nameScope, source, undefined);
    return problems.stop();
  }
  const hidden = hiddenInputs(nameScope, entry, source.with);
  const operation = compileCall(
    new CallCompilation(nameScope, entry, source.body, source.with),
    source.semantics?.idempotent,
  );
  const outputs = source.outputs?.length ? source.outputs : undefined;
  const shape = answerShape(nameScope, source, operation.response.format);
  const ofHeaders = outputs?.some(speaksOfHeaders) === true;
  const binary = operation.response.format === "binary";
  const flow = frame({
    nameScope,
    source,
    methods: [operation.method],
    schema: binary || !outputs ? undefined : outputSchemaOf(outputs),
    binary,
    mediaType: source.mediaType ?? operation.response.mediaType,
    hidden,
    unused: operation.method === "GET" || operation.method === "HEAD" ? "reported" : "refused",
  });
  const send = compileOperationCall(operation, context.door);
  const preview = (args: Scope["args"]) => previewOperation(operation, { args });
  const run = (args: Scope["args"], inner: Call): Promise<FlowResult> => {
    const misses = new Misses(), scope: Scope = { args, misses };
    return send(scope, inner).then((answer) => {
      const { headers } = answer;
      if (answer.bytes !== undefined) {
        if (shape) inner.tell?.(bytesInsteadOf(source.name));
        return {
          value: null,
          bytes: answer.bytes,
          mediaType: source.mediaType ?? (answer.mediaType && context.redact(answer.mediaType)),
          status: answer.status,
          headers,
        };
      }
      if (!shape) {
        const { value = null, status } = answer;
        return { value, status, headers, text: typeof value === "string" };
      }
      const drift: string[] = [], given = answer.value ?? null, isNothing = given === null && !ofHeaders;
      if (isNothing) tellNothing(context, source, inner);
      const value = shape(answer.format)(given, {
        args,
        misses,
        headers: readableHeaders(headers, (text) => context.redact(text)),
      }, drift);
      const shaped = result(nameScope, source.name, value, { drift, misses }, inner, answer.status, headers);
      return isNothing ? { ...shaped, empty: true } : shaped;
    });
  };
  const { description } = entry.operation;
  const words = source.description === undefined && description !== undefined ? { description } : {};
  const { tags } = entry.operation;
  return Object.assign(flow, words, tags === undefined ? {} : { tags }, {
    request: `${operation.method} ${entry.path}`,
    run,
    preview,
  });
}

function stepsFlow(nameScope: NameScope, source: RunnableSource, steps: readonly Step[]): Flow {
  checkOutputValues(nameScope.context, source.outputs);
  const orchestration = compileSteps(nameScope, steps, source.mappings, source.outputs);
  const named = source.outputs?.filter((o) => o.name !== undefined) ?? [];
  const mapped = source.mappings && source.mappings.length > 0;
  const schema = named.length > 0
    ? outputSchemaOf(named, { open: mapped === true })
    : mapped
    ? { type: "object" }
    : source.outputs?.length
    ? outputSchemaOf(source.outputs)
    : undefined;
  const flow = frame({
    nameScope,
    source,
    methods: orchestration.methods,
    schema,
    binary: false,
    mediaType: source.mediaType,
  });
  const run = async (args: Scope["args"], inner: Call): Promise<FlowResult> => {
    const drift: string[] = [], misses = new Misses();
    const value = await orchestration.run(args, inner, { drift, misses });
    if (value instanceof MediaBytes && schema === undefined) {
      const { mediaType = source.mediaType } = value;
      return { ...result(nameScope, source.name, null, { drift, misses }, inner), bytes: value, mediaType };
    }
    return result(nameScope, source.name, value, { drift, misses }, inner);
  };
  return Object.assign(flow, { run, stepCount: orchestration.stepCount });
}

function mockFlow(nameScope: NameScope, source: RunnableSource, outputs: readonly OutputParameter[]): Flow {
  const get = compileMock(nameScope, outputs);
  // What has neither a value nor anything inside is in no answer.
  const given = outputs.filter((o) => o.value !== undefined || o.properties || o.items);
  const named = given.map((o) => o.name === undefined ? { ...o, name: "value" } : o);
  const flow = frame({
    nameScope,
    source,
    methods: [],
    schema: outputSchemaOf(named, { partial: true }),
    binary: false,
    mediaType: source.mediaType,
  });
  const run = (args: Scope["args"], inner: Call): Promise<FlowResult> => {
    const drift: string[] = [], misses = new Misses(), value = get({ args, misses }, drift);
    return Promise.resolve(result(nameScope, source.name, value, { drift, misses }, inner));
  };
  return Object.assign(flow, { run });
}
