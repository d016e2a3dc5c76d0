/**
 * Mounts: the surfaces that listen, each behind a handler that can be replaced while it listens.
 *
 * @module
 */
import type { Exposes } from "../../schemas/mod.ts";
import type { Host } from "../host/host.ts";
import { surfaceName, type SurfacePlace } from "../surface/listening.ts";
import type { SurfaceServer, SurfaceState } from "../surface/surface_type.ts";
import { isOneHost } from "../upstream/guard/address.ts";
import type { Gate } from "./authentication/gate.ts";
import type { CrossOrigin } from "./cors.ts";
import { type Handler, listen, type Listener, ListenError } from "./http.ts";
import type { Share } from "../surface/sharing.ts";
import { describeSurface, type RunningSurface } from "./running.ts";

/** A place with its gate, ready to be served. */
interface Opened {
  readonly place: SurfacePlace;
  readonly gate: Gate | undefined;
  /** Lets pages of other origins in. */
  readonly pages?: CrossOrigin | undefined;
  /** Which of several workers serves it here; undefined where one serves it. */
  readonly share?: Share | undefined;
}

/** One surface that listens. */
interface Mount extends Opened {
  readonly listener: Listener;
  readonly server: SurfaceServer;
}

/** Listens for one surface. */
function listenAt({ place, gate, pages, share }: Opened, handler: Handler, host: Host): Listener {
  const { hostname, port, model, namespace } = place;
  if (port === undefined) {
    throw new ListenError(
      `the ${model.type} surface ${namespace} names no port; add port: to it, or use --port for the first surface`,
    );
  }
  if (!isOneHost(hostname.includes(":") ? `[${hostname}]` : hostname)) {
    throw new ListenError(
      `${hostname} is not an address to listen on; write an IP address such as 127.0.0.1, or a host name`,
    );
  }
  const warn = (message: string) =>
    host.log({ level: "warning", message: `${surfaceName(model)}: ${message}` });
  return listen({ hostname, port, handler, gate, pages, share, open: host.listen, warn });
}

/** Whether a surface that listens already is where another one is to be served. */
function fits({ place, listener }: Mount, next: SurfacePlace): boolean {
  if (place.hostname !== next.hostname) return false;
  // A port that the system chose belongs to the surface of that name.
  return next.port === 0 || next.port === undefined
    ? place.port === next.port && place.namespace === next.namespace && place.model.type === next.model.type
    : listener.port === next.port;
}

/** The surfaces that listen. */
export class Mounts {
  readonly #host: Host;
  #mounts: readonly Mount[] = [];

  /** @param host Listens, and takes what the operator has to know. */
  constructor(host: Host) {
    this.#host = host;
  }

  /** What a person reads of each. */
  running(): RunningSurface[] {
    return this.#mounts.map(({ place, server, listener, gate }) =>
      describeSurface(place, server, listener.url, gate)
    );
  }

  /** How each surface of a document fares. */
  states(models: readonly Exposes[]): SurfaceState[] {
    return models.map((model) => {
      const mount = this.#mounts.find(({ place }) => place.model === model);
      return {
        type: model.type,
        ...(model.namespace === undefined ? {} : { namespace: model.namespace }),
        ...(mount ? { port: mount.listener.port } : {}),
        state: mount ? "started" : "stopped",
      };
    });
  }

  /**
   * Serves these surfaces, and none of those served before. Who listens where a surface is to be goes on listening.
   *
   * @param opened The surfaces.
   * @param make Makes the server of one.
   * @throws {ListenError} Where one cannot be served; then nothing has changed.
   */
  async mount(
    opened: readonly Opened[],
    make: (place: SurfacePlace) => Promise<SurfaceServer>,
  ): Promise<void> {
    const before = this.#mounts, next: Mount[] = [], fresh: Listener[] = [];
    const taken = new Set<Mount>();
    try {
      for (const one of opened) {
        const server = await make(one.place);
        const kept = before.find((mount) => !taken.has(mount) && fits(mount, one.place));
        if (kept) taken.add(kept);
        const listener = kept?.listener ?? listenAt(one, server.fetch!, this.#host);
        if (!kept) fresh.push(listener);
        next.push({ ...one, server, listener });
      }
    } catch (error) {
      await Promise.allSettled(fresh.map((listener) => listener.close()));
      await Promise.allSettled(next.map(({ server }) => server.close?.()));
      throw error;
    }
    for (const { listener, server, gate, pages } of next) listener.replace(server.fetch!, gate, pages);
    this.#mounts = next;
    for (const mount of before) {
      const heir = next.find(({ listener }) => listener === mount.listener);
      if (heir) mount.server.replaced?.(heir.server);
    }
    const gone = before.filter((mount) => !taken.has(mount));
    // Calls in flight are finished by the servers that took them; nobody waits for that here.
    for (const { server } of gone) server.leave?.();
    void Promise.allSettled(gone.map(({ listener }) => listener.close()));
  }

  /** Stops listening, and waits for the calls in flight. */
  async close(): Promise<void> {
    for (const { server } of this.#mounts) server.leave?.();
    await Promise.allSettled(this.#mounts.map(({ listener }) => listener.close()));
    await Promise.allSettled(this.#mounts.map(({ server }) => server.close?.()));
  }
}
