/**
 * When each step of a flow runs: in order, but independent reads overlap (semantics §7).
 *
 * @module
 */
import { type Call, InnerCall, type StepKind } from "../../telemetry/call.ts";
import { CallError } from "../../upstream/error.ts";
import type { Misses } from "../../expression/misses.ts";
import type { Scope } from "../../expression/scope.ts";

/** One compiled step. */
export interface PlannedStep {
  readonly name: string;
  readonly kind: StepKind;
  /** Steps whose output it uses. */
  readonly uses: ReadonlySet<string>;
  /** How many steps it stands for: itself, and those of the flow it calls; 1 where nothing is said. */
  readonly count?: number;
  /** It only reads, so it may start before earlier reads have ended. */
  readonly safe: boolean;
  run(scope: Scope, context: Call): Promise<unknown>;
}

/** Wraps a failure so that it says which step it was. */
function failure(error: unknown, step: string): CallError {
  if (error instanceof CallError) return error.inStep(step);
  return new CallError({
    code: "internal",
    message: `the step ${step} failed unexpectedly`,
    step,
    retryable: false,
    hint: "report this to the author of the capability",
  }, { cause: error });
}

function tooLate(step: string): CallError {
  return new CallError({
    code: "timeout",
    message: `the time of the call was over before the step ${step} began`,
    retryable: false,
    hint: "Ask for less at once.",
    operatorHint: "make the steps of the flow do less",
  });
}

/** Runs a step, under observation where somebody wants to know of steps. */
function runStep(step: PlannedStep, scope: Scope, context: Call): Promise<unknown> {
  // Steps that wait for nothing let no timer end the call.
  if (performance.now() > context.deadline) return Promise.reject(tooLate(step.name));
  const watch = context.watch?.step(step.name, step.kind);
  if (!watch) return step.run(scope, context);
  return step.run(scope, new InnerCall(context, { watch })).then((output) => {
    watch.end();
    return output;
  }, (error) => {
    watch.end(error);
    throw error;
  });
}

/** Runs the steps of a call that tells how far it has come: the steps inside of a step are not counted. */
function counted(
  total: number,
  context: Call,
): { readonly inner: Call; readonly done: (step: string) => void } {
  const { progress } = context;
  // A flow of one step has come as far as that step has.
  if (!progress || total < 2) return { inner: context, done: () => {} };
  let done = 0;
  return {
    inner: new InnerCall(context, { isPart: true }),
    done: (step) => progress(++done, total, step),
  };
}

/** The steps each step waits for: what it uses, and everything that writes before it; a write waits for all. */
function dependencies(steps: readonly PlannedStep[]): readonly (readonly number[])[] {
  // Of two steps of one name the newest before the user is meant; and a second waits for the first.
  const at = new Map<string, number>();
  return steps.map((step, i) => {
    const out = new Set<number>();
    for (let j = 0; j < i; j++) if (!step.safe || !steps[j]!.safe) out.add(j);
    for (const name of step.uses) {
      const j = at.get(name);
      if (j !== undefined) out.add(j);
    }
    const same = at.get(step.name);
    if (same !== undefined) {
      out.add(same);
      for (let j = same + 1; j < i; j++) if (steps[j]!.uses.has(step.name)) out.add(j);
    }
    at.set(step.name, i);
    return [...out];
  });
}

/**
 * Makes a runner of steps. Results and errors are as if the steps ran one after the other.
 *
 * @param steps The compiled steps, in order.
 * @returns Runs them for the arguments, and gives the output of each by name; the headers of answers are put into the
 *   record that is handed in.
 */
export function scheduleSteps(
  steps: readonly PlannedStep[],
): (
  args: Scope["args"],
  context: Call,
  misses?: Misses,
  answers?: Scope["answers"],
) => Promise<Record<string, unknown>> {
  const waits = dependencies(steps);
  const overlaps = steps.some((_, i) => i > 0 && !waits[i]!.includes(i - 1));
  if (!overlaps) {
    return async (args, context, misses, answers) => {
      const outputs: Record<string, unknown> = Object.create(null);
      const scope = { args, steps: outputs, answers, misses };
      const progress = context.progress && counted(steps.length, context), inner = progress?.inner ?? context;
      for (const step of steps) {
        try {
          outputs[step.name] = await runStep(step, scope, inner);
          progress?.done(step.name);
        } catch (error) {
          throw failure(error, step.name);
        }
      }
      return outputs;
    };
  }
  return async (args, context, misses, answers) => {
    const outputs: Record<string, unknown> = Object.create(null);
    const scope = { args, steps: outputs, answers, misses };
    const stop = new AbortController();
    const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal;
    const progress = context.progress && counted(steps.length, context);
    const inner = new InnerCall(progress?.inner ?? context, { signal });
    const running: Promise<unknown>[] = [];
    for (const [i, step] of steps.entries()) {
      const before = waits[i]!.map((j) => running[j]!);
      const start = async () => {
        outputs[step.name] = await runStep(step, scope, inner);
        progress?.done(step.name);
      };
      const promise = before.length === 0 ? start() : Promise.all(before).then(start);
      promise.catch(() => {});
      running.push(promise);
    }
    for (const [i, step] of steps.entries()) {
      try {
        await running[i];
      } catch (error) {
        stop.abort();
        throw failure(error, step.name);
      }
    }
    return outputs;
  };
}
