/**
 * The server card: who a server is, for clients that have not connected (SEP-2127, a draft). What it can do is asked of
 * the server itself.
 *
 * @module
 */
import type { ExposesMcp } from "../../../../schemas/mod.ts";
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
 * Where clients reach a server, as far as its document says so: behind a proxy the server does not know its own address,
 * except where callers need tokens for it by that address.
 *
 * @param model The surface.
 */
export function publicAddress({ authentication }: ExposesMcp): string | undefined {
  const resource = authentication?.resource;
  return resource !== undefined && !resource.includes("{{") && /^https?:/i.test(resource) &&
      URL.canParse(resource)
    ? resource
    : undefined;
}

/**
 * The card of a server.
 *
 * @param server The server.
 * @param address Where clients reach it, where that is known.
 */
export function serverCard({ info, instructions = info.name }: McpServer, address?: string): Response {
  const text = instructions.trim().split("\n", 1)[0]!;
  const card = {
    $schema: SCHEMA,
    name: cardName(info.name),
    version: info.version,
    description: text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1).trimEnd()}…` : text,
    ...(info.title === undefined ? {} : { title: info.title }),
    ...(address === undefined ? {} : { remotes: [{ type: "streamable-http", url: address }] }),
  };
  return new Response(JSON.stringify(card), {
    headers: {
      "content-type": "application/mcp-server-card+json",
      "cache-control": `private, max-age=${KEPT_SECONDS}`,
    },
  });
}
