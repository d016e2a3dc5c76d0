/**
 * The first answers of a connection: what a client asks of any server before it calls anything, from prepared text.
 *
 * A thread that runs no flow gives them, while the one that does is still being made. Whatever it does not answer here
 * goes there, so that every other message has one voice.
 *
 * @module
 */
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { EarlyAnswers, SurfaceParts } from "../../../surface/surface_type.ts";
import { answerDirectly, eraOf, formFault, isRequest, type JsonRpcMessage } from "./direct.ts";
import { makeServer } from "../make_server.ts";
import { parseMessage } from "./message.ts";
import type { McpServer } from "../server.ts";

/** Methods whose answer stands in the document, and changes nothing. */
const STATELESS = new Set([
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
]);

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
      if (method === "resources/list" && server.listsFiles) return undefined;
      const answer = answerDirectly(server, message, era, noSignal);
      if (method === "tools/list") listed = true;
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
