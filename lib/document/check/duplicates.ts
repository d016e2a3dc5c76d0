/**
 * Duplicates: entries of one name are reported, never lost silently.
 *
 * @module
 */
import { standsIn } from "../diagnostics/location.ts";
import type {
  CapabilityDocument,
  ExposesMcp,
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

/** Each entry whose key an entry before it has, with the first that has it; entries without a key have none to share. */
function* repeated<T extends object>(
  list: readonly T[] | undefined,
  keyOf: (item: T) => string | undefined,
): Generator<{ readonly item: T; readonly first: T; readonly key: string }> {
  const firsts = new Map<string, T>();
  for (const item of list ?? []) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, item);
    else yield { item, first, key };
  }
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
  for (const { item, first, key } of repeated(list, (item) => item.name === "" ? undefined : nameOf(item))) {
    const shown = entry === "name" ? item.name ?? key : (item as Partial<McpResource>).uri;
    report.add(
      "warning",
      "duplicate-name",
      `the ${what} ${shown} is here a second time${more}; the first is in line ${report.locate(first).line}`,
      report.locate(item, entry),
      `give each a ${entry} of its own`,
    );
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

/** A path or uri of which only the places of its placeholders count: two at one place are one, whatever their names. */
function withoutNames(path: string): string {
  return path.replace(/(?<!\{)\{+[^{}]*\}+/g, "{}");
}

function uriOf({ uri }: McpResource): string | undefined {
  return uri === undefined || uri === "" ? undefined : withoutNames(uri);
}

function checkRest(report: Report, exposes: ExposesRest): void {
  checkInputs(report, exposes.inputParameters);
  const routes = (exposes.resources ?? []).flatMap(({ path = "/", operations = [] }) =>
    operations.map((operation) => ({ path, operation, method: (operation.method ?? "GET").toUpperCase() }))
  );
  for (const resource of exposes.resources ?? []) {
    checkInputs(report, resource.inputParameters);
    for (const operation of resource.operations ?? []) checkRunnable(report, operation);
  }
  for (const { item, first } of repeated(routes, ({ method, path }) => `${method} ${withoutNames(path)}`)) {
    report.add(
      "warning",
      "duplicate-name",
      `${item.method} ${item.path} is here a second time; the one of line ${
        report.locate(first.operation).line
      } answers`,
      report.locate(item.operation),
      "give each operation a method and path of its own",
    );
  }
}

/** Tells once of a namespace that several entries have: what they hold is searched together. */
function checkNamespaces<T extends { readonly namespace?: string | undefined }>(
  report: Report,
  list: readonly T[] | undefined,
  entries: string,
  parts: string,
  fix = "give each a namespace of its own, or import it with as:",
): void {
  const named = new Set<unknown>();
  for (const { item, key } of repeated(list, ({ namespace }) => namespace)) {
    if (named.has(key)) continue;
    named.add(key);
    report.add(
      "warning",
      "namespace-collision",
      `there are several ${entries} with the namespace ${key}; their ${parts} are searched together`,
      report.locate(item, "namespace"),
      fix,
    );
  }
}

/** A variable that two binds take from different places: the last counts where no namespace is written. */
function checkBinds(report: Report, binds: CapabilityDocument["binds"]): void {
  const files = new Map<string, Map<string, { from: string; line: number; namespace: string | undefined }>>();
  // Each file has namespaces of its own.
  for (const file of new Set(binds?.map((bind) => report.locate(bind).file))) {
    const list = binds?.filter((bind) => report.locate(bind).file === file);
    checkNamespaces(report, list, "binds", "keys", "give each a namespace of its own");
  }
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

function checkConsumes(report: Report, list: CapabilityDocument["consumes"]): void {
  checkNamespaces(report, list, "consumes entries", "operations");
  for (const { namespace, inputParameters, resources = [] } of list ?? []) {
    checkInputs(report, inputParameters);
    for (const resource of resources) {
      checkInputs(report, resource.inputParameters);
      for (const operation of resource.operations ?? []) checkInputs(report, operation.inputParameters);
    }
    for (
      const { item } of repeated(resources.flatMap(({ operations = [] }) => operations), ({ name }) => name)
    ) {
      report.once(
        `${namespace} ${item.name}`,
        "warning",
        "duplicate-operation",
        `${namespace} has several operations called ${item.name}`,
        report.locate(item, "name"),
        "give each operation a name of its own",
      );
    }
  }
}

function checkMcp(report: Report, exposes: ExposesMcp): void {
  check(report, "tool", exposes.tools);
  check(report, "resource", exposes.resources);
  check(report, "uri", exposes.resources, uriOf, ", and the first one answers", "uri");
  check(report, "prompt", exposes.prompts);
  for (const prompt of exposes.prompts ?? []) check(report, "argument", prompt.arguments);
  for (const tool of exposes.tools ?? []) {
    checkRunnable(report, tool);
    if (tool.name.trim() !== "") continue;
    report.add(
      "error",
      "missing-name",
      "a tool has an empty name, so no client can call it",
      report.locate(tool, "name"),
      "give it a name",
    );
  }
  for (const resource of exposes.resources ?? []) checkRunnable(report, resource);
}

/**
 * Tells of entries that share a name.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkNames(document: CapabilityDocument, report: Report): void {
  checkBinds(report, document.binds);
  checkConsumes(report, document.consumes);
  checkNamespaces(report, document.aggregates, "aggregates", "flows");
  for (const { flows = [] } of document.aggregates ?? []) {
    check(report, "flow", flows);
    for (const flow of flows) checkRunnable(report, flow);
  }
  for (const exposes of document.exposes ?? []) {
    if (exposes.type === "mcp") checkMcp(report, exposes);
    else if (exposes.type === "rest") checkRest(report, exposes);
    else if (exposes.type === "skill") {
      check(report, "skill", exposes.skills);
      for (const skill of exposes.skills ?? []) check(report, "tool of a skill", skill.tools);
    }
  }
}
