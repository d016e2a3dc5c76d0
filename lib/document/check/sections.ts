/**
 * Namespaces that two sections share, and sections of which one counts.
 *
 * @module
 */
import type { Aggregate, CapabilityDocument, Exposes } from "../../../schemas/mod.ts";
import type { Report } from "../diagnostics/report.ts";

function checkAggregate(aggregate: Aggregate, namespaces: ReadonlySet<string>, report: Report): void {
  const { namespace } = aggregate;
  if (namespace === undefined || !namespaces.has(namespace)) return;
  report.add(
    "warning",
    "namespace-collision",
    `an aggregate and a consumed API have the namespace ${namespace}: a call means the operation, a ref the flow`,
    report.locate(aggregate, "namespace"),
    "give each a namespace of its own",
  );
}

/** Warns of the second of two surfaces that share a namespace: the names of what they offer are ambiguous. */
function checkNamespaces(surfaces: readonly Exposes[], report: Report): void {
  const seen = new Set<string>();
  for (const surface of surfaces) {
    if (surface.namespace === undefined) continue;
    if (seen.has(surface.namespace)) {
      report.add(
        "warning",
        "namespace-collision",
        `two surfaces have the namespace ${surface.namespace}; where a name is looked for, the first one answers`,
        report.locate(surface, "namespace"),
        "give each a namespace of its own",
      );
    }
    seen.add(surface.namespace);
  }
}

/** Warns of a control section beside the first: what applies to the whole capability is read from the first. */
function checkControls(surfaces: readonly Exposes[], report: Report): void {
  for (const control of surfaces.filter(({ type }) => type === "control").slice(1)) {
    report.add(
      "warning",
      "contradiction",
      "this is a second control section: it has a port of its own, but observability, logs and scripting are read from the first",
      report.locate(control),
      "keep one control section",
    );
  }
}

/**
 * Reports namespaces that two sections share.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkSections(document: CapabilityDocument, report: Report): void {
  const { consumes = [], aggregates = [], exposes = [] } = document;
  const namespaces = new Set(consumes.map(({ namespace }) => namespace));
  for (const aggregate of aggregates) checkAggregate(aggregate, namespaces, report);
  checkNamespaces(exposes, report);
  checkControls(exposes, report);
}
