/**
 * Embedding: one surface as a function from requests to responses, which mounts into any server. Nothing listens.
 *
 * @module
 */
import type { Host } from "../host/host.ts";
import { logFault } from "../host/fault.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import { Problem } from "../plan/problem.ts";
import { surfaceName } from "../surface/listening.ts";
import type { SurfaceServer, SurfaceType } from "../surface/surface_type.ts";
import type { Caller } from "../telemetry/call.ts";
import type { Gate } from "./authentication/gate.ts";
import { openGate } from "./authentication/open_gates.ts";
import { originCheck, refuse } from "./http.ts";
import { StartError } from "./start_error.ts";
import { SURFACE_TYPES } from "./surface_types.ts";

/** What the embedding program knows of a request. */
export interface Sender {
  /** Who calls, where the program has established it: then the surface does not ask. */
  readonly caller?: Caller | undefined;
  /** The address that the request came from; wrong credentials are slowed down by it. */
  readonly address?: string | undefined;
}

/** A surface that answers requests of the embedding program. */
export interface EmbeddedSurface {
  /**
   * Makes it ready; the first request does so too.
   *
   * @throws {StartError} Where it cannot be served.
   */
  ready(): Promise<void>;
  /** Answers a request. Never rejects. */
  handle(request: Request, sender?: Sender): Promise<Response>;
  /** Lets go of what it holds. */
  close(): Promise<void>;
}

interface Opened {
  readonly answer: NonNullable<SurfaceServer["fetch"]>;
  readonly server: SurfaceServer;
  readonly gate: Gate | undefined;
}

/** What the requests of browsers are held to: a page of another site must not reach a surface through them. */
const foreign = originCheck("0.0.0.0");

/**
 * Embeds a surface. Nothing is loaded before it is asked for.
 *
 * @param capability The capability.
 * @param surface One of its surfaces.
 * @param host What the outside gives.
 * @param types Every type of surface, where it is not the usual list.
 */
export function embedSurface(
  capability: Capability,
  surface: Surface,
  host: Host,
  types: readonly SurfaceType[] = SURFACE_TYPES,
): EmbeddedSurface {
  const name = surfaceName(surface.model), type = types.find((known) => known.type === surface.model.type);
  const open = async (): Promise<Opened> => {
    if (!type?.create) throw new StartError(`${name} is of a type that is not served`);
    try {
      const gate = await openGate(surface, host);
      const server = await type.create({ capability, surface, host });
      if (server.fetch) return { answer: server.fetch, server, gate };
    } catch (error) {
      if (error instanceof Problem) {
        throw new StartError(
          `${name} cannot be served: ${error.message}`,
          [error.diagnostic],
          capability.spec,
        );
      }
      throw error;
    }
    throw new StartError(`${name} is not served over HTTP`);
  };
  let opened: Promise<Opened> | undefined, closed = false;
  const opening = () => {
    if (closed) throw new StartError(`${name} is closed`);
    return opened ??= open();
  };
  const answer = async (request: Request, { caller, address }: Sender): Promise<Response> => {
    const refused = foreign(request);
    if (refused) return refused;
    const { answer: pass, gate } = await opening();
    if (caller) return await pass(request, caller);
    if (gate) {
      const admitted = await gate.admit(request, () => address ?? "an unknown address");
      return admitted instanceof Response ? admitted : await pass(request, admitted);
    }
    return type?.guarded
      ? refuse(
        403,
        "Caller unknown",
        "This surface answers callers that are known. Add authentication to it.",
      )
      : await pass(request);
  };
  return {
    async ready() {
      await opening();
    },
    async handle(request, sender = {}) {
      try {
        return await answer(request, sender);
      } catch (error) {
        const reference = logFault(host, error, name, (text) => capability.redact(text));
        const detail = `The request could not be answered. The log has the reason under ${reference}.`;
        return error instanceof StartError
          ? refuse(503, "Not served", detail)
          : refuse(500, "Internal error", detail);
      }
    },
    async close() {
      closed = true;
      const { server } = await opened?.catch(() => undefined) ?? {};
      await server?.close?.();
    },
  };
}
