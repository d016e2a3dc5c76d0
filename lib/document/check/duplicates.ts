/**
 * Duplicates: entries of one name are reported, never lost silently.
 *
 * @module
 */
import { standsIn } from "../diagnostics/location.ts";
import type {
  CapabilityDocument,
  ExposesRest,
  InputParameter,
  McpResource,
  OutputParameter,
  Runnable,
  StepMapping,
} from "../../../schemas/mod.ts";
import type { Report } from "../diagnostics/report.ts";

interface Named {
  readonly name?: string | undefined;
}

/** Tells of a second entry of one name; `nameOf` says what has to be its own. */
function check<T extends Named>(
  report: Report,
  what: string,
  list: readonly T[] | undefined,
  nameOf: (item: T) => string | undefined = (item) => item.name,
  more = "",
  entry = "name",
): void {
  if (!list || list.length < 2) return;
  const seen = new Map<string, number>();
  for (const item of list) {
    const name = nameOf(item);
    if (name === undefined || item.name === "") continue;
    const line = seen.get(name);
    if (line === undefined) seen.set(name, report.locate(item).line);
    else {
      report.add(
        "warning",
        "duplicate-name",
        `the ${what} ${
          entry === "name" ? item.name ?? name : (item as Partial<McpResource>).uri
        } is here a second time${more}; the first is in line ${line}`,
        report.locate(item, entry),
        `give each a ${entry} of its own`,
      );
    }
  }
}

/** Inputs of one name are two where they travel at different places. */
function checkInputs(report: Report, list: readonly InputParameter[] | undefined): void {
  check(report, "input", list, (input) => `${input.in ?? ""} ${input.name}`, " and replaces the first");
}

function checkRunnable(report: Report, node: Runnable): void {
  checkInputs(report, node.inputParameters);
  check(report, "step", node.steps, undefined, ", and its output hides the first");
  checkOutputs(report, node.outputParameters);
  check(
    report,
    "mapping",
    node.mappings?.map((mapping) => withName(report, mapping)),
    undefined,
    " and replaces the first",
  );
}

/** Outputs of one name are fields of one object; those without a name are tried in order. */
function checkOutputs(report: Report, outputs: readonly OutputParameter[] | undefined): void {
  check(report, "output", outputs, undefined, " and replaces the first");
  for (const output of outputs ?? []) {
    checkOutputs(report, output.properties);
    if (output.items) checkOutputs(report, [output.items]);
  }
}

/** A mapping by its target, at its own place. */
function withName(report: Report, mapping: StepMapping): Named & object {
  const named = { name: mapping.target },
    origin = report.origins.get(mapping),
    at = origin?.entries?.get("target");
  if (origin) report.origins.set(named, at ? standsIn(origin, "name", at) : origin);
  return named;
}

