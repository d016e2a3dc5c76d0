/**
 * The words of the protocol: its revisions, and the keys under which a request names what it speaks.
 *
 * @module
 */

/** The revision of the protocol that has no handshake. */
export const MODERN = "2026-07-28";
/** The revisions that begin with `initialize`, newest first. */
export const LEGACY: readonly string[] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/** The key under which a request of the modern revision names it. */
export const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

/** The key under which a request of the modern revision says what its client can do. */
export const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";

/** The key under which a request of the modern revision says who its client is. */
export const CLIENT_KEY = "io.modelcontextprotocol/clientInfo";

/** Which kind of revision a request speaks. */
export type Era = "modern" | "legacy";
