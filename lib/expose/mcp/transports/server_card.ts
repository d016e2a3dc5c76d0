/**
 * The server card: who a server is, for clients that have not connected (SEP-2127, a draft). What it can do is asked of
 * the server itself.
 *
 * @module
 */
import type { McpServer } from "../server.ts";

const SCHEMA = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";
/** How much of a description stands on a card, in characters. */
const MAX_DESCRIPTION = 100;
/** For how long a card may be kept, in seconds. */
const KEPT_SECONDS = 3600;

/** A name as cards take it: a namespace, a slash, and a name. */
function cardName(name: string): string {
  return `capstan/${
    name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "") || "mcp"
  }`;
}

/**
 * The card of a server. It names no address: behind a proxy the server does not know its own, and who reads the card has
 * found it under that address.
 *
 * @param server The server.
 */
export function serverCard({ info, instructions = info.name }: McpServer): Response {
  const text = instructions.trim().split("\n", 1)[0]!;
  const card = {
    $schema: SCHEMA,
    name: cardName(info.name),
    version: info.version,
    description: text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1).trimEnd()}…` : text,
    ...(info.title === undefined ? {} : { title: info.title }),
  };
  return new Response(JSON.stringify(card), {
    headers: {
      "content-type": "application/mcp-server-card+json",
      "cache-control": `private, max-age=${KEPT_SECONDS}`,
    },
  });
}
