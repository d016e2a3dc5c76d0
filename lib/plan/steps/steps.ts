/**
 * Orchestration: steps, their mappings, and the result they make together (semantics §6, §7).
 *
 * @module
 */
import { MediaBytes } from "../../data/media_bytes.ts";
import { readableHeaders } from "../../expression/answer_header.ts";
import { exactPlaceholder } from "../../expression/template.ts";
import type { Call } from "../../telemetry/call.ts";
import type { OutputParameter, Step, StepMapping } from "../../../schemas/mod.ts";
import type { AnswerHeaders, Getter, Scope } from "../../expression/scope.ts";
import type { Misses } from "../../expression/misses.ts";
import { compileShape } from "../../expression/shape.ts";
import { listed } from "../../document/diagnostics/suggestion.ts";
import { compileOperationCall } from "../../upstream/call.ts";
import type { DecodedResponse, Format } from "../../upstream/operation.ts";
import { compileAnswerShape } from "../call/answer_shape.ts";
import { compileCall } from "../call/call.ts";
import { CallCompilation } from "../call/call_compilation.ts";
import { compileFlowStep } from "./flow_step.ts";
import { compileLookup } from "./lookup.ts";
import type { NameScope } from "../inputs/name_scope.ts";
import { Problem } from "../problem.ts";
import { type PlannedStep, scheduleSteps } from "./schedule.ts";
import { compileScriptStep } from "./script_step.ts";
import { isSafe } from "../call/semantics.ts";
import { outputWord } from "./output_word.ts";
import { warnOfUnusedSteps } from "./unused_steps.ts";
import { compileMapping, compileResultField, mappingTarget, warnOfTargets } from "./step_result.ts";

/** What a run has to tell beside its value. */
interface Findings {
  readonly drift: string[];
  readonly misses: Misses;
}

/** Compiled steps. */
export interface Orchestration {
  /** The methods of every call. */
  readonly methods: readonly string[];
  /** How many steps are run, those of called flows included. */
  readonly stepCount: number;
  /** Runs the steps and shapes their outputs; what drifts and what is not there is added to the findings. */
  run(args: Scope["args"], context: Call, findings: Findings): Promise<unknown>;
}

/** The output of a call step: the operation's declared outputs, else the decoded body. */
function stepOutput(
  nameScope: NameScope,
  outputs: readonly OutputParameter[] | undefined,
  declared: Format | undefined,
): (answer: DecodedResponse, scope: Scope, drift: string[]) => unknown {
  const { context } = nameScope;
  const valueOf = ({ bytes, mediaType, value }: DecodedResponse) =>
    bytes ? new MediaBytes(bytes, mediaType && context.redact(mediaType)) : value ?? null;
  if (!outputs || outputs.length === 0) return valueOf;
  const shapeFor = compileAnswerShape(outputs, declared, {
    resolve: (word, output) => outputWord(nameScope, word, output),
    unnamed: "value",
  });
  return (answer, given, drift) => {
    const value = valueOf(answer), shape = shapeFor(answer.format);
    const headers = readableHeaders(answer.headers, (text) => context.redact(text));
    const scope = { ...given, headers };
    if (!Array.isArray(value)) return shape(value, scope, drift);
    const before = scope.misses?.count ?? 0;
    const out = value.map((element) =>
      element !== null && typeof element === "object" && !Array.isArray(element)
        ? { ...element, ...(shape(element, scope, drift) as object) }
        : element
    );
    scope.misses?.settle(before, value.length);
    return out;
  };
}

function compileCallStep(
  nameScope: NameScope,
  step: Step,
  drift: WeakMap<Scope["args"], string[]>,
): { step: PlannedStep; method: string } {
  const { context } = nameScope;
  if (step.call === undefined) {
    throw new Problem(
      context.error(
        "no-call",
        `the step ${step.name} has no call`,
        step,
        undefined,
        "add call: namespace.operation",
      ),
    );
  }
  if (context.aggregates.has(step.call) && !context.operations.has(step.call)) {
    return compileFlowStep(nameScope, step, step.call);
  }
  const entry = context.operations.resolve(step.call, step)[0]!;
  const operation = compileCall(new CallCompilation(nameScope, entry, step, step.with), undefined);
  const call = compileOperationCall(operation, context.door), redact = (text: string) => context.redact(text);
  const output = stepOutput(nameScope, entry.operation.outputParameters, operation.response.format);
  return {
    method: operation.method,
    step: {
      name: step.name,
      kind: "call",
      uses: new Set(nameScope.usedSteps),
      safe: isSafe(operation.method),
      run: (scope, inner) =>
        call(scope, inner).then((answer) => {
          if (scope.answers) scope.answers[step.name] = readableHeaders(answer.headers, redact);
          return output(answer, scope, drift.get(scope.args) ?? []);
        }),
    },
  };
}

/** The list a lookup searches, where `index` names a place inside the output of a step. */
function indexPath(nameScope: NameScope, step: Step, index: string): Getter | undefined {
  const word = nameScope.word(exactPlaceholder(index)?.expression ?? index);
  return word.kind === "step" ? nameScope.getter(word, step, "index") : undefined;
}

