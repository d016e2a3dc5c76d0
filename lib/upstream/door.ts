/**
 * The door: everything that leaves Capstan leaves here, and only after the guard has seen where it goes
 * (architecture, law 3).
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { defaultHost } from "../host/default.ts";
import type { Host } from "../host/host.ts";
import type { Deadline } from "./time/deadline.ts";
import { type AllowedBase, forbidden, targetWithin } from "./guard/egress.ts";
import { FetchedResponse } from "./response/fetched_response.ts";
import type { Outgoing } from "./outgoing.ts";
import { portOf, Resolver } from "./guard/resolution.ts";
import type { UpstreamResponse } from "./upstream_response.ts";
import type { HeaderBlock, Wire } from "./wire/mod.ts";

/** What a request needs beside itself. */
export interface Sending {
  /** The address it belongs to, which is looked at first. */
  readonly home: AllowedBase;
  /** Every address that may be called. */
  readonly reach: readonly AllowedBase[];
  /** Whether it does no harm when it is sent twice. */
  readonly repeatable: boolean;
  /** Keeps the headers as they were written last, where the same are sent again. */
  readonly block?: HeaderBlock | undefined;
}

/** How requests are sent: over connections of our own, or by the runtime's `fetch`. */
export type WireChoice = "own" | "fetch";

const SLASH = 47;

/** Sends requests. One door serves a whole capability. */
export interface Door {
  /**
   * Sends a request, and gives what is answered to it: redirects are not followed.
   *
   * @param request What to send.
   * @param sending Where it may go.
   * @param deadline The time it has.
   * @throws {CallError} `blocked` where the address may not be called; anything else is a fault of the network.
   */
  send(request: Outgoing, sending: Sending, deadline: Deadline): Promise<UpstreamResponse>;
  /**
   * Sends a request whose body and answer are streams: nothing of either is kept. What the answer is still packed in stands
   * in its Content-Encoding.
   *
   * @param request What to send.
   * @param sending Where it may go.
   * @param deadline The time until the answer begins.
   * @param signal Ends the exchange, the streams with it.
   * @throws {CallError} `blocked` where the address may not be called; anything else is a fault of the network.
   */
  stream(
    request: StreamedRequest,
    sending: Sending,
    deadline: Deadline,
    signal: AbortSignal,
  ): Promise<Response>;
}

/** A request whose body may be a stream. */
export interface StreamedRequest extends Omit<Outgoing, "body"> {
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;
  /** How long a stream is, in bytes, where that is known. */
  readonly length?: number | undefined;
}

/** What is sent as User-Agent where nobody says otherwise: many APIs refuse requests without one. */
const USER_AGENT: string = `Capstan/${config.version}`;

/** Loads what sends over connections of our own, ahead of the first request. */
export async function loadWire(): Promise<void> {
  await import("./wire/mod.ts");
}

/**
 * Opens the door of a host.
 *
 * @param host What the outside gives.
 * @param wire How requests are sent.
 */
export function openDoor(host: Host, wire: WireChoice = "own"): Door {
  const resolver = new Resolver(host);
  const byFetch = async (request: Outgoing, sending: Sending, deadline: Deadline) =>
    new FetchedResponse(await sendByFetch(host, resolver, request, sending, deadline, deadline.signal));
  const streamByFetch: Door["stream"] = async (request, sending, deadline, signal) =>
    named(await sendByFetch(host, resolver, request, sending, deadline, signal));
  if (wire === "fetch" || !host.connect) return { send: byFetch, stream: streamByFetch };
  const { connect } = host;
  let own: Wire | undefined;
  const opened = async () => {
    const { Wire } = await import("./wire/mod.ts");
    return own ??= new Wire(host, connect, USER_AGENT);
  };
  return {
    async stream(request, sending, deadline, signal) {
      const { url } = request, target = targetWithin(url, sending.home, sending.reach);
      return await (own ?? await opened()).stream(new URL(url).origin, target, request, {
        repeatable: sending.repeatable,
        deadline,
        signal,
        otherwise: () => streamByFetch(request, sending, deadline, signal),
      });
    },
    send(request, sending, deadline) {
      const { home, reach, block = {}, repeatable } = sending, { url } = request;
      const target = targetWithin(url, home, reach);
      const atHome = url.startsWith(home.origin) && url.charCodeAt(home.origin.length) === SLASH;
      const otherwise = () => byFetch(request, sending, deadline);
      const origin = atHome ? home.origin : new URL(url).origin,
        how = { block, repeatable, deadline, otherwise };
      return own
        ? own.send(origin, target, request, how)
        : opened().then((wire) => wire.send(origin, target, request, how));
    },
  };
}

/** An answer whose headers name no encoding that the runtime has undone. */
function named(response: Response): Response {
  const encoding = response.headers.get("content-encoding")?.trim();
  if (response.body === null || (encoding !== "gzip" && encoding !== "br")) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(response.body, { status: response.status, headers });
}

let ownDoor: Door | undefined;

/** Makes another door that of this process or worker: tests run over both wires with it. */
export function replaceDefaultDoor(door: Door): void {
  ownDoor = door;
}

/** The door of this process or worker, for whoever names no other. */
export function defaultDoor(): Door {
  return ownDoor ??= openDoor(defaultHost(() => {}));
}

async function sendByFetch(
  host: Host,
  resolver: Resolver,
  request: Outgoing | StreamedRequest,
  { home, reach }: Sending,
  deadline: Deadline,
  signal: AbortSignal,
): Promise<Response> {
  targetWithin(request.url, home, reach);
  const url = new URL(request.url);
  const leadsAstray = resolver.leadsToForbidden(url.hostname, portOf(url), deadline.left);
  if (leadsAstray !== false && (leadsAstray === true || await deadline.within(leadsAstray))) {
    throw forbidden(url.hostname);
  }
  const { method, body } = request,
    headers = request.headers.map(([name, value]): [string, string] => [name, value]);
  for (const [name, value] of request.trace ?? []) headers.push([name, value]);
  if (!headers.some(([name]) => name.toLowerCase() === "user-agent")) {
    headers.push(["User-Agent", USER_AGENT]);
  }
  const init: RequestInit = { method, headers, redirect: "manual", signal };
  if (body !== undefined) init.body = body;
  return host.fetch(request.url, init);
}
