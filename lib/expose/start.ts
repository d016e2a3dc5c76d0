/**
 * Starting: every surface of a capability, listening, and ready to be replaced by another capability.
 *
 * @module
 */
import type { Host } from "../host/host.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import { isLoopback } from "../data/loopback.ts";
import { listening, type ListenOverride, surfaceName, type SurfacePlace } from "../surface/listening.ts";
import type {
  BegunConnection,
  Service,
  SurfaceOptions,
  SurfaceServer,
  SurfaceType,
} from "../surface/surface_type.ts";
import { type Share, whyOneWorker } from "../surface/sharing.ts";
import type { Gate } from "./authentication/gate.ts";
import { openGates } from "./authentication/open_gates.ts";
import { onceMemory } from "./authentication/once/used_once.ts";
import { type CrossOrigin, crossOrigin } from "./cors.ts";
import { ListenError } from "./http.ts";
import { Mounts } from "./mounts.ts";
import { describeSurface, type RunningSurface } from "./running.ts";
import { SURFACE_TYPES } from "./surface_types.ts";

export type { RunningSurface } from "./running.ts";

/** How surfaces are started. */
export type StartOptions = ListenOverride & SurfaceOptions & {
  /** Which of several workers this is; undefined for the only one. */
  readonly share?: Share | undefined;
  /** How many workers there are; one when left out. */
  readonly workers?: number | undefined;
};

/** Surfaces that run. */
export interface Running {
  readonly listening: readonly RunningSurface[];
  /** Surfaces of the document that are not served, each with the reason. */
  readonly notServed: readonly string[];
  /** Resolves when nothing runs any more. */
  readonly finished: Promise<void>;
  /**
   * Serves another capability in the place of this one. Calls in flight are finished by the one that took them.
   *
   * @throws {ListenError} Where it cannot be served; then nothing has changed.
   */
  reload(capability: Capability): Promise<void>;
  /** Stops listening, and waits for the calls in flight. */
  close(): Promise<void>;
}

/** What starting needs beside the capability. */
export interface StartContext {
  readonly host: Host;
  /** Every type of surface, where it is not the usual list. */
  readonly types?: readonly SurfaceType[];
  /** Reading the document again, where that can be. */
  readonly reload?: Pick<Service, "reload" | "validate">;
  /** The connection over standard input, where another thread began to serve it. */
  readonly begun?: BegunConnection | undefined;
  /** What several workers share, where there are several: in it they remember what callers have used once. */
  readonly memory?: SharedArrayBuffer | undefined;
}

function surfaceOf(capability: Capability, { model }: SurfacePlace): Surface {
  return capability.surfaces.find((surface) => surface.model === model)!;
}

/** Refuses surfaces that would listen on one port. */
function refuseSharedPorts(places: readonly SurfacePlace[]): void {
  const ports = new Map<number, string>();
  for (const { port, namespace } of places) {
    if (port === undefined || port === 0) continue;
    const other = ports.get(port);
    if (other !== undefined) {
      throw new ListenError(
        `the surfaces ${other} and ${namespace} share the port ${port}; give each its own`,
      );
    }
    ports.set(port, namespace);
  }
}

/** What is to be served of a capability, and where. */
interface Plan {
  readonly stdio: SurfacePlace | undefined;
  readonly open: readonly {
    readonly place: SurfacePlace;
    readonly gate: Gate | undefined;
    readonly pages: CrossOrigin | undefined;
    readonly share: Share | undefined;
  }[];
  readonly notServed: readonly string[];
}

