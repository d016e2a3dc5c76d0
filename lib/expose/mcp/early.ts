/**
 * The first answers of a connection: what a client asks of any server before it calls anything, from prepared text.
 *
 * A thread that runs no flow gives them, while the one that does is still being made. Whatever it does not answer here
 * goes there, so that every other message has one voice.
 *
 * @module
 */
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { EarlyAnswers, SurfaceParts } from "../../surface/surface_type.ts";
import { answerDirectly, eraOf, faultOf, isRequest, type Message } from "./direct.ts";
import { makeServer } from "./make_server.ts";
import { parseMessage } from "./message.ts";
import type { McpServer } from "./server.ts";

/** Methods of the server that give what stands in the document. */
const LISTS = new Set(["resources/list", "resources/templates/list", "prompts/list"]);

/** Methods that change what is kept of the connection, or let it listen. */
const STAYING = new Set([
  "logging/setLevel",
  "resources/subscribe",
  "resources/unsubscribe",
  "subscriptions/listen",
]);

/** Whether a method can be answered without running anything. */
function isStateless(server: McpServer, method: string): boolean {
  if (method === "tools/call" || STAYING.has(method)) return false;
  return !server.has(method) || (LISTS.has(method) && !(method === "resources/list" && server.listsFiles));
}

const noSignal = () => undefined;

/**
 * The first answers of a server.
 *
 * @param server The server; none of its flows is run.
 */
export function earlyAnswers(server: McpServer): EarlyAnswers {
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
      let text: string, message: Message;
      try {
        text = decoder.decode(line);
        if (text.trim() === "") return "";
        message = parseMessage(text) as Message;
      } catch {
        return undefined;
      }
      if (faultOf(message) !== undefined) return undefined;
      const era = eraOf(message);
      if (!isRequest(message)) {
        const { id, method } = message;
        if (id !== undefined || typeof method !== "string") return undefined;
        // Nothing runs here that could be cancelled.
        if (method === "notifications/cancelled") return "";
        return era === "legacy" && method.startsWith("notifications/") ? "" : undefined;
      }
      if (era === undefined || !isStateless(server, message.method)) return undefined;
      const answer = answerDirectly(server, message, era, noSignal);
      if (message.method === "tools/list") listed = true;
      if (answer instanceof Promise) return answer.then((given) => given.text);
      if (answer?.opens) opening = text;
      return answer?.text;
    },
  };
}

/** The first answers of an MCP surface. */
export function earlyMcp(parts: SurfaceParts<ExposesMcp>): EarlyAnswers {
  return earlyAnswers(makeServer(parts));
}
