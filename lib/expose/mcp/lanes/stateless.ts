/**
 * What a client asks of any server before it calls anything, answered from texts that stand in the document.
 *
 * Whoever holds these texts can answer: the server, or a program that was given them when it was made.
 *
 * @module
 */
import { beginningOf } from "../../../data/beginning.ts";
import { CAPABILITIES_KEY, CLIENT_KEY, type Era, MODERN, VERSION_KEY } from "../protocol.ts";
import { isObject, type JsonRpcMessage } from "./form.ts";

/** Has the texts of a server, each the JSON of a result. */
export interface TextsOfServer {
  /** The result of `tools/list`. */
  list(era: Era): string;
  /** The result of `initialize`. */
  initialize(requested: unknown): string;
  /** The result of `server/discover`. */
  readonly discover: string;
}

/** An answer of the direct lane: the JSON text of a response. */
export interface DirectAnswer {
  readonly text: string;
  /** The HTTP status, where the answer travels over HTTP. */
  readonly status: number;
  /** It opens a connection: the handshake was as it has to be. */
  readonly opens?: boolean;
}

/** What a handshake lacks; undefined for a good one. */
function initializeFault(params: Record<string, unknown> | undefined): string | undefined {
  if (typeof params?.["protocolVersion"] !== "string") return "protocolVersion must be a revision, as text";
  if (!isObject(params["capabilities"])) return "capabilities must be an object";
  const info = params["clientInfo"];
  return isObject(info) && typeof info["name"] === "string" && typeof info["version"] === "string"
    ? undefined
    : "clientInfo must be an object with a name and a version";
}

/** The revision a request names in its own body; undefined for one that names none. */
export function namedVersion(message: JsonRpcMessage): unknown {
  const meta = (message.params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  return meta !== null && typeof meta === "object" ? meta[VERSION_KEY] : undefined;
}

/**
 * Whether a client of the modern revision introduces itself and does not say what it can do, which it has to. Clients of
 * the reference engine say neither, and are served as clients that can do nothing more.
 */
function hidesCapabilities(message: JsonRpcMessage): boolean {
  const meta = (message.params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  const said = meta?.[CAPABILITIES_KEY];
  return !isObject(said) && (said !== undefined || meta?.[CLIENT_KEY] !== undefined);
}

/** The kind of revision of a request; undefined for one the direct lane does not answer. */
export function eraOf(message: JsonRpcMessage): Era | undefined {
  const version = namedVersion(message);
  return version === undefined ? "legacy" : version === MODERN ? "modern" : undefined;
}

/** The JSON text of a good answer. */
export function result(id: string | number, text: string): string {
  return `{"jsonrpc":"2.0","id":${typeof id === "number" ? id : JSON.stringify(id)},"result":${text}}`;
}

/** The JSON text of an error; the id is null where the message has none that can be read. */
export function failure(id: string | number | null, code: number, message: string, data?: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } });
}

/** The answer for a method that is not offered. */
export function unknownMethod(id: string | number, method: string, era: Era): DirectAnswer {
  return {
    text: failure(id, -32601, `Method not found: ${beginningOf(method, 200)}`),
    status: era === "modern" ? 404 : 200,
  };
}

/** The answer for a client of the modern revision that does not say what it can do, though it has to. */
export function capabilitiesFault(
  message: JsonRpcMessage & { id: string | number },
): DirectAnswer | undefined {
  return hidesCapabilities(message)
    ? {
      text: failure(message.id, -32602, `Invalid params: _meta["${CAPABILITIES_KEY}"] must be an object`),
      status: 400,
    }
    : undefined;
}

/** What is wrong with any page but the first. */
export const UNKNOWN_CURSOR = "Invalid params: cursor names no page; the list comes whole without one";

/** The page that a request for a list names; undefined for the first one. */
export function cursorOf(params: unknown): unknown {
  const cursor = (params as { cursor?: unknown } | undefined)?.cursor;
  return cursor === null || cursor === "" ? undefined : cursor;
}

/** The answer for a page that was never named: every list comes whole. */
export function unknownCursor(id: string | number, era: Era): DirectAnswer {
  return { text: failure(id, -32602, UNKNOWN_CURSOR), status: era === "modern" ? 400 : 200 };
}

/**
 * Answers a request that changes nothing and needs nothing but texts.
 *
 * @param texts The texts.
 * @param message The request, in the one exact form.
 * @param era Its kind of revision.
 * @returns The answer; undefined for a method that is answered elsewhere.
 */
export function answerStateless(
  texts: TextsOfServer,
  message: JsonRpcMessage & { id: string | number; method: string },
  era: Era,
): DirectAnswer | undefined {
  const { id, method } = message;
  switch (method) {
    case "tools/list":
      if (cursorOf(message.params) !== undefined) return unknownCursor(id, era);
      return { text: result(id, texts.list(era)), status: 200 };
    case "initialize": {
      if (era !== "legacy") return unknownMethod(id, method, era);
      const params = message.params as Record<string, unknown> | undefined, fault = initializeFault(params);
      return fault === undefined
        ? { text: result(id, texts.initialize(params!["protocolVersion"])), status: 200, opens: true }
        : { text: failure(id, -32602, `Invalid params: ${fault}`), status: 200 };
    }
    case "ping":
      return era === "legacy" ? { text: result(id, "{}"), status: 200 } : unknownMethod(id, method, era);
    case "server/discover":
      return era === "modern"
        ? { text: result(id, texts.discover), status: 200 }
        : unknownMethod(id, method, era);
    default:
      return undefined;
  }
}
