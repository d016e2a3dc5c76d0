/**
 * MCP over Streamable HTTP: both lanes behind one endpoint.
 *
 * @module
 */
import type { Caller } from "../../../telemetry/call.ts";
import { beginningOf } from "../../../data/beginning.ts";
import { writeJson } from "../../../data/json.ts";
import { DEFAULT_REQUEST_BYTES, type Handler, readText } from "../../http.ts";
import {
  answerDirectly,
  argumentsOf,
  type DirectAnswer,
  eraOf,
  formFault,
  idOf,
  isLegacyVersion,
  isRequest,
  type JsonRpcMessage,
  leavesOpen,
  namedVersion,
} from "../lanes/direct.ts";
import { answerBatch } from "./batch.ts";
import { Cancellable, hear } from "./cancellable.ts";
import { Begun, Leaving } from "./leaving.ts";
import { answerText, isResponse } from "../../listener/text_answer.ts";
import { ServedRequest } from "../../listener/served_request.ts";
import { parseMessage } from "../lanes/message.ts";
import { failure } from "../lanes/stateless.ts";
import type { Elicit } from "../asking/sent_requests.ts";
import { paramHeaderFault } from "../tools/param_headers.ts";
import { MethodError } from "../method.ts";
import { noticesOf, Teller } from "../notices.ts";
import { LEGACY, type McpServer, MODERN } from "../server.ts";
import {
  answerListen,
  answerStaying,
  canBeAsked,
  keepSession,
  newSessionName,
  sessionKey,
} from "./session_http.ts";
import { serverCard } from "./server_card.ts";
import { NotifyingAnswer } from "./stream.ts";

const JSON_HEADERS = { "content-type": "application/json" };
const OK = { status: 200, headers: JSON_HEADERS };

/**
 * The response of an answer. One that opens a connection names a session: nothing is kept under it but the calls that
 * run, so that the client can cancel them.
 */
function respond(request: Request, answer: DirectAnswer, message: unknown): Response {
  const { text, status, opens } = answer;
  if (opens) {
    const name = newSessionName((message as JsonRpcMessage).params);
    return new Response(text, { status, headers: { ...JSON_HEADERS, "mcp-session-id": name } });
  }
  return answerText(request, text, status === 200 ? OK : { status, headers: JSON_HEADERS });
}

function rpcError(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
  id: string | number | null = null,
): Response {
  return new Response(failure(id, code, message), {
    status,
    headers: { ...JSON_HEADERS, ...headers },
  });
}

const sessionEnded = (id: string | number | null = null) =>
  rpcError(404, -32001, "The session has ended. Begin again with initialize.", {}, id);

/** The error for a revision in the header that is not served. */
function unknownVersion(version: string, id: string | number | null = null): Response {
  const text = `Unsupported protocol version: ${beginningOf(version, 40)}. Use one of ${
    [MODERN, ...LEGACY].join(", ")
  }.`;
  return rpcError(400, -32000, text, {}, id);
}

/** The path of a request's URL. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start < 0) return "/";
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

/** What of its parameters a modern request names in a header, by its method. */
const NAMED_BY: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
});

/** Whether the headers of a modern request say what its body says, as the revision demands. */
function headersAgree(headers: Headers, message: JsonRpcMessage & { method: string }): boolean {
  if (headers.get("mcp-protocol-version") !== MODERN || headers.get("mcp-method") !== message.method) {
    return false;
  }
  const named = NAMED_BY[message.method];
  if (named === undefined) return true;
  const name = (message.params as Readonly<Record<string, unknown>> | undefined)?.[named];
  return headers.get("mcp-name") === (name === undefined ? null : name);
}

/** Whether the headers name another task than the body, which the SDK does not look at. */
function namesAnotherTask(
  headers: Headers,
  { method, params }: JsonRpcMessage & { method: string },
): boolean {
  if (!method.startsWith("tasks/")) return false;
  const name = headers.get("mcp-name"), id = (params as { taskId?: unknown } | undefined)?.taskId;
  return name !== null && name.trim() !== id;
}

/**
 * Makes the handler of an MCP endpoint.
 *
 * @param server The server.
 * @param options `direct: false` sends every request to the SDK, for comparing the lanes; `address` is where clients reach
 * the server, where that is known.
 */
