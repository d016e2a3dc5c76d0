/**
 * Tells what a call looked for in a successful answer and did not find (semantics §6).
 *
 * @module
 */
import type { Misses, OutputNote } from "../../expression/misses.ts";
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

/** Tells what was noted of outputs. */
export function tellNotes(flow: string, notes: Iterable<OutputNote>, call: Call): void {
  for (const { output, code, message } of notes) call.tell?.({ code, place: `${flow}: ${output}`, message });
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

/** The event of an answer of bytes where outputs are declared. */
export function bytesInsteadOf(flow: string): CallEvent {
  const message =
    "the answer is bytes, so none of the declared outputs is in it: set outputRawFormat to the format it has";
  return { code: "odd_answer", place: flow, message };
}
