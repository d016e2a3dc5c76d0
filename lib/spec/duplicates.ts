/**
 * Duplicates: entries of one name are told, never lost silently.
 *
 * @module
 */
import type { CapabilityDocument } from "../../schemas/mod.ts";
import type { Report } from "./report.ts";

function check(
  report: Report,
  what: string,
  list: readonly { readonly name?: string | undefined }[] | undefined,
  severity: "warning" | "error" = "warning",
): void {
  if (!list || list.length < 2) return;
  const seen = new Map<string, number>();
  for (const item of list) {
    if (item.name === undefined) continue;
    const line = seen.get(item.name);
    if (line === undefined) seen.set(item.name, report.locate(item).line);
    else {
      report.add(
        severity,
        "duplicate-name",
        `the ${what} ${item.name} is here a second time; the first is in line ${line}`,
        report.locate(item, "name"),
        "give each a name of its own",
      );
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
  const namespaces = new Map<string, object>();
  for (const consumes of document.consumes ?? []) {
    const other = namespaces.get(consumes.namespace);
    if (other) {
      report.add(
        "warning",
        "namespace-collision",
        `the namespace ${consumes.namespace} is consumed twice; its operations are searched together`,
        report.locate(consumes, "namespace"),
        "give each a namespace of its own, or import it with as:",
      );
    } else namespaces.set(consumes.namespace, consumes);
    const names = new Map<string, number>();
    for (const resource of consumes.resources ?? []) {
      for (const operation of resource.operations ?? []) {
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
      check(report, "prompt", exposes.prompts);
    }
  }
}
