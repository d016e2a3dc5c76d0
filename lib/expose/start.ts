/**
 * Starting: every surface of a capability, listening.
 *
 * @module
 */
import type { Host } from "../host/host.ts";
import { authenticationType } from "../plan/consumes/reach.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import { listening, type ListenOverride, type Place, surfaceName } from "../surface/listening.ts";
import type { SurfaceOptions, SurfaceServer, SurfaceType } from "../surface/surface_type.ts";
import { isOneHost } from "../upstream/address.ts";
import type { Gate } from "./authentication/gate.ts";
import { openGates } from "./authentication/open_gates.ts";
import { isLoopback, listen, type Listener, ListenError } from "./http.ts";
import { SURFACE_TYPES } from "./surface_types.ts";

/** How surfaces are started. */
export type StartOptions = ListenOverride & SurfaceOptions;

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
  /** A request to try: a path, and the body of a POST. */
  readonly example?: { readonly path: string; readonly body?: string };
}

/** Surfaces that run. */
export interface Running {
  readonly listening: readonly RunningSurface[];
  /** Surfaces of the document that are not served, each with the reason. */
  readonly notServed: readonly string[];
  /** Resolves when nothing runs any more. */
  readonly finished: Promise<void>;
  /** Stops listening, and waits for the calls in flight. */
  close(): Promise<void>;
}

/** What starting needs beside the capability. */
export interface Surroundings {
  readonly host: Host;
  /** Every type of surface, where it is not the usual list. */
  readonly types?: readonly SurfaceType[];
}

function surfaceOf(capability: Capability, { model }: Place): Surface {
  return capability.surfaces.find((surface) => surface.model === model)!;
}

function describe(place: Place, server: SurfaceServer, url: string, gate?: Gate): RunningSurface {
  const { renamed, example } = server.describe(), { model, namespace, hostname, asksFor } = place;
  return {
    type: model.type,
    namespace,
    url,
    ...(gate ? { authentication: authenticationType(model.authentication!.type) } : {}),
    ...(url === "stdio" || gate || isLoopback(hostname) ? {} : { open: true }),
    ...(asksFor === undefined || url === "stdio" ? {} : { asksFor }),
    ...(renamed?.length ? { renamed } : {}),
    ...(example === undefined ? {} : { example }),
  };
}

/** Listens for one surface. */
function listenAt(
  { hostname, port, model, namespace }: Place,
  handler: SurfaceServer["fetch"],
  gate: Gate | undefined,
): Listener {
  if (port === undefined) {
    throw new ListenError(
      `the ${model.type} surface ${namespace} names no port; add port: to it, or use --port for the first surface`,
    );
  }
  if (!isOneHost(hostname.includes(":") ? `[${hostname}]` : hostname)) {
    throw new ListenError(
      `${hostname} is no address to listen on; write an IP address such as 127.0.0.1, or a host name`,
    );
  }
  return listen({ hostname, port, handler: handler!, gate });
}

/** Refuses surfaces that would listen on one port. */
function refuseSharedPorts(places: readonly Place[]): void {
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
  { host, types = SURFACE_TYPES }: Surroundings,
): Promise<Running> {
  const { stdio, places, left } = listening(capability.surfaces.map(({ model }) => model), types, options);
  const notServed = left.map(({ model, reason }) => `${surfaceName(model)}: ${reason}`);
  const make = (place: Place) =>
    place.type.create!({ capability, surface: surfaceOf(capability, place), host, options });
  if (stdio) return await startStdio(stdio, await make(stdio), notServed);
  if (options.stdio) {
    throw new ListenError("the capability exposes no MCP server, so there is nothing to serve over stdio");
  }
  if (places.length === 0) {
    throw new ListenError(
      "the capability exposes nothing that can be served; add exposes with type: mcp or type: rest",
    );
  }
  refuseSharedPorts(places);
  const { open, closed } = await openGates(places, (place) => surfaceOf(capability, place), host);
  notServed.push(...closed);
  if (open.length === 0) throw new ListenError(closed[0]!);
  const servers: SurfaceServer[] = [], listeners: Listener[] = [], running: RunningSurface[] = [];
  const stop = async () => {
    await Promise.allSettled(listeners.map((listener) => listener.close()));
    await Promise.allSettled(servers.map((server) => server.close?.()));
  };
  try {
    for (const { place, gate } of open) {
      const server = await make(place);
      servers.push(server);
      const listener = listenAt(place, server.fetch, gate);
      listeners.push(listener);
      running.push(describe(place, server, listener.url, gate));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const ended = Promise.withResolvers<void>();
  return {
    listening: running,
    notServed,
    finished: ended.promise,
    async close() {
      await stop();
      ended.resolve();
    },
  };
}

function startStdio(place: Place, server: SurfaceServer, notServed: readonly string[]): Running {
  const stop = new AbortController(), finished = server.stdio!(stop.signal);
  return {
    listening: [describe(place, server, "stdio")],
    notServed,
    finished,
    close: async () => {
      stop.abort();
      await finished;
      await server.close?.();
    },
  };
}
