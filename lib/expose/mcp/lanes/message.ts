/**
 * Reading a JSON-RPC message.
 *
 * @module
 */
import { parseJson } from "../../../data/json.ts";

/**
 * Reads one message or a batch, with every digit of its arguments. An id stays what JSON-RPC knows: text or a number.
 *
 * @param text The JSON.
 * @throws {SyntaxError} When it is none.
 */
export function parseMessage(text: string): unknown {
  const message = parseJson(text);
  for (const one of Array.isArray(message) ? message : [message]) {
    if (typeof (one as { id?: unknown } | null)?.id === "bigint") one.id = Number(one.id);
  }
  return message;
}
