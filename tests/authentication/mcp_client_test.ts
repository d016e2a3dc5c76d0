import assert from "node:assert/strict";
import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { CAPSTAN, folderWith, freePort, startServer, upstream } from "../testing.ts";
import { oidcProvider } from "./servers.ts";

Deno.test("the official MCP client finds the authorization server by the challenge, logs in and calls a tool", async () => {
  await using login = await oidcProvider("jwt");
  await using api = upstream(() => Response.json([{ id: 1 }]));
  const port = freePort(), resource = `http://127.0.0.1:${port}/mcp`;
  await using folder = await folderWith({
    "shop.yml": `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${api.origin}
      resources: { orders: { path: /orders, operations: { list-orders: { method: GET } } } }
  exposes:
    - type: mcp
      namespace: shop-tools
      port: ${port}
      authentication: { type: oauth2, authorizationServerUri: "${login.issuer}", resource: "${resource}", scopes: [orders:read] }
      tools:
        list-orders: { description: Lists orders, call: shop.list-orders }
`,
  });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`]);
  const authProvider = new ClientCredentialsProvider({
    clientId: "robot",
    clientSecret: "robot-secret",
    scope: "orders:read",
    expectedIssuer: login.issuer,
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(resource), { authProvider }));
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(({ name }) => name), ["list-orders"]);
  const result = await client.callTool({ name: "list-orders", arguments: {} });
  assert.deepEqual(result.content, [{ type: "text", text: '[{"id":1}]' }]);
  await client.close();
  assert.equal(api.requests[0]!.headers.get("authorization"), null, "the caller's token stays here");
  assert.match(server.err(), /callers authenticate: oauth2/);
});
