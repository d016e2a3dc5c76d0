/**
 * The SDK lane: everything the direct lane does not answer goes to the official SDK.
 *
 * Imported only when it is first needed.
 *
 * @module
 */
import type { Caller } from "../../../telemetry/call.ts";
import {
  type CallToolResult,
  createMcpHandler,
  type JSONRPCMessage,
  ProtocolError,
  Server,
  type Transport,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { parseJson, writeJson } from "../../../data/json.ts";
import { argumentsOf, isObject } from "./direct.ts";
import { cursorOf, UNKNOWN_CURSOR } from "./stateless.ts";
import { MethodError } from "../method.ts";
import { type McpServer, VERSION_KEY } from "../server.ts";

/** A server of the SDK over the same tools and the same calls as the direct lane. */
function makeServer(server: McpServer, caller?: Caller): Server {
  const sdk = new Server(server.info, {
    capabilities: server.capabilities,
    ...(server.instructions === undefined ? {} : { instructions: server.instructions }),
  });
  sdk.setRequestHandler("tools/list", ({ params }) => {
    if (cursorOf(params) !== undefined) throw new ProtocolError(-32602, UNKNOWN_CURSOR);
    return JSON.parse(server.list("legacy"));
  });
  sdk.setRequestHandler("tools/call", async (request, context) => {
    const tool = server.toolbox.byName.get(request.params.name);
    if (!tool) throw new ProtocolError(-32602, server.unknownTool(request.params.name));
    return await server.call(
      tool,
      request.params.arguments,
      "legacy",
      () => context.mcpReq.signal,
      (text) => parseJson(text) as CallToolResult,
      caller,
      { params: request.params },
    );
  });
  for (const method of server.methods()) {
    // The table has methods as text; the SDK's types know each by name.
    const handle = sdk.setRequestHandler.bind(sdk) as unknown as (
      method: string,
      handler: (request: { params?: Record<string, unknown> }, context: SdkContext) => Promise<unknown>,
    ) => void;
    handle(method, async ({ params = {} }, context) => {
      if (method.endsWith("/list") && cursorOf(params) !== undefined) {
        throw new ProtocolError(-32602, UNKNOWN_CURSOR);
      }
      try {
        const signal = () => context.mcpReq.signal;
        return JSON.parse(await server.answer(method, params, "legacy", signal, caller));
      } catch (error) {
        throw error instanceof MethodError
          ? new ProtocolError(error.legacyCode, error.message, error.data)
          : new ProtocolError(-32603, server.fault(error, method));
      }
    });
  }
  return sdk;
}

/** What the SDK gives with a request. */
interface SdkContext {
  readonly mcpReq: { readonly signal: AbortSignal };
}

/** Answers HTTP requests with the SDK. */
export function createSdkHttpLane(
  server: McpServer,
): (request: Request, caller?: Caller) => Promise<Response> {
  // The SDK makes a server for each request, and hands through who calls.
  const handler = createMcpHandler(({ authInfo }) =>
    makeServer(server, authInfo?.extra?.["caller"] as Caller)
  );
  return (request, caller) =>
    caller === undefined ? handler.fetch(request) : handler.fetch(request, {
      authInfo: { token: "", clientId: caller.id, scopes: [...caller.scopes ?? []], extra: { caller } },
    });
}

/** A connection to the SDK over messages that somebody else reads and writes. */
export interface SdkStdioLane {
  /** Hands a message to the SDK. */
  receive(message: unknown): void;
  close(): Promise<void>;
}

/**
 * Serves one stdio connection with the SDK.
 *
 * @param server The server.
 * @param write Writes an answer.
 * @param opening The `initialize` the direct lane has answered, if it has: the SDK must know of it, and its answer is dropped.
 */
export function createSdkStdioLane(
  server: McpServer,
  write: (text: string) => void,
  opening: unknown,
): SdkStdioLane {
  let dropped = (opening as { id?: unknown } | undefined)?.id;
  const transport: Transport = {
    start: () => Promise.resolve(),
    send(message: JSONRPCMessage) {
      const id = (message as { id?: unknown }).id;
      if (dropped !== undefined && id === dropped) dropped = undefined;
      else write(writeJson(message));
      return Promise.resolve();
    },
    close() {
      transport.onclose?.();
      return Promise.resolve();
    },
  };
  const handle = serveStdio(() => makeServer(server), { transport });
  const ready = Promise.resolve();
  const receive = (message: unknown) =>
    void ready.then(() => transport.onmessage?.(message as JSONRPCMessage));
  if (opening !== undefined) receive(opening);
  return { receive, close: () => handle.close() };
}

/**
 * Completes a request as the direct lane reads it: a client that leaves out its capabilities
 * has none, `_meta` that is no object says nothing, and arguments may be left out, null, or an object as JSON text.
 *
 * @param message A parsed request.
 * @returns The completed request; undefined when nothing was missing.
 */
export function completeRequest(message: unknown): unknown {
  const request = message as { method?: unknown; params?: Record<string, unknown> } | null;
  const params = request?.params;
  if (!isObject(params)) return undefined;
  const meta = params["_meta"], more: Record<string, unknown> = {};
  const key = "io.modelcontextprotocol/clientCapabilities";
  if (!isObject(meta)) {
    if (meta !== undefined) more["_meta"] = undefined;
  } else if (typeof meta[VERSION_KEY] === "string" && !(key in meta)) more["_meta"] = { ...meta, [key]: {} };
  const given = params["arguments"];
  if (request!.method === "tools/call" && (given === null || typeof given === "string")) {
    const args = argumentsOf(given);
    if (args) more["arguments"] = args;
  }
  return Object.keys(more).length > 0 ? { ...request, params: { ...params, ...more } } : undefined;
}

/**
 * The answers of an event stream as JSON, for a client that takes nothing else.
 *
 * @param response The answer of a request of a handshake revision: its stream ends with the last answer.
 * @param batch Whether the answers are a list.
 */
export async function withoutStream(response: Response, batch: boolean): Promise<Response> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return response;
  const answers = (await response.text()).split("\n").filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trim()).filter((data) => data !== "");
  return new Response(batch ? `[${answers.join(",")}]` : answers.at(-1) ?? "", {
    status: response.status,
    headers: { "content-type": "application/json" },
  });
}
