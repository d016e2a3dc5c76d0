/**
 * Tells what a call looked for in a successful answer and did not find (semantics §6).
 *
 * @module
 */
import type { Misses } from "../../expression/misses.ts";
import type { Call, CallEvent } from "../../telemetry/call.ts";
import { driftMessage } from "../../telemetry/drift.ts";
import type { PlanContext } from "../context.ts";

/** `file:line:column` of a text of the document. */
function sourceOf(context: PlanContext, node: object, entry?: string): string {
  const { file, line, column } = context.locate(node, entry, "key");
  return `${file}:${line}:${column}`;
}

function tell(context: PlanContext, flow: string, path: string, event: CallEvent, call: Call): void {
  context.drift.recordMissing(flow, path, event);
  call.tell?.(event);
}

/**
 * Tells of misses: to whoever listens to the call, and to the log of the capability.
 *
 * @param context The compilation.
 * @param flow The flow that ran.
 * @param misses What it did not find.
 * @param call The call.
 */
export function tellMisses(context: PlanContext, flow: string, misses: Misses, call: Call): void {
  for (const { look: { path, node, entry }, message } of misses.tell()) {
    const source = sourceOf(context, node, entry);
    tell(
      context,
      flow,
      path,
      { code: "not_found_in_answer", place: `${flow}: ${path}`, message, source },
      call,
    );
  }
}

/** Tells of the outputs that were cut. */
export function tellCuts(flow: string, cuts: ReadonlyMap<string, number>, call: Call): void {
  for (const [output, length] of cuts) {
    const message = `${output} was longer than its maxLength and was cut to ${length} characters`;
    call.tell?.({ code: "cut", place: `${flow}: ${output}`, message });
  }
}

/** The event of an output that did not hold what it declares. */
export function driftOf(flow: string, output: string): CallEvent {
  return { code: "drift", place: `${flow}: ${output}`, message: driftMessage(output) };
}

/** Tells that an API answered nothing where outputs are declared: an object of nulls looks like data. */
export function tellNothing(
  context: PlanContext,
  flow: { readonly name: string; readonly node: object },
  call: Call,
): void {
  const event: CallEvent = {
    code: "not_found_in_answer",
    place: flow.name,
    message: "the answer is null or empty, so every declared output is null",
    source: sourceOf(context, flow.node),
  };
  tell(context, flow.name, "$", event, call);
}
