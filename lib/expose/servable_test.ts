import assert from "node:assert/strict";
import { compileText } from "../../tests/capability.ts";
import { unservable } from "./servable.ts";

const spec = (...exposes: readonly string[]) =>
  `ikanos: "1.0.0-beta5"\ncapability:\n  exposes:\n${exposes.map((one) => `    - ${one}\n`).join("")}`;
const MCP =
  "{ type: mcp, namespace: a, port: 3001, tools: { t: { description: d, outputParameters: [{ type: string, value: x }] } } }";

async function found(text: string, override = {}): Promise<string[]> {
  return unservable(await compileText(text), override).map(({ diagnostic }) =>
    `${diagnostic.location.line} ${diagnostic.code} ${diagnostic.message}`
  );
}

Deno.test("unservable() tells of surfaces that share a port, where both listen", async () => {
  const second = (more: string) => spec(MCP, `{ type: mcp, namespace: b, ${more} }`);
  assert.deepEqual(await found(second("port: 3001")), [
    "5 shared-port the mcp surface a and the mcp surface b share the port 3001",
  ]);
  assert.deepEqual(await found(second("port: 3002")), []);
  assert.deepEqual(await found(second("transport: stdio")), []);
  assert.deepEqual(await found(second("port: 3001"), { port: 3003 }), []);
  assert.deepEqual(await found(second("port: 3001"), { stdio: true }), []);
});

Deno.test("unservable() tells of a surface without a port, and of nothing to serve", async () => {
  assert.deepEqual(await found(spec(MCP.replace("port: 3001, ", ""))), [
    "4 no-port the mcp surface a names no port",
  ]);
  assert.deepEqual(await found(spec(MCP.replace("port: 3001, ", "")), { port: 3001 }), []);
  assert.deepEqual(await found(spec(MCP.replace("port: 3001", "transport: stdio"))), []);
  assert.deepEqual(await found('ikanos: "1.0.0-beta5"\ncapability: { consumes: [] }\n'), [
    "1 nothing-to-serve the document exposes nothing that can be served",
  ]);
  const broken = spec("{ type: mcp, namespace: a, port: 3001, tools: { t: { description: d } } }");
  assert.deepEqual(await found(broken), ["4 nothing-to-serve nothing is left to serve"]);
});
