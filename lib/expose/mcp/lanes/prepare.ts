/**
 * Preparing the first answers of a server, for a program that has them before it has a server.
 *
 * @module
 */
import type { PreparedAnswers, PreparedText } from "../../../surface/prepared_answers.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { SurfaceParts } from "../../../surface/surface_type.ts";
import { makeServer } from "../make_server.ts";
import { LEGACY } from "../protocol.ts";
import type { McpServer } from "../server.ts";
import { changes } from "./early.ts";
import { LISTS } from "./first.ts";

/** A text of both kinds of revisions; undefined where one does not begin as the other does. */
function prepared(legacy: string, modern: string): PreparedText | undefined {
  const shared = legacy.slice(0, -1);
  return modern.startsWith(shared) ? { legacy, modernTail: modern.slice(shared.length) } : undefined;
}

async function listOf(server: McpServer, method: string): Promise<PreparedText | null | undefined> {
  if (!server.has(method)) return null;
  if (changes(server, method)) return undefined;
  const answer = (era: "legacy" | "modern") => server.answer(method, {}, era, () => undefined);
  return prepared(await answer("legacy"), await answer("modern"));
}

/**
 * Prepares the first answers of a server.
 *
 * @param server The server; none of its flows is run.
 * @returns The texts; undefined where they cannot be distinguished by their ends.
 */
export async function prepareAnswers(server: McpServer): Promise<PreparedAnswers | undefined> {
  const tools = prepared(server.list("legacy"), server.list("modern"));
  if (!tools) return undefined;
  const lists: Record<string, PreparedText | null> = {};
  for (const method of LISTS) {
    const list = await listOf(server, method);
    if (list !== undefined) lists[method] = list;
  }
  return {
    tools,
    initialize: LEGACY.map((revision) => [revision, server.initialize(revision)]),
    discover: server.discover,
    lists,
  };
}

/** The prepared answers of an MCP surface. */
export function prepareMcp(parts: SurfaceParts<ExposesMcp>): Promise<PreparedAnswers | undefined> {
  return prepareAnswers(makeServer(parts));
}
