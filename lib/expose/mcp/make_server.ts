/**
 * The protocol's server of a surface, as the operator wants it.
 *
 * @module
 */
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { SurfaceOptions, SurfaceParts } from "../../surface/surface_type.ts";
import type { Selection } from "./tools/select.ts";
import { McpServer } from "./server.ts";

/** Which tools the operator wants offered. */
export function selectionOf(options: SurfaceOptions | undefined): Selection {
  return { only: options?.only, without: options?.without };
}

/** Makes the server. */
export function makeServer({ capability, surface, host, options }: SurfaceParts<ExposesMcp>): McpServer {
  return new McpServer(capability, surface, {
    host,
    describes: options?.describe !== false,
    isShared: options?.isShared === true,
    selection: selectionOf(options),
  });
}
