/**
 * Orchestration: steps, their mappings, and the result they make together (semantics §6, §7).
 *
 * @module
 */
import { readableHeaders } from "../../expression/answer_header.ts";
import { exactPlaceholder } from "../../expression/template.ts";
import type { Call } from "../../telemetry/call.ts";
import type { OutputParameter, Step, StepMapping } from "../../../schemas/mod.ts";
import type { AnswerHeaders, Getter, Scope } from "../../expression/scope.ts";
import type { Misses } from "../../expression/misses.ts";
import { compileShape } from "../../expression/shape.ts";
import { listed } from "../../document/suggestion.ts";
import { compileOperationCall } from "../../upstream/call.ts";
import type { Answer, Format } from "../../upstream/operation.ts";
import { compileAnswerShape } from "../call/answer_shape.ts";
import { compileCall } from "../call/call.ts";
import { CallSite } from "../call/call_site.ts";
import { compileFlowStep } from "./flow_step.ts";
import { compileLookup } from "./lookup.ts";
import type { Caller } from "../inputs/name_scope.ts";
import { Problem } from "../problem.ts";
import { type PlannedStep, scheduleSteps } from "./schedule.ts";
import { compileScriptStep } from "./script_step.ts";
import { isSafe } from "../call/semantics.ts";
import { outputWord } from "./output_word.ts";
import { compileField, compileMapping } from "./step_result.ts";

/** What a run has to tell beside its value. */
interface Findings {
  readonly drift: string[];
  readonly misses: Misses;
}

/** Compiled steps. */
export interface Orchestration {
  /** The methods of every call. */
  readonly methods: readonly string[];
  /** Runs the steps and shapes their outputs; what drifts and what is not there is added to the findings. */
  run(args: Scope["args"], context: Call, findings: Findings): Promise<unknown>;
}

/** The output of a call step: the operation's declared outputs, else the decoded body. */
function stepOutput(
  caller: Caller,
  outputs: readonly OutputParameter[] | undefined,
  declared: Format | undefined,
): (answer: Answer, scope: Scope, drift: string[]) => unknown {
  const valueOf = (answer: Answer) => answer.bytes ?? answer.value ?? null;
  if (!outputs || outputs.length === 0) return valueOf;
  const shapeFor = compileAnswerShape(outputs, declared, {
    resolve: (word, output) => outputWord(caller, word, output),
    unnamed: "value",
  });
  return (answer, given, drift) => {
    const value = valueOf(answer), shape = shapeFor(answer.format);
    const headers = readableHeaders(answer.headers, (text) => caller.context.redact(text));
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
  caller: Caller,
  step: Step,
  drift: WeakMap<Scope["args"], string[]>,
): { step: PlannedStep; method: string } {
  const { context } = caller;
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
    return compileFlowStep(caller, step, step.call);
  }
  const entry = context.operations.resolve(step.call, step)[0]!;
  const operation = compileCall(new CallSite(caller, entry, step, step.with), undefined);
  const call = compileOperationCall(operation, context.door), redact = (text: string) => context.redact(text);
  const output = stepOutput(caller, entry.operation.outputParameters, operation.response.format);
  return {
    method: operation.method,
    step: {
      name: step.name,
      kind: "call",
      uses: new Set(caller.usedSteps),
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
function indexPath(caller: Caller, step: Step, index: string): Getter | undefined {
  const word = caller.word(exactPlaceholder(index)?.expression ?? index);
  return word.kind === "step" ? caller.getter(word, step, "index") : undefined;
}

function compileLookupStep(caller: Caller, step: Step): PlannedStep {
  const { context } = caller;
  if (step.index === undefined || step.match === undefined || step.lookupValue === undefined) {
    throw new Problem(context.error(
      "unknown-step",
      `the lookup ${step.name} needs index, match and lookupValue`,
      step,
      undefined,
      "add what is missing",
    ));
  }
  const source = caller.steps.has(step.index)
    ? caller.getter({ kind: "step", step: step.index, rest: "" }, step, "index")
    : indexPath(caller, step, step.index);
  if (!source) {
    throw new Problem(context.error(
      "unknown-step",
      `the lookup ${step.name} searches the step ${step.index}, which does not run before it`,
      step,
      "index",
      caller.steps.size > 0
        ? `the steps before it are ${listed([...caller.steps])}`
        : "put a call step before it",
    ));
  }
  const get = caller.value(step.lookupValue, step, "lookupValue");
  const lookup = compileLookup(source, step, get);
  return {
    name: step.name,
    kind: "lookup",
    uses: new Set(caller.usedSteps),
    safe: true,
    run: (scope) => Promise.resolve(lookup(scope)),
  };
}

/** Compiles one step; a call step with its method. */
function compileStep(
  caller: Caller,
  step: Step,
  drift: WeakMap<Scope["args"], string[]>,
): { readonly step: PlannedStep; readonly method?: string } {
  const type = step.type?.toLowerCase() ??
    (step.call === undefined ? step.file === undefined ? "lookup" : "script" : "call");
  switch (type) {
    case "call":
      return compileCallStep(caller, step, drift);
    case "lookup":
      return { step: compileLookupStep(caller, step) };
    case "script":
      return { step: compileScriptStep(caller, step) };
  }
  throw new Problem(caller.context.error(
    "unknown-step",
    `the step ${step.name} has the type ${step.type}, which Capstan does not know`,
    step,
    "type",
    "use call, lookup or script",
  ));
}

/**
 * Compiles the steps of a flow.
 *
 * @param caller The flow; arguments the steps need are recorded with it.
 * @param steps The steps, in order.
 * @param mappings What the result takes from which step.
 * @param outputs The declared outputs.
 * @throws {Problem} When a step cannot run.
 */
export function compileSteps(
  caller: Caller,
  steps: readonly Step[],
  mappings: readonly StepMapping[] | undefined,
  outputs: readonly OutputParameter[] | undefined,
): Orchestration {
  const planned: PlannedStep[] = [], methods: string[] = [];
  const driftOf = new WeakMap<Scope["args"], string[]>();
  for (const step of steps) caller.later.add(step.name);
  for (const step of steps) {
    caller.usedSteps.clear();
    const compiled = caller.context.problems.part(() => compileStep(caller, step, driftOf));
    if (compiled) {
      planned.push(compiled.step);
      if (compiled.method !== undefined) methods.push(compiled.method);
    }
    caller.steps.add(step.name);
    caller.later.delete(step.name);
  }
  const run = scheduleSteps(planned);
  const names = steps.map((step) => step.name).reverse();
  const newest = names[0]!;
  const { context } = caller;
  const placed = (mappings ?? []).flatMap((mapping) =>
    context.problems.part(() => compileMapping(caller, mapping)) ?? []
  );
  const targets = new Set((mappings ?? []).map((mapping) => mapping.target.split(".")[0]!));
  const named = outputs?.filter((o) => o.name !== undefined) ?? [];
  const unnamed = named.length === 0 && outputs && outputs.length > 0
    ? compileShape(outputs, { resolve: (word, output) => outputWord(caller, word, output) })
    : undefined;
  const fields = named.flatMap((output) =>
    context.problems.part(() => compileField(caller, output, names, targets)) ?? []
  );

  return {
    methods,
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
