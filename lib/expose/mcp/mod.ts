/**
 * The MCP surface.
 *
 * @module
 */
export { createHttpHandler } from "./http.ts";
export { McpServer } from "./server.ts";
export { processStreams, serveStdio, type StdioStreams } from "./stdio.ts";
