/**
 * Serving a specification in its sandbox.
 *
 * @module
 */
import { open, type SandboxSettings, type Serving } from "./sandbox.ts";
import type { Specification } from "./specification.ts";

/** How a capability is served. */
export interface ServeOptions extends SandboxSettings {
  /** Serve MCP over stdin and stdout instead of listening. */
  readonly stdio?: boolean;
  /** Listens on this address instead of the one the document says. */
  readonly host?: string;
  /** The port of the first surface, instead of the one the document says; 0 lets the system choose. */
  readonly port?: number;
}

/**
 * Serves a specification in its sandbox: a worker with no permissions but those its document calls for.
 *
 * This program keeps its own permissions. Proxy variables are removed from its environment.
 *
 * @param spec The specification.
 * @param options Where to listen, and where variables come from.
 * @returns What runs, once it does.
 * @throws {StartError} When the capability cannot be served; the message and the diagnostics say why.
 * @see docs/semantics.md §10 (surfaces).
 *
 * @example Serving over HTTP
 * ```ts
 * import { readSpecification, serve } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("fixed.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   exposes:
 *     - type: mcp
 *       namespace: fixed
 *       port: 3001
 *       tools:
 *         answer:
 *           description: The answer
 *           outputParameters:
 *             - { name: answer, type: number, value: 42 }
 * `,
 * });
 * await using serving = await serve(spec, { port: 0 });
 * const answer = await fetch(`${serving.surfaces[0]!.url}/mcp`, {
 *   method: "POST",
 *   headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
 *   body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
 * });
 * assert.match(await answer.text(), /"answer"/);
 * assert.deepEqual(await serving.call("answer"), { answer: 42 });
 * ```
 */
export function serve(spec: Specification, options: ServeOptions = {}): Promise<Serving> {
  const { stdio, host, port } = options;
  return open(spec, options, {
    ...(stdio === undefined ? {} : { stdio }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  });
}