export function createHttpHandler(
  server: McpServer,
  options: { direct?: boolean; address?: string | undefined } = {},
): Handler {
  let sdk: Promise<(request: Request, caller?: Caller) => Promise<Response>> | undefined;
  const direct = options.direct ?? true, calls = new Cancellable();

  const toSdk = async (
    request: Request,
    text: string,
    message: unknown,
    caller: Caller | undefined,
  ): Promise<Response> => {
    const lane = await import("../lanes/sdk_lane.ts");
    const handle = await (sdk ??= Promise.resolve(lane.createSdkHttpLane(server)));
    const headers = new Headers(request.headers), accept = headers.get("accept") ?? "";
    // The SDK answers only clients that take both forms; those of one form get theirs all the same.
    headers.set("accept", "application/json, text/event-stream");
    headers.delete("content-length");
    const completed = lane.completeRequest(message), { url, method, signal } = request;
    const body = completed === undefined ? text : writeJson(completed);
    const response = await handle(new Request(url, { method, headers, signal, body }), caller);
    const stays = accept.includes("text/event-stream") ||
      namedVersion(message as JsonRpcMessage) !== undefined;
    return stays ? response : await lane.withoutStream(response, Array.isArray(message));
  };

  // A client sends the same address again and again.
  let last = "", path = "";
  return async (request, caller) => {
    const { url } = request;
    if (url !== last) {
      path = pathOf(url);
      last = url;
    }
    if (path !== "/" && path !== "/mcp" && path !== "/mcp/") {
      if (request.method === "GET" && path === "/mcp/server-card" && server.describes) {
        return serverCard(server, options.address);
      }
      return rpcError(404, -32601, `No MCP endpoint at ${path}. It is at / and /mcp.`);
    }
    if (request.method !== "POST") {
      const staying = direct ? answerStaying(server, request, caller) : undefined;
      if (staying) return staying;
      return rpcError(405, -32000, `${request.method} is not supported here. Send JSON-RPC with POST.`, {
        allow: "POST",
      });
    }
    const { headers } = request;
    const type = headers.get("content-type");
    if (type !== "application/json" && (type === null || !/^application\/json\b/i.test(type))) {
      return rpcError(415, -32700, "Send JSON: the Content-Type must be application/json.");
    }
    const read = readText(request, DEFAULT_REQUEST_BYTES), text = read instanceof Promise ? await read : read;
    if (text === undefined) {
      return rpcError(413, -32600, `The request is larger than ${DEFAULT_REQUEST_BYTES} bytes.`);
    }
    if (text === null) return rpcError(400, -32700, "Parse error: the body is not UTF-8 text");
    let message: unknown;
    try {
      message = parseMessage(text);
    } catch {
      return rpcError(
        400,
        -32700,
        text.trim() === "" ? "Parse error: empty body" : "Parse error: the body is not valid JSON",
      );
    }
    if (direct && message !== null && typeof message === "object" && !Array.isArray(message)) {
      const answer = tryDirect(server, request, message as JsonRpcMessage, calls, caller);
      if (answer) {
        if (isResponse(answer)) return answer;
        if (answer instanceof Begun) return await answer.response();
        const answered = answer instanceof Promise ? await answer : answer;
        return isResponse(answered) ? answered : respond(request, answered, message);
      }
    }
    if (direct && Array.isArray(message)) return await tryBatch(server, request, message, calls, caller);
    const fault = direct && !Array.isArray(message) ? formFault(message) : undefined;
    if (fault !== undefined) return rpcError(400, -32600, `Invalid Request: ${fault}`, {}, idOf(message));
    return await toSdk(request, text, message, caller);
  };
}

/** Answers a request to listen. */
function tryListen(
  server: McpServer,
  request: Request,
  { id, params }: JsonRpcMessage & { id: string | number },
  caller: Caller | undefined,
): Response {
  try {
    const stream = answerListen(server, request, id, (params ?? {}) as Record<string, unknown>, caller);
    return stream ?? rpcError(503, -32603, "Too many clients listen. Try again later.", {}, id);
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
    return rpcError(400, error.code, error.message, {}, id);
  }
}

/** Whether a call is one request to an API: it tells no progress. */
const isOneRequest = (server: McpServer, params: unknown) =>
  server.toolbox.byName.get((params as { name: string }).name)?.flow.request !== undefined;

/** What is wrong with the headers that say arguments of a call; nothing of them is looked at where a tool has none. */
function paramFault(
  server: McpServer,
  { method, params }: JsonRpcMessage,
  headers: Headers,
): string | undefined {
  if (method !== "tools/call") return undefined;
  const { name, arguments: given } = (params ?? {}) as { name?: unknown; arguments?: unknown };
  const expected = server.toolbox.byName.get(name as string)?.paramHeaders;
  return expected && paramHeaderFault(expected, argumentsOf(given) ?? {}, headers);
}

