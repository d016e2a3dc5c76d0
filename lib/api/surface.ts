/**
 * Surfaces as programs see them: functions from requests to responses, which mount into any server.
 *
 * @module
 */
import { type EmbeddedSurface, embedSurface, type Sender } from "../expose/embed.ts";
import type { Host } from "../host/host.ts";
import type { Capability as Compiled, Surface as CompiledSurface } from "../plan/capability.ts";
import { asksCallers } from "../plan/compile_incoming.ts";
import type { Callable } from "./callable.ts";

/** One surface of a capability, ready to be mounted. Nothing of it listens. */
export interface Surface {
  /** `mcp`, `rest`, `skill` or `control`. */
  readonly type: string;
  /** Its name in the document. */
  readonly namespace?: string;
  /** The port that the document names: where `serve` listens. */
  readonly port?: number;
  /** How its callers have to show who they are, such as `oauth2`; absent where nobody is asked. */
  readonly authentication?: string;
  /** What it offers, in document order. */
  readonly callables: readonly Callable[];
  /**
   * Answers one HTTP request, with authentication as the document asks for it. It needs no `this`, never rejects, and
   * mounts into any server that speaks requests and responses: Hono, `Deno.serve`, Bun, workers.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * The same for a program that knows more of the request.
   *
   * @param request The request.
   * @param sender Who calls, where the program has established it: then the surface does not ask. Where the request
   * came from: wrong credentials are slowed down by it.
   */
  readonly handle: (request: Request, sender: Sender) => Promise<Response>;
  /**
   * Makes it ready, which the first request does otherwise.
   *
   * @throws {StartError} Where it cannot be served: what callers are asked for has no value, or it is of a type that is
   * not served over HTTP.
   */
  readonly ready: () => Promise<void>;
}

/** A surface with what ends it. */
export interface ShownSurface {
  readonly shown: Surface;
  readonly embedded: EmbeddedSurface;
}

/** Shows a surface of a capability. */
export function showSurface(
  capability: Compiled,
  surface: CompiledSurface,
  host: Host,
  callables: () => readonly Callable[],
): ShownSurface {
  const { type, namespace, port, authentication } = surface.model;
  const embedded = embedSurface(capability, surface, host);
  const shown: Surface = {
    type,
    ...(namespace === undefined ? {} : { namespace }),
    ...(port === undefined ? {} : { port }),
    ...(asksCallers(surface.model) ? { authentication: authentication!.type } : {}),
    get callables() {
      return callables();
    },
    fetch: (request) => embedded.handle(request),
    handle: (request, sender) => embedded.handle(request, sender),
    ready: () => embedded.ready(),
  };
  return { shown, embedded };
}
