/**
 * What a person reads of a surface that runs.
 *
 * @module
 */
import { authenticationType } from "../plan/consumes/reach.ts";
import { isLoopback } from "../data/loopback.ts";
import type { SurfacePlace } from "../surface/listening.ts";
import type { SurfaceServer } from "../surface/surface_type.ts";
import type { Gate } from "./authentication/gate.ts";

/** One surface that runs. */
export interface RunningSurface {
  /** `mcp`, `rest`, `skill` or `control`. */
  readonly type: string;
  /** Its name in the document. */
  readonly namespace: string;
  /** Where it is reached; `stdio` for standard input and output. */
  readonly url: string;
  /** What callers have to show, as the document says: `bearer`, `oauth2` and so on. */
  readonly authentication?: string;
  /** Everybody who can reach this machine can call it: it listens beyond this machine, and asks nobody who they are. */
  readonly open?: true;
  /** The address the document asks for, where the surface listens on another one. */
  readonly asksFor?: string;
  /** Names that clients would reject, as written and as sent. */
  readonly renamed?: readonly (readonly [string, string])[];
  /** How many of its tools are offered, where they are selected, and the selectors that select none. */
  readonly selected?: { readonly offered: number; readonly of: number; readonly idle: readonly string[] };
  /** A request to try: a path, and the body of a POST. */
  readonly example?: { readonly path: string; readonly body?: string };
}

/** What a person reads of a surface that runs. */
export function describeSurface(
  place: SurfacePlace,
  server: SurfaceServer,
  url: string,
  gate?: Gate,
): RunningSurface {
  const { renamed, selected, example } = server.describe(), { model, namespace, hostname, asksFor } = place;
  return {
    type: model.type,
    namespace,
    url,
    ...(gate ? { authentication: authenticationType(model.authentication!.type) } : {}),
    ...(url === "stdio" || gate || isLoopback(hostname) ? {} : { open: true }),
    ...(asksFor === undefined || url === "stdio" ? {} : { asksFor }),
    ...(renamed?.length ? { renamed } : {}),
    ...(selected === undefined ? {} : { selected }),
    ...(example === undefined ? {} : { example }),
  };
}
