/**
 * What a document says that cannot be meant, though each value of it is of the right type.
 *
 * @module
 */
import type { CapabilityDocument, Runnable } from "../../../schemas/mod.ts";
import type { Report } from "../diagnostics/report.ts";
import { checkNames } from "./duplicates.ts";
import { checkConstraints } from "./constraints.ts";
import { checkMcpHeaders } from "./mcp_headers.ts";
import { checkControl } from "./control.ts";
import { checkFragments } from "./fragments.ts";
import { checkRequests } from "./requests.ts";
import { checkOutputs, checkSteps } from "./runnable.ts";
import { checkSections } from "./sections.ts";
import { checkUnseen } from "./unseen.ts";
import { checkValues } from "./values.ts";
import { checkWords } from "./words.ts";

/** Everything of a document that runs: tools, resources, REST operations, flows. */
function* runnables(document: CapabilityDocument): Generator<Runnable> {
  for (const aggregate of document.aggregates ?? []) yield* aggregate.flows ?? [];
  for (const exposes of document.exposes ?? []) {
    if (exposes.type === "mcp") {
      yield* exposes.tools ?? [];
      yield* exposes.resources ?? [];
    } else if (exposes.type === "rest") {
      for (const resource of exposes.resources ?? []) yield* resource.operations ?? [];
    }
  }
}

/**
 * Checks a document as a whole.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkDocument(document: CapabilityDocument, report: Report): void {
  checkNames(document, report);
  checkValues(document, report);
  checkWords(document, report);
  checkFragments(document, report);
  checkRequests(document, report);
  checkSections(document, report);
  checkUnseen(document, report);
  for (const node of runnables(document)) {
    checkSteps(node.steps, report);
    checkOutputs(node.outputParameters, report, node.steps === undefined);
    checkConstraints(node.inputParameters, report);
    checkMcpHeaders(node.inputParameters, report);
  }
  for (const consumes of document.consumes ?? []) {
    checkConstraints(consumes.inputParameters, report);
    for (const resource of consumes.resources ?? []) {
      checkConstraints(resource.inputParameters, report);
      for (const operation of resource.operations ?? []) {
        checkConstraints(operation.inputParameters, report);
        checkOutputs(operation.outputParameters, report, false);
      }
    }
  }
  for (const exposes of document.exposes ?? []) {
    if (exposes.type === "control") checkControl(exposes, report);
    if (exposes.type !== "rest") continue;
    checkConstraints(exposes.inputParameters, report);
    for (const resource of exposes.resources ?? []) checkConstraints(resource.inputParameters, report);
  }
}
