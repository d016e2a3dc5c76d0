/**
 * What a flow does to the world, from its methods and from what its author says.
 *
 * @module
 */
import type { Semantics } from "../../../schemas/mod.ts";
import type { FlowSemantics } from "../flow.ts";

/** Whether a method only reads (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

/**
 * The semantics of a flow. The author's word wins; else the weakest of its calls decides.
 *
 * @param methods The methods of every call the flow makes.
 * @param declared What the author says.
 */
export function semanticsOf(methods: readonly string[], declared: Semantics | undefined): FlowSemantics {
  const safe = declared?.safe ?? methods.every(isSafe);
  return {
    safe,
    idempotent: declared?.idempotent ??
      (safe || methods.every((m) => isSafe(m) || m === "PUT" || m === "DELETE")),
    ...(declared?.cacheable === undefined ? {} : { cacheable: declared.cacheable }),
    ...(methods.length === 0 ? { closedWorld: true } : {}),
  };
}
