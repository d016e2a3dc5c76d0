/**
 * Reading the first messages of a connection, whoever has the answers.
 *
 * A message that is not exactly as the protocol says, or asks for more than stands in the document, is not answered here:
 * it goes to the thread that serves, so that every such message has one voice.
 *
 * @module
 */
import type { EarlyAnswers } from "../../../surface/surface_type.ts";
import type { Era } from "../protocol.ts";
import { formFault, isRequest, type JsonRpcMessage } from "./form.ts";
import { parseMessage } from "./message.ts";
import { type DirectAnswer, eraOf } from "./stateless.ts";

/** The lists beside that of tools. */
export const LISTS = ["prompts/list", "resources/list", "resources/templates/list"] as const;

/** Methods whose answer stands in the document, and changes nothing. */
const STATELESS: ReadonlySet<string> = new Set([
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  ...LISTS,
]);

/** A request in the one exact form. */
export type FirstRequest = JsonRpcMessage & { readonly id: string | number; readonly method: string };

/** Answers a request; undefined for one that is answered elsewhere. */
export type AnswerFirst = (
  message: FirstRequest,
  era: Era,
) => DirectAnswer | Promise<DirectAnswer> | undefined;

/**
 * The first answers of a connection.
 *
 * @param give Gives the answers.
 */
export function firstAnswers(give: AnswerFirst): EarlyAnswers {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let opening: string | undefined, listed = false;
  return {
    get opening() {
      return opening;
    },
    get listed() {
      return listed;
    },
    answer(line) {
      let text: string, message: JsonRpcMessage;
      try {
        text = decoder.decode(line);
        if (text.trim() === "") return "";
        message = parseMessage(text) as JsonRpcMessage;
      } catch {
        return undefined;
      }
      if (formFault(message) !== undefined) return undefined;
      const era = eraOf(message);
      if (!isRequest(message)) {
        const { id, method } = message;
        if (id !== undefined || typeof method !== "string") return undefined;
        // Nothing runs here that could be cancelled.
        if (method === "notifications/cancelled") return "";
        return era === "legacy" && method.startsWith("notifications/") ? "" : undefined;
      }
      const { method } = message;
      if (era === undefined || !STATELESS.has(method)) return undefined;
      const answer = give(message, era);
      if (method === "tools/list") listed = true;
      if (answer instanceof Promise) return answer.then((given) => given.text);
      if (answer?.opens) opening = text;
      return answer?.text;
    },
  };
}