/** Two placeholders at one place of a uri are one, whatever their names. */
function uriOf({ uri }: McpResource): string | undefined {
  return uri?.replace(/(?<!\{)\{+[^{}]*\}+/g, "{}");
}

function checkRest(report: Report, exposes: ExposesRest): void {
  checkInputs(report, exposes.inputParameters);
  const routes = new Map<string, number>();
  for (const resource of exposes.resources ?? []) {
    checkInputs(report, resource.inputParameters);
    for (const operation of resource.operations ?? []) {
      checkRunnable(report, operation);
      const path = (resource.path ?? "/").replace(/(?<!\{)\{+[^{}]*\}+/g, "{}");
      const route = `${(operation.method ?? "GET").toUpperCase()} ${path}`, line = routes.get(route);
      if (line === undefined) routes.set(route, report.locate(operation).line);
      else {
        report.add(
          "warning",
          "duplicate-name",
          `${
            route.replace(path, resource.path ?? "/")
          } is here a second time; the one of line ${line} answers`,
          report.locate(operation),
          "give each operation a method and path of its own",
        );
      }
    }
  }
}

/** A variable that two binds take from different places: the last counts where no namespace is written. */
function checkBinds(report: Report, binds: CapabilityDocument["binds"]): void {
  const files = new Map<string, Map<string, { from: string; line: number; namespace: string | undefined }>>();
  const spaces = new Set<string>();
  for (const bind of binds ?? []) {
    // Each file has variables of its own.
    const { file } = report.locate(bind), seen = files.get(file) ?? new Map();
    files.set(file, seen);
    if (Object.keys(bind.keys ?? {}).length === 0) {
      report.add(
        "warning",
        "empty-value",
        `the bind${
          bind.namespace === undefined ? "" : ` ${bind.namespace}`
        } has no keys, so it gives no variable`,
        report.locate(bind),
        "add keys: with each variable and its name at the source",
      );
    }
    const own = `${file} ${bind.namespace}`;
    if (bind.namespace !== undefined && spaces.has(own)) {
      report.add(
        "warning",
        "namespace-collision",
        `there are two binds with the namespace ${bind.namespace}; their keys are searched together`,
        report.locate(bind, "namespace"),
        "give each a namespace of its own",
      );
    }
    spaces.add(own);
    for (const [key, source] of Object.entries(bind.keys ?? {})) {
      const from = `${bind.location ?? ""} ${source}`,
        other = seen.get(key),
        at = report.locate(bind.keys, key, "key");
      if (other && other.from !== from) {
        report.add(
          "warning",
          "duplicate-name",
          `the variable ${key} is declared a second time, from another source; this one counts, and the one of line ${other.line} only by its namespace`,
          at,
          other.namespace === undefined
            ? "give each a name of its own"
            : `write {{${other.namespace}.${key}}} for that one`,
        );
      }
      seen.set(key, { from, line: at.line, namespace: bind.namespace });
    }
  }
}

/**
 * Tells of entries that share a name.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkNames(document: CapabilityDocument, report: Report): void {
  checkBinds(report, document.binds);
  const namespaces = new Map<string, object>();
  for (const consumes of document.consumes ?? []) {
    const other = namespaces.get(consumes.namespace);
    if (other) {
      report.once(
        consumes.namespace,
        "warning",
        "namespace-collision",
        `the namespace ${consumes.namespace} is consumed again; its operations are searched together`,
        report.locate(consumes, "namespace"),
        "give each a namespace of its own, or import it with as:",
      );
    } else namespaces.set(consumes.namespace, consumes);
    const names = new Map<string, number>();
    checkInputs(report, consumes.inputParameters);
    for (const resource of consumes.resources ?? []) {
      checkInputs(report, resource.inputParameters);
      for (const operation of resource.operations ?? []) {
        checkInputs(report, operation.inputParameters);
        names.set(operation.name, (names.get(operation.name) ?? 0) + 1);
        if (names.get(operation.name) !== 2) continue;
        report.add(
          "warning",
          "duplicate-operation",
          `${consumes.namespace} has several operations called ${operation.name}`,
          report.locate(operation, "name"),
          "give each operation a name of its own",
        );
      }
    }
  }
  const aggregates = new Set<string>();
  for (const aggregate of document.aggregates ?? []) {
    check(report, "flow", aggregate.flows);
    for (const flow of aggregate.flows ?? []) checkRunnable(report, flow);
    if (aggregate.namespace === undefined) continue;
    if (aggregates.has(aggregate.namespace)) {
      report.add(
        "warning",
        "namespace-collision",
        `there are two aggregates with the namespace ${aggregate.namespace}; their flows are searched together`,
        report.locate(aggregate, "namespace"),
        "give each a namespace of its own, or import it with as:",
      );
    }
    aggregates.add(aggregate.namespace);
  }
  for (const exposes of document.exposes ?? []) {
    if (exposes.type === "mcp") {
      check(report, "tool", exposes.tools);
      check(report, "resource", exposes.resources);
      check(
        report,
        "uri",
        exposes.resources?.filter(({ uri }) => uri !== undefined && uri !== ""),
        uriOf,
        ", and the first one answers",
        "uri",
      );
      check(report, "prompt", exposes.prompts);
      for (const prompt of exposes.prompts ?? []) check(report, "argument", prompt.arguments);
      for (const tool of exposes.tools ?? []) {
        checkRunnable(report, tool);
        if (tool.name.trim() !== "") continue;
        const at = report.locate(tool, "name");
        report.add(
          "error",
          "missing-name",
          "a tool has an empty name, so no client can call it",
          at,
          "give it a name",
        );
      }
      for (const resource of exposes.resources ?? []) checkRunnable(report, resource);
    } else if (exposes.type === "rest") checkRest(report, exposes);
    else if (exposes.type === "skill") {
      check(report, "skill", exposes.skills);
      for (const skill of exposes.skills ?? []) check(report, "tool of a skill", skill.tools);
    }
  }
}
