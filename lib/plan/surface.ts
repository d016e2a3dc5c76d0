/**
 * One surface, compiled: everything its section declares becomes a callable.
 *
 * @module
 */
import { ownValue } from "../data/own.ts";
import type { Exposes, Runnable } from "../../schemas/mod.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Callable, DeclaredCallable, DisabledReason, PathPlace, Section } from "./callable.ts";
import type { RunnableNode, Surface } from "./capability.ts";
import { compileIncoming } from "./compile_incoming.ts";
import { warnOfCredentialInputs } from "./credential_places.ts";
import type { PlanContext } from "./context.ts";
import type { Flow } from "./flow.ts";
import { compileForward } from "./forward.ts";
import { type FollowedSurface, resolveRef } from "./flows/follow.ts";
import { compileRunnable, type RunnableSource } from "./flows/runnable.ts";
import { resolvePath } from "./paths.ts";
import { pathPieces } from "../expression/words.ts";
import { Problem } from "./problem.ts";
import type { SetAside } from "./set_aside.ts";

/** Which `call` of a surface a node is: the n-th of n same-named operations is the n-th definition. */
function chooser(
  context: PlanContext,
  nodes: readonly Runnable[],
): (node: Runnable) => RunnableSource["choose"] {
  const counts = new Map<string, number>(), places = new Map<Runnable, number>();
  // Counted when several operations are first called by one name. A node that cannot run has a number, too.
  const count = () => {
    for (const node of nodes) {
      if (node.call === undefined) continue;
      const nth = counts.get(node.call) ?? 0;
      places.set(node, nth);
      counts.set(node.call, nth + 1);
    }
  };
  return (node) => (entries) => {
    if (entries.length === 1) return entries[0]!;
    if (places.size === 0) count();
    const { call } = node;
    if (call !== undefined && entries.length === counts.get(call)) return entries[places.get(node)!]!;
    const { api, operation } = entries[0]!;
    context.warn(
      "duplicate-operation",
      `${entries.length} operations are called ${
        call ?? `${api.consumes.namespace}.${operation.name}`
      }; the first is meant`,
      node,
      call === undefined ? "ref" : "call",
      "give each operation a name of its own",
    );
    return entries[0]!;
  };
}

function reasonOf(
  context: PlanContext,
  { code, message, node, entry, fix, severity = "error" }: DisabledReason,
): Diagnostic {
  return { ...context.error(code, message, node, entry, fix), severity };
}

/** Why what a node publishes may not be read. */
function outside({ spec }: PlanContext, { node, location }: DeclaredCallable): DisabledReason | undefined {
  if (location === undefined) return undefined;
  const folder = ownValue(spec.unserved, resolvePath(spec, node, location));
  return folder === undefined ? undefined : {
    code: "file-refused",
    message: `${location} is outside the folder of the document that names it`,
    node,
    fix: `move it into that folder, or allow it with --allow-read ${folder}`,
  };
}

/** Compiles what one node runs. */
function compileNode(
  context: PlanContext,
  model: Exposes,
  { name, runs, refusal }: DeclaredCallable & { readonly runs: NonNullable<DeclaredCallable["runs"]> },
  choose: RunnableSource["choose"],
): Flow {
  if (refusal && refusal.severity !== "warning") throw new Problem(reasonOf(context, refusal));
  const { node, inputs, mediaType, path } = runs;
  const source = resolveRef(context, node, { name, surface: model as FollowedSurface, inputs, choose });
  const flow = compileRunnable(context, { ...source, mediaType: mediaType ?? source.mediaType, path });
  if (path?.only) refuseUnreachable(context, name, flow, path);
  return flow;
}

/**
 * Refuses what needs a value that its uri has no place for: no client could ever read it.
 *
 * @throws {Problem} `input-without-place`.
 */
