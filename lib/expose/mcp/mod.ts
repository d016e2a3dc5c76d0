/**
 * The MCP surface.
 *
 * @module
 */
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { SurfaceDescription, SurfaceParts, SurfaceServer } from "../../surface/surface_type.ts";
import { createHttpHandler } from "./transports/http.ts";
import { idleSelectors, selected, type Selection, selects } from "./tools/select.ts";
import { makeServer, selectionOf } from "./make_server.ts";
import type { McpServer } from "./server.ts";
import { runnableTools } from "./tools/tools.ts";
import { processStreams } from "./transports/process_streams.ts";
import { publicAddress } from "./transports/server_card.ts";
import { serveStdio } from "./transports/stdio.ts";

export { createHttpHandler } from "./transports/http.ts";
export { McpServer } from "./server.ts";
export { processStreams } from "./transports/process_streams.ts";
export { serveStdio, type StdioStreams } from "./transports/stdio.ts";

/** The protocol's server behind each surface, for the one that takes its place. */
const servers = new WeakMap<SurfaceServer, McpServer>();

/** What a selection leaves of the tools, where there is one. */
function selectionCounts(
  surface: SurfaceParts<ExposesMcp>["surface"],
  selection: Selection,
): Pick<SurfaceDescription, "selected"> {
  if (!selects(selection)) return {};
  const tools = runnableTools(surface);
  return {
    selected: {
      offered: selected(tools, selection).length,
      of: tools.length,
      idle: idleSelectors(tools, selection),
    },
  };
}

/** Makes the server of an MCP surface. */
export function createMcpSurface(
  { capability, surface, host, options }: SurfaceParts<ExposesMcp>,
): SurfaceServer {
  const selection = selectionOf(options), server = makeServer({ capability, surface, host, options });
  // A client on stdin and stdout stays while the document is read again.
  let current = server;
  const out: SurfaceServer = {
    fetch: createHttpHandler(server, { address: publicAddress(surface.model) }),
    stdio: (signal, begun) =>
      serveStdio(() => current, processStreams(begun), { signal }).finally(() => current.leave()),
    describe: () => ({
      renamed: server.toolbox.renamed,
      ...selectionCounts(surface, selection),
      example: { path: "/mcp", body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }) },
    }),
    leave: () => current.leave(),
    replaced(by) {
      const next = servers.get(by);
      if (!next) return;
      current.replacedBy(next);
      current = next;
    },
  };
  servers.set(out, server);
  return out;
}