/** What asks the person behind a client, over the stream of an answer. */
function elicitation(server: McpServer, client: string, telling: NotifyingAnswer, leaving: Leaving): Elicit {
  const signal = leaving.signal(), send = (text: string) => telling.send(text);
  return (params) => server.clients.sent.send("elicitation/create", params, { client, send, signal });
}

function tryDirect(
  server: McpServer,
  request: Request,
  message: JsonRpcMessage,
  calls: Cancellable,
  caller: Caller | undefined,
): DirectAnswer | Promise<DirectAnswer | Response> | Response | Begun | undefined {
  const { headers } = request, version = headers.get("mcp-protocol-version");
  if (isRequest(message)) {
    const era = eraOf(message), key = era === "legacy" ? sessionKey(headers, caller) : undefined;
    if (key !== undefined && server.clients.hasEnded(key)) return sessionEnded(message.id);
    if (era === "legacy") {
      if (version !== null && !isLegacyVersion(version)) {
        return version === MODERN ? undefined : unknownVersion(version, message.id);
      }
    } else if (era === undefined || !headersAgree(headers, message)) return undefined;
    const fault = era === "modern" ? paramFault(server, message, headers) : undefined;
    if (fault !== undefined) return rpcError(400, -32020, fault, {}, message.id);
    const asks = key !== undefined && canBeAsked(headers) && leavesOpen(server, message);
    if (message.method !== "tools/call" && !asks) {
      if (era === "modern" && namesAnotherTask(headers, message)) {
        return rpcError(400, -32020, "Mcp-Name names another task than the body", {}, message.id);
      }
      if (message.method === "subscriptions/listen" && era === "modern") {
        return tryListen(server, request, message, caller);
      }
      const session = () => keepSession(server, key);
      return answerDirectly(server, message, era, () => request.signal, { caller, headers, session });
    }
    const leaving = new Leaving(request), { params } = message;
    const notices = noticesOf(params, key === undefined ? undefined : server.clients.session(key)?.level);
    const telling = asks || (notices && headers.get("accept")?.includes("text/event-stream"))
      ? new NotifyingAnswer(leaving, !asks && isOneRequest(server, params))
      : undefined;
    const teller = telling && notices && new Teller(notices, (text, canWait) => telling.send(text, canWait));
    const elicit = asks ? elicitation(server, key, telling!, leaving) : undefined;
    const context = { caller, headers, teller, elicit };
    const answer = answerDirectly(server, message, era, () => leaving.signal(), context);
    if (!(answer instanceof Promise)) return answer;
    const tracked = key === undefined
      ? answer
      : calls.track(Cancellable.key(key, message.id), answer, leaving);
    // The result of a tool has this status whatever it says.
    if (telling) return telling.response(tracked, OK);
    // The listener notices a client that leaves; other servers do when the answer has begun.
    return request instanceof ServedRequest ? tracked : new Begun(tracked, leaving, OK);
  }
  const { id, method } = message, isLegacy = version === null || isLegacyVersion(version);
  // A notification of a handshake revision, or an answer of its client.
  if (!isLegacy || formFault(message) !== undefined || eraOf(message) !== "legacy") return undefined;
  if (method !== undefined && (id !== undefined || !(method as string).startsWith("notifications/"))) {
    return undefined;
  }
  const key = sessionKey(headers, caller);
  if (key !== undefined && server.clients.hasEnded(key)) return sessionEnded();
  hear(server, message, calls, key);
  return new Response(null, { status: 202 });
}

/** Answers several messages at once. */
async function tryBatch(
  server: McpServer,
  request: Request,
  messages: readonly unknown[],
  calls: Cancellable,
  caller: Caller | undefined,
): Promise<Response> {
  const { headers } = request,
    version = headers.get("mcp-protocol-version"),
    key = sessionKey(headers, caller);
  if (version !== null && !isLegacyVersion(version) && version !== MODERN) return unknownVersion(version);
  if (version === MODERN) {
    return rpcError(400, -32600, `Invalid Request: the revision ${MODERN} has no batches`);
  }
  if (key !== undefined && server.clients.hasEnded(key)) return sessionEnded();
  const leaving = new Leaving(request), session = () => keepSession(server, key);
  const { status, text } = await answerBatch(messages, {
    answer(message) {
      const ended = new AbortController(), signal = () => AbortSignal.any([leaving.signal(), ended.signal]);
      const answer = answerDirectly(server, message, "legacy", signal, { caller, headers, session });
      if (key === undefined || !(answer instanceof Promise)) return answer;
      return calls.track(Cancellable.key(key, message.id), answer, { leave: () => ended.abort() });
    },
    hear: (message) => hear(server, message, calls, key),
  });
  return new Response(text ?? null, text === undefined ? { status } : { status, headers: JSON_HEADERS });
}
