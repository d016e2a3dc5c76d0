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
import { makeServer } from "../make_server.ts";
import type { McpServer } from "../server.ts";
import { answerDirectly } from "./direct.ts";
import { firstAnswers } from "./first.ts";

const noSignal = () => undefined;

/** Whether the answer to a list is another one when files come or go. */
export const changes = (server: McpServer, method: string): boolean =>
  method === "resources/list" && server.listsFiles;

/**
 * The first answers of a server.
 *
 * @param server The server; none of its flows is run.
 */
export function earlyAnswers(server: McpServer): EarlyAnswers {
  return firstAnswers((message, era) =>
    changes(server, message.method) ? undefined : answerDirectly(server, message, era, noSignal)
  );
}

/** The first answers of an MCP surface. */
export function earlyMcp(parts: SurfaceParts<ExposesMcp>): EarlyAnswers {
  return earlyAnswers(makeServer(parts));
}
