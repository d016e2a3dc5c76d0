/**
 * The manifest: exactly what a capability may do, from what its document says.
 *
 * @module
 */
import type { Exposes } from "../../schemas/mod.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { observabilityOf } from "../surface/observability.ts";
import { listening, type ListenOverride } from "../surface/listening.ts";
import type { Reach } from "../plan/capability.ts";
import { isPacked, textFilesOf } from "../plan/files.ts";
import { servedLocations } from "./served.ts";
import type { BindValues } from "../plan/binds/resolve.ts";
import { authenticationOrigins } from "../plan/compile_incoming.ts";
import { reachOf } from "../plan/consumes/reach.ts";
import { isOneHost } from "../upstream/guard/address.ts";
import type { Specification } from "../document/specification.ts";

/** What a capability may do. */
export interface Manifest {
  /** Hosts with ports it may call, the authorization servers of its surfaces included. */
  readonly net: readonly string[];
  /** Addresses with ports it listens on. */
  readonly listen: readonly string[];
  /** Files it may read. */
  readonly read: readonly string[];
  /** Addresses that Capstan itself calls for it, from another worker: none of its operations can. Each with the reason. */
  readonly services?: readonly { readonly host: string; readonly reason: string }[] | undefined;
}

/** Link-local and metadata addresses: never called, whatever a name resolves to (semantics §9). */
export const DENIED_ADDRESSES: readonly string[] = [
  "169.254.0.0/16",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "[fd00:ec2::254]",
  "[fd20:ce::254]",
  "[fd00:42::42]",
  "[fe80::a9fe:a9fe]",
  "metadata.google.internal",
];

/** Host and port of an origin; the port is always written, since a host alone would grant every port. */
function hostPort(origin: string): string {
  const url = new URL(origin);
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/**
 * Every file the capability reads at run time; the sandbox grants these and no others. What was packed with the
 * specification is read no more. Whether they exist is for the reader to find out.
 */
export function filesOf(spec: Specification): string[] {
  const texts = textFilesOf(spec, SURFACE_TYPES).filter((file) => !isPacked(spec, file));
  const files = new Set(texts.map(({ path }) => path));
  for (const { path } of servedLocations(spec)) {
    if (!Object.hasOwn(spec.unserved ?? {}, path)) files.add(path);
  }
  return [...files];
}

/** Hosts with ports that the operations of a capability may call. */
export function calledBy(spec: Specification, binds: BindValues): string[] {
  return [...new Set(reachOf(spec, binds).map((reach: Reach) => hostPort(reach.origin)))];
}

/** Hosts with ports that surfaces ask about their callers. */
export function askedBy(spec: Specification, surfaces: readonly Exposes[], binds: BindValues): string[] {
  return [...new Set(authenticationOrigins(spec, surfaces, binds).map(hostPort))];
}

/**
 * The manifest of a capability.
 *
 * @param spec The specification as read.
 * @param binds Values of the variables in base URIs.
 * @param override Where it has to listen.
 */
export function manifestOf(spec: Specification, binds: BindValues, override: ListenOverride = {}): Manifest {
  const net = new Set(calledBy(spec, binds)), listen = new Set<string>();
  const { places } = listening(spec.document.exposes ?? [], SURFACE_TYPES, override);
  // Who calls is asked where something listens; what is asked about that is out of reach of the operations.
  for (const host of askedBy(spec, places.map(({ model }) => model), binds)) net.add(host);
  for (const { hostname, port } of places) {
    // Anything else cannot be listened on, and must not become a grant.
    if (port !== undefined && isOneHost(bracketed(hostname))) {
      listen.add(`${bracketed(hostname === "localhost" ? "127.0.0.1" : hostname)}:${port}`);
    }
  }
  const { collector } = observabilityOf(spec, binds, false);
  return {
    net: [...net],
    listen: [...listen],
    read: filesOf(spec),
    ...(collector === undefined ? {} : {
      services: [{
        host: hostPort(collector),
        reason: "the collector that traces are sent to (observability)",
      }],
    }),
  };
}

/** A value for a command line: quoted only where it must be. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./[\]*-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A manifest as Deno permission flags.
 *
 * @param manifest The manifest.
 * @param env Variables the program itself has to read; the capability reads none.
 * @param shell Whether the flags are for a shell, which needs quotes; else they are arguments.
 * @throws {Error} For a file whose name no flag can carry.
 */
export function permissionFlags(manifest: Manifest, env: readonly string[] = [], shell = true): string[] {
  for (const path of manifest.read) {
    // A flag takes a list, and knows no way to write a comma: half of the name would be a grant of its own.
    if (path.includes(",")) {
      throw new Error(
        `the file ${path} has a comma in its path, which no permission flag can say; move or rename it`,
      );
    }
  }
  // A variable of another name could be a list or a pattern to the flag; it is not asked for.
  const variables = env.filter((name) => /^[^\s,*=]+$/.test(name));
  // Flags are those of the whole program, which starts what calls the services.
  const services = manifest.services?.map(({ host }) => host) ?? [];
  const net = [...new Set([...manifest.net, ...services, ...manifest.listen])],
    quoted = shell ? shellWord : (text: string) => text;
  return [
    ...(net.length > 0 ? [`--allow-net=${net.map(quoted).join(",")}`] : []),
    `--deny-net=${DENIED_ADDRESSES.join(",")}`,
    ...(manifest.read.length > 0 ? [`--allow-read=${manifest.read.map(quoted).join(",")}`] : []),
    ...(variables.length > 0 ? [`--allow-env=${variables.map(quoted).join(",")}`] : []),
    "--no-remote",
    "--no-prompt",
  ];
}
