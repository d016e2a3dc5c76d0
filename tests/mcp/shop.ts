/**
 * A shop whose tools have to have arguments that a person can be asked for.
 *
 * @module
 */
import type { ExposesMcp } from "../../schemas/mod.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { McpServer } from "../../lib/expose/mcp/server.ts";
import { createHttpHandler } from "../../lib/expose/mcp/transports/http.ts";
import { compileText, startUpstream } from "../capability.ts";

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      resources:
        order:
          path: /orders
          operations:
            order:
              method: POST
              inputParameters:
                item: { in: query, type: string }
                count: { in: query, type: integer }
                password: { in: query, type: string }
        address:
          path: /addresses
          operations:
            send:
              method: POST
              body: { type: json, data: { to: "{{to}}", note: "{{note}}" } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3985
      tools:
        order:
          description: Orders something
          inputParameters:
            item: { type: string, description: What, required: true }
            count: { type: integer, description: How many, minimum: 1, required: true }
          call: shop.order
        log-in:
          description: Logs somebody in
          inputParameters: { password: { type: string, description: The password, required: true } }
          call: shop.order
        send:
          description: Sends something
          inputParameters:
            to: { type: object, description: Where to, required: true, properties: { city: { type: string, required: true } } }
            note: { type: string, description: What it says, required: true }
          call: shop.send
      prompts:
        greet:
          description: Greets somebody
          arguments: { who: { description: Whom } }
          template: [{ role: user, content: "Greet {{who}}" }]
`;

/** A server, and what its API was asked. */
export async function shop(options: { isShared?: boolean } = {}) {
  const seen: string[] = [];
  const api = startUpstream((request, body) => {
    seen.push(`${new URL(request.url).search} ${body}`.trim());
    return Response.json({ ok: true });
  });
  const capability = await compileText(SPEC(api.origin));
  const server = new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>, options);
  const handle = createHttpHandler(server);
  const ask = async (
    method: string,
    params: object,
    clientCapabilities: object = { elicitation: {} },
    id?: string,
  ) => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": clientCapabilities,
      "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" },
    };
    const response = await handle(
      new Request("http://127.0.0.1/mcp", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "accept": "application/json, text/event-stream",
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": method,
          ...("name" in params ? { "mcp-name": params.name as string } : {}),
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } }),
      }),
      id === undefined ? undefined : { id, scheme: "basic" },
    );
    return await response.json();
  };
  return { ask, handle, server, seen, close: () => api[Symbol.asyncDispose]() };
}
