/**
 * The direct lane: the stateless hot methods, answered from prepared text and one Flow call.
 *
 * It takes only requests that are exactly as the protocol says; everything else is the SDK's.
 *
 * @module
 */
import { type Era, LEGACY, type McpServer, MODERN, VERSION_KEY } from "./server.ts";

/** A JSON-RPC message. */
export interface Message {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
}

/** An answer of the direct lane: the JSON text of a response. */
export interface DirectAnswer {
  readonly text: string;
  /** The HTTP status, where the answer travels over HTTP. */
  readonly status: number;
}

/** The revision a request names in its own body; undefined for one that names none. */
export function namedVersion(message: Message): unknown {
  const meta = (message.params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  return meta !== null && typeof meta === "object" ? meta[VERSION_KEY] : undefined;
}

/** Whether a message is a request in the one exact form. */
export function isRequest(message: Message): message is Message & { id: string | number; method: string } {
  const { id, params } = message;
  return message.jsonrpc === "2.0" && typeof message.method === "string" &&
    (typeof id === "string" || (typeof id === "number" && Number.isInteger(id))) &&
    (params === undefined || (typeof params === "object" && params !== null && !Array.isArray(params)));
}

/** The kind of revision of a request; undefined for one the direct lane does not answer. */
export function eraOf(message: Message): Era | undefined {
  const version = namedVersion(message);
  return version === undefined ? "legacy" : version === MODERN ? "modern" : undefined;
}

/** Whether a header names a revision with a handshake. */
export function isLegacyVersion(version: string): boolean {
  return LEGACY.includes(version);
}

function result(id: string | number, text: string): string {
  return `{"jsonrpc":"2.0","id":${typeof id === "number" ? id : JSON.stringify(id)},"result":${text}}`;
}

function failure(id: string | number, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });
}

/**
 * Answers a request directly.
 *
 * @param server The server.
 * @param message The request, in the one exact form.
 * @param era Its kind of revision.
 * @param signal Gives the signal that aborts the call, where one is needed.
 * @returns The answer; undefined for a method that is the SDK's.
 */
export function answerDirectly(
  server: McpServer,
  message: Message & { id: string | number; method: string },
  era: Era,
  signal: () => AbortSignal | undefined,
): DirectAnswer | Promise<DirectAnswer> | undefined {
  const { id, method } = message;
  switch (method) {
    case "tools/call": {
      const params = message.params as { name?: unknown; arguments?: unknown; task?: unknown } | undefined;
      const name = params?.name;
      if (typeof name !== "string" || params!.task !== undefined) return undefined;
      const given = params!.arguments;
      if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given))) {
        return undefined;
      }
      const tool = server.toolbox.byName.get(name);
      if (!tool) {
        return { text: failure(id, -32602, server.unknownTool(name)), status: era === "modern" ? 400 : 200 };
      }
      return server.call(tool, given, era, signal).then((text) => ({
        text: result(id, text),
        status: 200,
      }));
    }
    case "tools/list":
      return { text: result(id, server.list(era)), status: 200 };
    case "initialize": {
      if (era !== "legacy") return undefined;
      const params = message.params as {
        protocolVersion?: unknown;
        capabilities?: unknown;
        clientInfo?: unknown;
      } | undefined;
      const info = params?.clientInfo as { name?: unknown; version?: unknown } | undefined;
      const exact = typeof params?.protocolVersion === "string" && typeof params.capabilities === "object" &&
        typeof info?.name === "string" && typeof info.version === "string";
      return exact ? { text: result(id, server.initialize(params.protocolVersion)), status: 200 } : undefined;
    }
    case "ping":
      return era === "legacy" ? { text: result(id, "{}"), status: 200 } : undefined;
    case "server/discover":
      return era === "modern" ? { text: result(id, server.discover), status: 200 } : undefined;
    default:
      return undefined;
  }
}
