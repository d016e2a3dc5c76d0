/**
 * Sessions and listening over HTTP: what is kept of a client that stays.
 *
 * A session has a name from the handshake on, and nothing is kept under it until the client asks for something that
 * lasts: a stream, a subscription, a level of messages.
 *
 * @module
 */
import type { Caller } from "../../../telemetry/call.ts";
import { declaresForms } from "../asking/asking.ts";
import { Session, wishesOf } from "../clients.ts";
import { listenEnded, readListen, tellEnded } from "../listen.ts";
import { MODERN } from "../protocol.ts";
import { ownerOf } from "../tasks/tasks.ts";
import type { McpServer } from "../server.ts";
import { listenResponse } from "./stream.ts";

/** How long the name of a session may be, in characters. */
const MAX_NAME = 256;
/** How the name of a session ends whose client shows forms: nothing is kept of a client that only said so. */
const SHOWS_FORMS = "-forms";

/**
 * A name for a session that begins.
 *
 * @param opening The parameters of the handshake.
 */
export function newSessionName(opening: unknown): string {
  const { capabilities } = (opening ?? {}) as { capabilities?: unknown };
  return crypto.randomUUID() + (declaresForms(capabilities) ? SHOWS_FORMS : "");
}

/** Whether the client of a request can be asked while its answer is on the way: it shows forms, and reads a stream. */
export function canBeAsked(headers: Headers): boolean {
  return headers.get("mcp-session-id")?.endsWith(SHOWS_FORMS) === true &&
    headers.get("accept")?.includes("text/event-stream") === true;
}

/** Nothing is kept of a stream that broke: a client that hopes for what it missed is answered so. */
function notResumed(): Response {
  const message =
    "Streams cannot be resumed: nothing is kept of what was missed. Listen again without Last-Event-ID, " +
    "and ask for the lists again.";
  return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32600, message } }, { status: 400 });
}

/** The name of a session: that of the client, and who the client is, so that nobody takes another one's. */
export function sessionKey(headers: Headers, caller: Caller | undefined): string | undefined {
  const name = headers.get("mcp-session-id");
  // A name that this server gave is shorter; under a long one nothing is kept.
  if (name === null || name.length > MAX_NAME) return undefined;
  // A header has no line break: no name can be made so that it, and another caller, are read from it.
  return caller === undefined ? name : `${name}\n${caller.scheme} ${caller.id}`;
}

/** What is kept of a session from now on; of a client without one nothing can be kept. */
export function keepSession(server: McpServer, key: string | undefined): Session {
  return key === undefined ? new Session() : server.clients.keep(key);
}

/**
 * Answers GET, with which a client of a handshake revision listens, and DELETE, with which it ends its session.
 *
 * @returns The response; undefined for what is neither.
 */
export function answerStaying(
  server: McpServer,
  request: Request,
  caller: Caller | undefined,
): Response | undefined {
  const { method, headers } = request, key = sessionKey(headers, caller), { clients } = server;
  const version = headers.get("mcp-protocol-version");
  // The newest revision has neither sessions nor GET.
  if (key === undefined || version === MODERN) return undefined;
  if (method === "DELETE") {
    if (clients.hasEnded(key)) return new Response(null, { status: 404 });
    clients.end(key);
    return new Response(null, { status: 204 });
  }
  if (method !== "GET" || !headers.get("accept")?.includes("text/event-stream")) return undefined;
  if (clients.hasEnded(key)) return new Response(null, { status: 404 });
  if (!clients.hasRoom) return undefined;
  if (headers.has("last-event-id")) return notResumed();
  return listenResponse(clients, wishesOf(clients.keep(key)), request.signal);
}

/**
 * Answers `subscriptions/listen`.
 *
 * @param id The number of the request.
 * @param params What it asks for.
 * @param caller Who asks.
 * @returns The stream; undefined where no more can listen.
 * @throws {MethodError} Where the parameters make no sense.
 */
export function answerListen(
  server: McpServer,
  request: Request,
  id: string | number,
  params: Readonly<Record<string, unknown>>,
  caller: Caller | undefined,
): Response | undefined {
  const { wishes, meta, acknowledgement } = readListen(
    id,
    params,
    server.capabilities,
    (task) => server.tasks.get(task, ownerOf(caller)) !== undefined,
  );
  if (!server.clients.hasRoom) return undefined;
  server.watched.add(wishes.resourceSubscriptions ?? []);
  const words = { meta, first: acknowledgement, last: listenEnded(id) };
  const response = listenResponse(server.clients, wishes, request.signal, words);
  tellEnded(server, wishes);
  return response;
}