function compileLookupStep(nameScope: NameScope, step: Step): PlannedStep {
  const { context } = nameScope;
  if (step.index === undefined || step.match === undefined || step.lookupValue === undefined) {
    throw new Problem(context.error(
      "unknown-step",
      `the lookup ${step.name} needs index, match and lookupValue`,
      step,
      undefined,
      "add what is missing",
    ));
  }
  const source = nameScope.steps.has(step.index)
    ? nameScope.getter({ kind: "step", step: step.index, rest: "" }, step, "index")
    : indexPath(nameScope, step, step.index);
  if (!source) {
    throw new Problem(context.error(
      "unknown-step",
      `the lookup ${step.name} searches the step ${step.index}, which does not run before it`,
      step,
      "index",
      nameScope.steps.size > 0
        ? `the steps before it are ${listed([...nameScope.steps])}`
        : "put a call step before it",
    ));
  }
  const get = nameScope.value(step.lookupValue, step, "lookupValue");
  const lookup = compileLookup(source, step, get);
  return {
    name: step.name,
    kind: "lookup",
    uses: new Set(nameScope.usedSteps),
    safe: true,
    run: (scope) => Promise.resolve(lookup(scope)),
  };
}

/** Compiles one step; a call step with its method. */
function compileStep(
  nameScope: NameScope,
  step: Step,
  drift: WeakMap<Scope["args"], string[]>,
): { readonly step: PlannedStep; readonly method?: string } {
  const type = step.type?.toLowerCase() ??
    (step.call === undefined ? step.file === undefined ? "lookup" : "script" : "call");
  switch (type) {
    case "call":
      return compileCallStep(nameScope, step, drift);
    case "lookup":
      return { step: compileLookupStep(nameScope, step) };
    case "script":
      return { step: compileScriptStep(nameScope, step) };
  }
  throw new Problem(nameScope.context.error(
    "unknown-step",
    `the step ${step.name} has the type ${step.type}, which Capstan does not know`,
    step,
    "type",
    "use call, lookup or script",
  ));
}

/** Warns of a step that has the name of an input: behind it the name means its output. */
function warnOfHiddenInput({ context, declared }: NameScope, step: Step): void {
  if (!declared.has(step.name)) return;
  context.warn(
    "duplicate-name",
    `the step ${step.name} has the name of an input: behind it {{${step.name}}} is the output of the step`,
    step,
    "name",
    "give the step another name",
  );
}

/**
 * The most steps that one call may run. Flows that call flows in each of their steps run more than can ever end, and where
 * none of them waits for an API, nothing else would be answered meanwhile.
 */
const MAX_STEPS = 10_000;

function tooManySteps({ context }: NameScope, steps: readonly Step[]): Problem {
  return new Problem(context.error(
    "flow-cycle",
    `the steps, with those of the flows they call, are more than ${MAX_STEPS}`,
    steps.at(-1)!,
    "call",
    "let flows call operations, and not ever more flows",
  ));
}

/**
 * Compiles the steps of a flow.
 *
 * @param nameScope The flow; arguments the steps need are recorded with it.
 * @param steps The steps, in order.
 * @param mappings What the result takes from which step.
 * @param outputs The declared outputs.
 * @throws {Problem} When a step cannot run.
 */
export function compileSteps(
  nameScope: NameScope,
  steps: readonly Step[],
  mappings: readonly StepMapping[] | undefined,
  outputs: readonly OutputParameter[] | undefined,
): Orchestration {
  const planned: PlannedStep[] = [], methods: string[] = [];
  const driftOf = new WeakMap<Scope["args"], string[]>();
  const reported = nameScope.context.diagnostics.length;
  for (const step of steps) nameScope.later.add(step.name);
  for (const step of steps) {
    warnOfHiddenInput(nameScope, step);
    nameScope.usedSteps.clear();
    const compiled = nameScope.context.problems.part(() => compileStep(nameScope, step, driftOf));
    if (compiled) {
      planned.push(compiled.step);
      if (compiled.method !== undefined) methods.push(compiled.method);
    }
    nameScope.steps.add(step.name);
    nameScope.later.delete(step.name);
  }
  const stepCount = planned.reduce((sum, { count = 1 }) => sum + count, 0);
  if (stepCount > MAX_STEPS) throw tooManySteps(nameScope, steps);
  const run = scheduleSteps(planned);
  const names = steps.map((step) => step.name).reverse();
  const newest = names[0]!;
  const { context } = nameScope;
  const placed = (mappings ?? []).flatMap((mapping) =>
    context.problems.part(() => compileMapping(nameScope, mapping)) ?? []
  );
  const targets = new Set((mappings ?? []).map((mapping) => mappingTarget(mapping).split(".")[0]!));
  const named = outputs?.filter((o) => o.name !== undefined) ?? [];
  warnOfTargets(context, mappings ?? [], named);
  const unnamed = named.length === 0 && outputs && outputs.length > 0
    ? compileShape(outputs, { resolve: (word, output) => outputWord(nameScope, word, output) })
    : undefined;
  const fields = named.flatMap((output) =>
    context.problems.part(() => compileResultField(nameScope, output, names, targets)) ?? []
  );
  // One whose name is written wrong where it is used has been reported there.
  if (!context.diagnostics.slice(reported).some(({ code }) => code === "unknown-step")) {
    warnOfUnusedSteps(context, steps, planned, mappings, outputs);
  }

  return {
    methods,
    stepCount,
    async run(args, context, { drift, misses }) {
      driftOf.set(args, drift);
      const answers: Record<string, AnswerHeaders> = Object.create(null);
      const all = await run(args, context, misses, answers);
      const scope: Scope = { args, steps: all, answers, headers: answers[newest], misses };
      if (placed.length === 0 && fields.length === 0) {
        return unnamed ? unnamed(all[newest] ?? null, scope, drift) : all[newest] ?? null;
      }
      const result: Record<string, unknown> = {};
      for (const { place, get } of placed) {
        const value = get(scope);
        if (value !== undefined) place(result, value);
      }
      for (const field of fields) field(result, scope, all, drift);
      return result;
    },
  };
}
