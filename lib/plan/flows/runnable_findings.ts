/**
 * What a runnable node says in vain: values that nothing takes, promises that its methods break.
 *
 * @module
 */
import type { McpTool, Semantics } from "../../../schemas/mod.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { PlanContext } from "../context.ts";
import type { NameScope } from "../inputs/name_scope.ts";

type Values = Readonly<Record<string, unknown>> | undefined;

/** What is looked at of a runnable node. */
interface Runnable {
  readonly name: string;
  readonly node: object;
  readonly given?: readonly Values[] | undefined;
  readonly with?: Values;
  readonly call?: string | undefined;
  readonly steps?: readonly unknown[] | undefined;
  readonly semantics?: Semantics | undefined;
}

/** Warns of values for arguments of a flow that it does not have. */
export function warnOfUnusedValues(nameScope: NameScope, source: Runnable): void {
  const { context, usedGiven } = nameScope;
  const ofSteps = source.call === undefined && source.steps?.length ? source.with : undefined;
  for (const values of [...source.given ?? [], ofSteps]) {
    for (const key of Object.keys(values ?? {})) {
      if (usedGiven.has(key)) continue;
      const near = nearest(key, nameScope.neededInputs.keys());
      context.warn(
        "unknown-with-key",
        `with gives ${key}, which ${source.call ?? "no step"} ${source.call ? "does not take" : "uses"}`,
        values!,
        key,
        near === undefined ? "remove it, or use it in the flow" : `did you mean ${near}?`,
      );
    }
  }
}

/** Methods that change or remove what is there, whatever an API does with them. */
const CHANGES: ReadonlySet<string> = new Set(["PUT", "PATCH", "DELETE"]);

/** Warns where a node says that it only reads, and calls what does not. */
export function warnOfContradiction(
  context: PlanContext,
  methods: readonly string[],
  source: Runnable,
): void {
  const method = methods.find((each) => CHANGES.has(each));
  if (method === undefined) return;
  const { hints } = source.node as McpTool, { semantics } = source;
  for (const [node, key] of [[hints, "readOnly"], [semantics, "safe"]] as const) {
    if (
      (node as Readonly<Record<string, unknown>> | undefined)?.[key] !== true || !context.isFirst(node!, key)
    ) continue;
    context.warn(
      "contradiction",
      `${key} is true, and ${source.name} calls ${method}: clients call it without asking`,
      node!,
      key,
      `write ${key}: false, unless the ${method} changes nothing`,
    );
  }
}