function refuseUnreachable(
  context: PlanContext,
  name: string,
  flow: Flow,
  { node, entry }: PathPlace,
): void {
  const text = String((node as Readonly<Record<string, unknown>>)[entry] ?? "");
  const given = new Set(pathPieces(text).flatMap((piece) => typeof piece === "string" ? [] : [piece.word]));
  const lost = flow.inputs.list.filter((input) => input.required && !given.has(input.name)).map((i) =>
    i.name
  );
  if (lost.length === 0) return;
  throw new Problem(context.error(
    "input-without-place",
    `${name} needs ${lost.join(" and ")}, and its ${entry} has no place for ${
      lost.length === 1 ? "it" : "them"
    }`,
    node,
    entry,
    `write {${lost[0]}} into the ${entry}, or give ${lost.length === 1 ? "it" : "them"} in with`,
  ));
}

/**
 * Compiles a surface. What cannot run is set aside, and stays in the table with the reason.
 *
 * @param context The compilation.
 * @param model The section of the document.
 * @param section What such a section declares; undefined for a type that nobody knows.
 * @param aside Takes what cannot run.
 */
export function compileSurface(
  context: PlanContext,
  model: Exposes,
  section: Section | undefined,
  aside: SetAside,
): Surface {
  // Where reading has left something out, that is why nothing is offered.
  const isBroken = context.spec.diagnostics.some(({ severity }) => severity === "error");
  for (const warning of section?.warnings?.(model) ?? []) {
    if (isBroken && warning.code === "nothing-to-serve") continue;
    context.diagnostics.push(reasonOf(context, { severity: "warning", ...warning }));
  }
  const declared = section?.callables(model, context.spec.document.exposes ?? []) ?? [],
    byKind = new Map<string, Runnable[]>();
  for (const { kind, runs } of declared) {
    if (!runs) continue;
    const nodes = byKind.get(kind);
    if (nodes) nodes.push(runs.node);
    else byKind.set(kind, [runs.node]);
  }
  const choosers = new Map([...byKind].map(([kind, nodes]) => [kind, chooser(context, nodes)]));
  const callables = declared.map((one): Callable => {
    const { kind, name, aliases, label, node, runs } = one, { namespace } = model;
    const refusal = one.refusal ?? outside(context, one);
    const base = { kind, name, aliases, label, namespace, node };
    for (const warning of one.warnings ?? []) {
      context.diagnostics.push(reasonOf(context, { severity: "warning", ...warning }));
    }
    if (runs) {
      const choose = choosers.get(kind)!(runs.node);
      const tried = aside.attempt(
        label,
        () => context.problems.collect(() => compileNode(context, model, { ...one, runs }, choose)),
      );
      if ("why" in tried) return { ...base, flow: undefined, disabled: tried.why };
      if (!refusal) return { ...base, flow: tried.made, disabled: undefined };
    }
    const { forwards } = one;
    if (forwards && !refusal) {
      const tried = aside.attempt(
        label,
        () => context.problems.collect(() => compileForward(context, model, { ...forwards, label })),
      );
      return "why" in tried
        ? { ...base, flow: undefined, disabled: tried.why }
        : { ...base, flow: undefined, forwarding: tried.made, disabled: undefined };
    }
    const disabled = refusal && aside.add(label, reasonOf(context, refusal));
    return { ...base, flow: undefined, disabled };
  });
  const flows = new Map(
    callables.flatMap(({ node, flow }) => flow ? [[node as RunnableNode, flow] as const] : []),
  );
  return { model, callables, flows, incoming: incomingOf(context, model) };
}

/** What a surface asks of its callers. A variable that only this needs is missed by whoever listens, not before. */
function incomingOf(context: PlanContext, model: Exposes): Surface["incoming"] {
  warnOfCredentialInputs(context, model);
  try {
    const incoming = compileIncoming(context, model);
    return incoming && (() => incoming);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.diagnostic.code !== "missing-variable") context.diagnostics.push(error.diagnostic);
    return () => {
      throw error;
    };
  }
}