async function planOf(
  capability: Capability,
  options: StartOptions,
  host: Host,
  types: readonly SurfaceType[],
  memory: () => SharedArrayBuffer,
): Promise<Plan> {
  const { stdio, places, left } = listening(capability.surfaces.map(({ model }) => model), types, options);
  const notServed = left.map(({ model, reason }) => `${surfaceName(model)}: ${reason}`);
  if (stdio) return { stdio, open: [], notServed };
  if (options.stdio) {
    throw new ListenError("the capability exposes no MCP server, so there is nothing to serve over stdio");
  }
  if (places.length === 0) {
    throw new ListenError(
      "the capability exposes nothing that can be served; add exposes with type: mcp or type: rest",
    );
  }
  refuseSharedPorts(places);
  const bare = places.filter(({ type, model, hostname }) =>
    type.guarded && model.authentication === undefined && !isLoopback(hostname)
  );
  for (const { model } of bare) {
    notServed.push(
      `${surfaceName(model)}: beyond this machine it has to ask who calls; add authentication to it`,
    );
  }
  // Not every surface can be served by several workers: what cannot is served by the first.
  const { share } = options, shared = places.filter((place) => share && whyOneWorker(place) === undefined);
  const guarded = places.filter((place) =>
    !bare.includes(place) && (share !== "more" || shared.includes(place))
  );
  if (guarded.length === 0) {
    throw new ListenError(notServed.at(-1) ?? "no surface can be served by several workers");
  }
  const { open, closed } = await openGates(
    guarded,
    (place) => surfaceOf(capability, place),
    host,
    (place) => ({ workers: shared.includes(place) ? options.workers ?? 1 : 1, memory }),
  );
  if (open.length === 0) throw new ListenError(closed[0]!);
  const pages = options.cors && options.cors.length > 0 ? crossOrigin(options.cors) : undefined;
  return {
    stdio,
    open: open.map((one) => ({
      ...one,
      pages: one.place.type.takesPages ? pages : undefined,
      share: shared.includes(one.place) ? share : undefined,
    })),
    notServed: [
      ...notServed,
      ...closed,
      // What was asked for and does nothing is said.
      ...(pages && !open.some(({ place }) => place.type.takesPages)
        ? ["pages of other origins: only REST surfaces take them, and there is none here"]
        : []),
    ],
  };
}

/**
 * Starts the surfaces of a capability.
 *
 * @param capability The compiled capability.
 * @param options Where to listen.
 * @param surroundings The host, and the types of surfaces.
 * @throws {ListenError} When a port cannot be had, or nothing can be served.
 * @throws {Problem} `missing-variable`, when what callers are asked for has no value.
 */
export async function startSurfaces(
  capability: Capability,
  options: StartOptions,
  { host, types = SURFACE_TYPES, reload = {}, begun, memory }: StartContext,
): Promise<Running> {
  const mounts = new Mounts(host), ended = Promise.withResolvers<void>(), stopStdio = new AbortController();
  // A document that was read again goes on with it: what was used stays used.
  let remembered = memory;
  const remember = () => remembered ??= onceMemory();
  let current = capability, plan = await planOf(capability, options, host, types, remember);
  let stdio: { readonly server: SurfaceServer; readonly finished: Promise<void> } | undefined;
  const service: Service = {
    startedAt: host.now(),
    surfaces: () => mounts.states(current.surfaces.map(({ model }) => model)),
    ...reload,
  };
  const make = (place: SurfacePlace, of: Capability): Promise<SurfaceServer> =>
    place.type.create!({
      capability: of,
      surface: surfaceOf(of, place),
      host,
      options: { ...options, isShared: options.share !== undefined && whyOneWorker(place) === undefined },
      service,
    });
  if (plan.stdio) {
    const server = await make(plan.stdio, capability);
    const finished = server.stdio!(stopStdio.signal, begun);
    stdio = { server, finished };
    void finished.then(ended.resolve, ended.reject);
  } else await mounts.mount(plan.open, (place) => make(place, capability));
  return {
    get listening() {
      return stdio ? [describeSurface(plan.stdio!, stdio.server, "stdio")] : mounts.running();
    },
    get notServed() {
      return plan.notServed;
    },
    finished: ended.promise,
    async reload(next) {
      const planned = await planOf(next, options, host, types, remember);
      if (stdio) {
        if (!planned.stdio) throw new ListenError("the new document has nothing to serve over stdio");
        const server = await make(planned.stdio, next);
        stdio.server.replaced?.(server);
      } else await mounts.mount(planned.open, (place) => make(place, next));
      current = next;
      plan = planned;
    },
    async close() {
      stopStdio.abort();
      await stdio?.finished;
      await stdio?.server.close?.();
      await mounts.close();
      ended.resolve();
    },
  };
}
