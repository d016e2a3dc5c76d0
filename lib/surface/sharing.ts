/**
 * Serving on several cores: which surfaces several workers can serve at once, and which keep to one.
 *
 * A surface keeps to one worker where its answers depend on what earlier requests left behind.
 *
 * @module
 */
import type { CapabilityDocument, Consumes } from "../../schemas/mod.ts";
import type { SurfacePlace } from "./listening.ts";

/** Which of several workers this is: the first one serves every surface, the others those that can be shared. */
export type Share = "first" | "more";

/**
 * Authentication that each worker can ask for: wrong secrets are remembered by each as part of all, and what may be used
 * once in memory that they share.
 */
const ASKED_ANYWHERE: ReadonlySet<string> = new Set([
  ...["basic", "bearer", "apikey", "digest", "oauth2", "none"],
]);

/**
 * Why a surface keeps to one worker.
 *
 * @param place The surface, and where it is served.
 * @returns The reason; undefined for one that several workers can serve.
 */
export function whyOneWorker(
  { model, type, port }: Pick<SurfacePlace, "model" | "type" | "port">,
): string | undefined {
  if (type.guarded) return "it looks after all workers";
  if (port === undefined || port === 0) return "the system chooses its port; name one";
  const asks = model.authentication?.type?.toLowerCase();
  return asks === undefined || ASKED_ANYWHERE.has(asks)
    ? undefined
    : "its authentication has an unknown type";
}

/**
 * Why a whole capability keeps to one worker.
 *
 * @param document The document.
 * @returns The reason; undefined for one that can be served by several.
 */
export function whyOneProcess(document: CapabilityDocument): string | undefined {
  const rotating = ((document.consumes ?? []) as readonly Consumes[]).find(({ authentication }) => {
    const grant = (authentication as { grantType?: unknown } | undefined)?.grantType;
    return typeof grant === "string" && grant.toLowerCase().replace(/[^a-z]/g, "") === "refreshtoken";
  });
  if (rotating) {
    return `the refresh token of ${rotating.namespace ?? "a consumed API"} may change with each use`;
  }
  const adjusts = document.exposes?.some((model) =>
    model.type === "control" && Object.hasOwn(model.management ?? {}, "scripting")
  );
  return adjusts ? "its control port changes what scripts may do, which has to reach every call" : undefined;
}
