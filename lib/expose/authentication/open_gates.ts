/**
 * The gates of the surfaces that are about to listen.
 *
 * @module
 */
import type { Exposes } from "../../../schemas/mod.ts";
import type { Host } from "../../host/host.ts";
import type { Surface } from "../../plan/capability.ts";
import type { IncomingAuthentication } from "../../plan/incoming.ts";
import { Problem } from "../../plan/problem.ts";
import { surfaceName, type SurfacePlace } from "../../surface/listening.ts";
import { serverSender } from "../../upstream/authentication/ask_server.ts";
import { openDoor } from "../../upstream/door.ts";
import type { Gate } from "./gate.ts";
import { onceMemory } from "./once/used_once.ts";

/** Surfaces with their gates. */
export interface Gated {
  /** What may listen; without a gate where nobody is asked. */
  readonly open: readonly { readonly place: SurfacePlace; readonly gate: Gate | undefined }[];
  /** What must not listen, since who calls it cannot be asked, each with the reason. */
  readonly closed: readonly string[];
}

/** What the workers of a capability have in common. */
export interface WorkersShare {
  /** How many workers serve the surface. */
  readonly workers: number;
  /** Gives the memory in which it is remembered what callers have used once. */
  readonly memory: () => SharedArrayBuffer;
}

/** The origins of the authorization server, as the document declares them. */
function originsOf(declared: IncomingAuthentication): string[] {
  if (declared.type !== "oauth2") return [];
  const { issuer, jwksUri, introspectionEndpoint } = declared;
  return [issuer, jwksUri, introspectionEndpoint].flatMap((address) =>
    address === undefined ? [] : [new URL(address).origin]
  );
}

async function gateOf(
  declared: IncomingAuthentication,
  model: Exposes,
  host: Host,
  { workers, memory }: WorkersShare,
): Promise<Gate> {
  // Loaded where somebody is asked, and only there.
  const { compileAuthentication, createGate } = await import("./mod.ts");
  const name = surfaceName(model), now = () => host.now();
  const log = (message: string) => host.log({ level: "warning", message: `${name}: ${message}` });
  const send = serverSender(originsOf(declared), openDoor(host));
  const authenticator = await compileAuthentication(declared, {
    realm: model.namespace ?? model.type,
    send,
    now,
    log,
    memory,
  });
  return createGate({ authenticator, surface: name, log: (entry) => host.log(entry), now, workers });
}

/**
 * Makes the gate of one surface.
 *
 * @param surface The surface.
 * @param host What the outside gives.
 * @param shared What its workers have in common.
 * @returns The gate; undefined where nobody is asked.
 * @throws {Problem} When it cannot be asked for: then nobody may be served.
 */
export async function openGate(
  surface: Surface,
  host: Host,
  shared: WorkersShare = { workers: 1, memory: onceMemory },
): Promise<Gate | undefined> {
  const declared = surface.incoming?.();
  return declared && await gateOf(declared, surface.model, host, shared);
}

/**
 * Makes the gates of surfaces. One whose authentication cannot be asked for is closed: it does not listen.
 *
 * @param places The surfaces that are to listen.
 * @param surfaceOf The compiled surface of one of them.
 * @param host What the outside gives.
 * @param sharedOf What the workers have in common that serve one of them.
 * @throws {Problem} `missing-variable`, for an authentication whose variable has no value.
 */
export async function openGates(
  places: readonly SurfacePlace[],
  surfaceOf: (place: SurfacePlace) => Surface,
  host: Host,
  sharedOf: (place: SurfacePlace) => WorkersShare,
): Promise<Gated> {
  const open: { place: SurfacePlace; gate: Gate | undefined }[] = [], closed: string[] = [];
  for (const place of places) {
    try {
      open.push({ place, gate: await openGate(surfaceOf(place), host, sharedOf(place)) });
    } catch (error) {
      if (!(error instanceof Problem) || error.diagnostic.code === "missing-variable") throw error;
      closed.push(`${surfaceName(place.model)}: ${error.message}`);
    }
  }
  return { open, closed };
}
