/**
 * The script step: its file, its limits, and what it is given (semantics §7).
 *
 * @module
 */
import type { Step } from "../../../schemas/mod.ts";
import type { NamedFile } from "../../document/files/files.ts";
import { scriptFiles } from "../files.ts";
import type { NameScope } from "../inputs/name_scope.ts";
import { Problem } from "../problem.ts";
import type { PlannedStep } from "./schedule.ts";
import { scriptingOf } from "./script_settings.ts";

/** The language a script's file name tells, where the step does not say. */
function languageOf(file: string | undefined): string {
  const suffix = /\.(py|groovy)$/i.exec(file ?? "")?.[1]?.toLowerCase();
  return suffix === "py" ? "python" : suffix ?? "javascript";
}

/**
 * Compiles a script step.
 *
 * @param nameScope The flow it belongs to.
 * @param step The step.
 * @throws {Problem} For a language that is not run, or a file that cannot be read.
 */
export function compileScriptStep(nameScope: NameScope, step: Step): PlannedStep {
  const { context } = nameScope,
    { spec } = context,
    scripting = scriptingOf(context),
    { settings } = scripting;
  const language = (step.language ?? settings.defaultLanguage ?? languageOf(step.file)).toLowerCase();
  if (language !== "javascript" && language !== "js") {
    throw new Problem(context.error(
      "script-language",
      `the script ${step.name} is written in ${language}; Capstan runs JavaScript`,
      step,
      step.language === undefined ? undefined : "language",
      "rewrite the script in JavaScript: it reads context and assigns result",
    ));
  }
  if (!scripting.allowed) {
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
  if (files.outside !== undefined) {
    throw new Problem(context.error(
      "file-not-found",
      `the script file ${files.outside} is outside the location of the scripts, and is not read`,
      step,
      files.outside === step.file ? "file" : "dependencies",
      "put the file below the location, or name a location that holds it",
    ));
  }
  const read = (file: NamedFile, entry: string) => context.readFile(file, "the script file", step, entry);
  const source = read(files.file, "file");
  const dependencies = files.dependencies.map((file) => ({
    file: file.path,
    text: read(file, "dependencies"),
  }));
  const values = Object.entries(step.with ?? {}).map(([key, value]) =>
    [key, nameScope.value(value, step.with!, key)] as const
  );
  const uses = new Set(nameScope.steps);
  const onLog = (lines: readonly string[]) => context.scripts.write(step.name, lines);
  const compile = () => {
    const made = import("../../isolate/script.ts").then((m) =>
      m.compileScript(
        { name: step.name, source, dependencies, limits: scripting.limits, file: files.file.path, onLog },
        context.isolate,
      )
    );
    made.catch(() => {});
    return { version: scripting.version, made };
  };
  let script = compile();
  return {
    name: step.name,
    kind: "script",
    uses,
    safe: true,
    run: async (scope, inner) => {
      const given: Record<string, unknown> = Object.create(null);
      Object.assign(given, scope.steps);
      for (const [key, get] of values) {
        const value = get(scope);
        if (value !== undefined) given[key] = value;
      }
      // What the control port has changed holds from the next run on.
      if (script.version !== scripting.version) script = compile();
      return await scripting.run(step.name, async () => await (await script.made)(given, inner));
    },
  };
}
