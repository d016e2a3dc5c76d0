/**
 * Orchestration: steps, their mappings, and the result they make together (semantics §6, §7).
 *
 * @module
 */
import type { OutputParameter, Step, StepMapping } from "../../schemas/mod.ts";
import { compileJsonPath } from "../expression/json_path.ts";
import type { Getter, Scope } from "../expression/scope.ts";
import { compileOutput, compileShape } from "../expression/shape.ts";
import { compileOperationCall } from "../upstream/call.ts";
import type { CallContext } from "../upstream/operation.ts";
import { CallSite, compileCall } from "./call.ts";
import { scriptFiles } from "./files.ts";
import { compileLookup } from "./lookup.ts";
import type { Caller } from "./names.ts";
import { listed } from "./operations.ts";
import { Problem } from "./problem.ts";
import { type PlannedStep, scheduleSteps } from "./schedule.ts";
import { isSafe } from "./semantics.ts";

/** Compiled steps. */
export interface Orchestration {
  /** The methods of every call. */
  readonly methods: readonly string[];
  /** Runs the steps and shapes their outputs; drift is added to the list. */
  run(args: Scope["args"], context: CallContext, drift: string[]): Promise<unknown>;
}

/** The output of a call step: the operation's declared outputs, else the decoded body. */
function stepOutput(
  outputs: readonly OutputParameter[] | undefined,
): (value: unknown, scope: Scope, drift: string[]) => unknown {
  if (!outputs || outputs.length === 0) return (value) => value;
  const shape = compileShape(outputs.map((o) => o.name === undefined ? { ...o, name: "value" } : o));
  return (value, scope, drift) => {
    if (!Array.isArray(value)) return shape(value, scope, drift);
    return value.map((element) =>
      element !== null && typeof element === "object" && !Array.isArray(element)
        ? { ...element, ...(shape(element, scope, drift) as object) }
        : element
    );
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
  const entry = context.operations.resolve(step.call, step)[0]!;
  const operation = compileCall(new CallSite(caller, entry, step, step.with), undefined);
  const call = compileOperationCall(operation), output = stepOutput(entry.operation.outputParameters);
  return {
    method: operation.method,
    step: {
      name: step.name,
      uses: new Set(caller.usedSteps),
      safe: isSafe(operation.method),
      run: (scope, inner) =>
        call(scope, inner).then((answer) =>
          output(answer.bytes ?? answer.value ?? null, scope, drift.get(scope.args) ?? [])
        ),
    },
  };
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
  if (!caller.steps.has(step.index)) {
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
  const lookup = compileLookup(step.index, step.match, get, step.outputParameters ?? []);
  return {
    name: step.name,
    uses: new Set([...caller.usedSteps, step.index]),
    safe: true,
    run: (scope) => Promise.resolve(lookup(scope)),
  };
}

function compileScriptStep(caller: Caller, step: Step): PlannedStep {
  const { context } = caller, { spec } = context;
  const management = spec.document.exposes?.find((e) => e.type === "control")?.["management"] as
    | {
      scripting?: {
        enabled?: boolean;
        defaultLanguage?: string;
        timeout?: number;
        statementLimit?: number;
        allowedLanguages?: string[];
      };
    }
    | undefined;
  const settings = management?.scripting ?? {};
  const language = (step.language ?? settings.defaultLanguage ?? "javascript").toLowerCase();
  if (language !== "javascript" && language !== "js") {
    throw new Problem(context.error(
      "script-language",
      `the script ${step.name} is written in ${language}; Capstan runs JavaScript`,
      step,
      step.language === undefined ? undefined : "language",
      "rewrite the script in JavaScript: it reads context and assigns result",
    ));
  }
  if (
    settings.enabled === false ||
    (settings.allowedLanguages && !settings.allowedLanguages.includes("javascript"))
  ) {
    throw new Problem(context.error(
      "script-language",
      `the control settings do not allow the script ${step.name}`,
      step,
      undefined,
      "allow javascript in management.scripting, or remove the step",
    ));
  }
  const files = scriptFiles(spec, step);
  if (!files) {
    throw new Problem(
      context.error(
        "file-not-found",
        `the script ${step.name} names no file`,
        step,
        undefined,
        "add file: name.js",
      ),
    );
  }
  const read = (path: string, entry: string) => {
    try {
      return context.readText(path);
    } catch {
      throw new Problem(context.error(
        "file-not-found",
        `the script file ${path} cannot be read`,
        step,
        entry,
        "correct location and file; a relative location starts at the file that names it",
      ));
    }
  };
  const source = read(files.file, "file");
  const dependencies = files.dependencies.map((file) => ({ file, text: read(file, "dependencies") }));
  const values = Object.entries(step.with ?? {}).map(([key, value]) =>
    [key, caller.value(value, step.with!, key)] as const
  );
  const uses = new Set(caller.steps);
  const limits = {
    ...(settings.timeout === undefined ? {} : { timeoutMs: settings.timeout }),
    ...(settings.statementLimit === undefined ? {} : { statementLimit: settings.statementLimit }),
  };
  const script = import("./script.ts").then((m) =>
    m.compileScript({ name: step.name, source, dependencies, limits, file: files.file })
  );
  script.catch(() => {});
  return {
    name: step.name,
    uses,
    safe: true,
    run: async (scope, inner) => {
      const given: Record<string, unknown> = Object.create(null);
      Object.assign(given, scope.steps);
      for (const [key, get] of values) {
        const value = get(scope);
        if (value !== undefined) given[key] = value;
      }
      return await (await script)(given, inner);
    },
  };
}

type Place = (result: Record<string, unknown>, value: unknown) => void;

/** Puts a value at a dotted place. */
function placeAt(target: string): Place {
  const keys = target.split("."), last = keys.pop()!;
  return (result, value) => {
    let node = result;
    for (const key of keys) {
      const next = Object.hasOwn(node, key) ? node[key] : undefined;
      if (next !== null && typeof next === "object" && !Array.isArray(next)) {
        node = next as Record<string, unknown>;
      } else {
        const made: Record<string, unknown> = {};
        Object.defineProperty(node, key, {
          value: made,
          enumerable: true,
          configurable: true,
          writable: true,
        });
        node = made;
      }
    }
    Object.defineProperty(node, last, { value, enumerable: true, configurable: true, writable: true });
  };
}

function compileMapping(caller: Caller, mapping: StepMapping): { place: Place; get: Getter } {
  const { value } = mapping;
  const place = placeAt(mapping.target);
  if (typeof value !== "string" || value.includes("{{")) {
    return { place, get: caller.value(value, mapping, "value") };
  }
  if (value.startsWith("$") && !value.startsWith("$this.") && !value.startsWith("$env.")) {
    const path = compileJsonPath(value);
    return { place, get: (scope) => path.get(scope.steps) };
  }
  return { place, get: caller.value(value, mapping, "value") };
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
  for (const step of steps) {
    caller.usedSteps.clear();
    const type = step.type?.toLowerCase() ??
      (step.call === undefined ? step.file === undefined ? "lookup" : "script" : "call");
    if (type === "call") {
      const compiled = compileCallStep(caller, step, driftOf);
      methods.push(compiled.method);
      planned.push(compiled.step);
    } else if (type === "lookup") planned.push(compileLookupStep(caller, step));
    else if (type === "script") planned.push(compileScriptStep(caller, step));
    else {
      throw new Problem(caller.context.error(
        "unknown-step",
        `the step ${step.name} has the type ${step.type}, which Capstan does not know`,
        step,
        "type",
        "use call, lookup or script",
      ));
    }
    caller.steps.add(step.name);
  }
  const run = scheduleSteps(planned);
  const names = planned.map((step) => step.name).reverse();
  const newest = names[0]!;
  const placed = (mappings ?? []).map((mapping) => compileMapping(caller, mapping));
  const targets = new Set((mappings ?? []).map((mapping) => mapping.target.split(".")[0]!));
  const named = outputs?.filter((o) => o.name !== undefined) ?? [];
  const unnamed = named.length === 0 && outputs && outputs.length > 0 ? compileShape(outputs) : undefined;
  const fields = named.map((output) => compileField(caller, output, names, targets));

  return {
    methods,
    async run(args, context, drift) {
      driftOf.set(args, drift);
      const all = await run(args, context);
      const scope: Scope = { args, steps: all };
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

type FieldWriter = (
  result: Record<string, unknown>,
  scope: Scope,
  outputs: Record<string, unknown>,
  drift: string[],
) => void;

/** One declared output: mapped, else its own mapping on the newest step, else the value of its name in the newest step that has it. */
function compileField(
  caller: Caller,
  output: OutputParameter,
  names: readonly string[],
  targets: ReadonlySet<string>,
): FieldWriter {
  const name = output.name!;
  const { mapping: _, value: __, ...typed } = output;
  const shape = compileOutput(typed as OutputParameter);
  if (targets.has(name)) {
    return (result, scope, _outputs, drift) => {
      if (Object.hasOwn(result, name)) result[name] = shape(result[name], scope, drift);
    };
  }
  if (output.value !== undefined) {
    const get = caller.value(output.value, output, "value");
    return (result, scope, _outputs, drift) => {
      result[name] = shape(get(scope) ?? null, scope, drift);
    };
  }
  if (output.mapping !== undefined) {
    const path = compileJsonPath(output.mapping), head = /^\$\.([^.[]+)/.exec(output.mapping)?.[1];
    const overSteps = head !== undefined && names.includes(head);
    return (result, scope, outputs, drift) => {
      const node = overSteps ? outputs : outputs[names[0]!];
      result[name] = shape(path.get(node) ?? null, scope, drift);
    };
  }
  return (result, scope, outputs, drift) => {
    for (const step of names) {
      if (step === name) {
        result[name] = shape(outputs[step], scope, drift);
        return;
      }
      const value = outputs[step];
      if (
        value !== null && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, name)
      ) {
        result[name] = shape((value as Record<string, unknown>)[name], scope, drift);
        return;
      }
    }
    result[name] = null;
  };
}
