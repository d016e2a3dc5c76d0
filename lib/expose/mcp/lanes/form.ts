/**
 * The form of messages: what is a request, what is not, and what clients mean by its parts.
 *
 * @module
 */
import { parseJson } from "../../../data/json.ts";

/** A JSON-RPC message. */
export interface JsonRpcMessage {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Whether a message is a request in the one exact form. */
export function isRequest(
  message: JsonRpcMessage,
): message is JsonRpcMessage & { id: string | number; method: string } {
  const { id, params } = message;
  return message.jsonrpc === "2.0" && typeof message.method === "string" &&
    (typeof id === "string" || (typeof id === "number" && Number.isInteger(id))) &&
    (params === undefined || isObject(params));
}

/** What is wrong with the form of a message; undefined for a request, a notification or an answer. */
export function formFault(message: unknown): string | undefined {
  if (!isObject(message)) return "a JSON-RPC message is an object";
  const { jsonrpc, id, method, params } = message;
  if (jsonrpc !== "2.0") return "jsonrpc must be '2.0'";
  if (method === undefined) {
    return id !== undefined && ("result" in message || "error" in message) ? undefined : "it names no method";
  }
  if (typeof method !== "string") return "method must be text";
  if (id !== undefined && typeof id !== "string" && !Number.isInteger(id)) {
    return "id must be text or an integer";
  }
  return params === undefined || isObject(params) ? undefined : "params must be an object";
}

/** The id to answer with: the one that was sent, where a client can know it again. */
export function idOf(message: unknown): string | number | null {
  const id = isObject(message) ? message["id"] : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/**
 * The arguments of a call as an object. Some clients send null or empty text for none, and some send the object as
 * JSON text: all of them mean it well.
 *
 * @returns The arguments; undefined for what cannot be any.
 */
export function argumentsOf(given: unknown): Record<string, unknown> | undefined {
  if (isObject(given)) return given;
  if (given === undefined || given === null) return {};
  if (typeof given !== "string") return undefined;
  if (given.trim() === "") return {};
  try {
    const parsed = parseJson(given);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
