import assert from "node:assert/strict";
import { compileText } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import { McpServer } from "../server.ts";
import { createHttpHandler } from "../transports/http.ts";

const { surfaces, spec, ...capability } = await compileText(`ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: shop
      port: 3987
      tools:
        find:
          description: Finds
          inputParameters:
            region: { type: string, required: false, description: Where, x-mcp-header: Region }
            size: { type: integer, required: false, description: How many, x-mcp-header: Size }
            fresh: { type: boolean, required: false, description: How fresh, x-mcp-header: region }
            words: { type: array, required: false, description: What, x-mcp-header: Words }
            none: { type: string, required: false, description: Why, x-mcp-header: "no name" }
          outputParameters: [{ name: said, type: string, value: "{{region}} {{size}} {{fresh}} {{words}} {{none}}" }]
`);
const server = new McpServer({ surfaces, spec, ...capability }, surfaces[0] as Surface<ExposesMcp>);
const handle = createHttpHandler(server);

/** The status, and the code of the error, of a call of 2026-07-28 with headers. */
async function call(args: object, headers: Record<string, string>): Promise<readonly [number, unknown]> {
  const response = await handle(
    new Request("http://127.0.0.1/mcp", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "find",
        ...headers,
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name: "find",
          arguments: args,
          _meta: {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      }),
    }),
  );
  return [response.status, (await response.json()).error?.code];
}

Deno.test("clients are told of the headers that they can send", () => {
  const { properties } = server.toolbox.tools[0]!.definition.inputSchema as { properties: object };
  const headers = Object.entries(properties).map(([name, one]) => [name, one["x-mcp-header"]]);
  assert.deepEqual(headers, [
    ["region", "Region"],
    ["size", "Size"],
    ["fresh", undefined],
    ["words", undefined],
    ["none", undefined],
  ]);
  const told = spec.diagnostics.filter(({ message }) => message.startsWith("x-mcp-header"));
  assert.equal(told.length, 3);
});

Deno.test("a header that says something else than the body is refused", async () => {
  const encoded = (text: string) =>
    `=?base64?${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}?=`;
  for (
    const [args, headers] of [
      [{}, {}],
      [{ region: "north" }, { "mcp-param-region": "north" }],
      [{ region: "north" }, { "mcp-param-region": "  north " }],
      [{ region: "Zürich" }, { "mcp-param-region": encoded("Zürich") }],
      [{ region: "=?base64?eA==" }, { "mcp-param-region": "=?base64?eA==" }],
      [{ size: 42 }, { "mcp-param-size": "42.0" }],
      [{ region: null }, {}],
      [{ fresh: true }, {}],
    ] as const
  ) assert.deepEqual(await call(args, headers), [200, undefined], JSON.stringify([args, headers]));
  for (
    const [args, headers] of [
      [{ region: "north" }, {}],
      [{ region: "north" }, { "mcp-param-region": "south" }],
      [{}, { "mcp-param-region": "south" }],
      [{ region: null }, { "mcp-param-region": "null" }],
      [{ region: "Hello" }, { "mcp-param-region": "=?base64?SGVsbG8?=" }],
      [{ region: "Hello" }, { "mcp-param-region": "=?base64?SGVs!!!bG8=?=" }],
      [{ region: "x" }, { "mcp-param-region": "=?base64?/w==?=" }],
      [{ size: 42 }, { "mcp-param-size": "" }],
    ] as const
  ) assert.deepEqual(await call(args, headers), [400, -32020], JSON.stringify([args, headers]));
});
