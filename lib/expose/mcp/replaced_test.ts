import assert from "node:assert/strict";
import { compileText } from "../../../tests/capability.ts";
import type { ExposesMcp } from "../../../schemas/mod.ts";
import type { Surface } from "../../plan/capability.ts";
import { McpServer } from "./server.ts";

async function serverOf({ tool = "one", resource = "book", prompt = "ask" } = {}): Promise<McpServer> {
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: m
      port: 3001
      tools: { ${tool}: { description: d, outputParameters: [{ type: string, value: x }] } }
      resources: { ${resource}: { uri: "x://${resource}", description: d, outputParameters: [{ type: string, value: x }] } }
      prompts: { ${prompt}: { description: d, template: [{ role: user, content: hello }] } }
`);
  return new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>);
}

Deno.test("a server that takes the place of another says which of its lists are others, and of no other list", async () => {
  const none = { tools: false, prompts: false, resources: false };
  for (
    const [change, expected] of [
      [{}, none],
      [{ tool: "two" }, { ...none, tools: true }],
      [{ resource: "page" }, { ...none, resources: true }],
      [{ prompt: "answer" }, { ...none, prompts: true }],
    ] as const
  ) {
    const before = await serverOf(), after = await serverOf(change), said: unknown[] = [];
    after.clients.tell = (changes) => said.push(changes);
    before.replacedBy(after);
    assert.deepEqual(said, [expected]);
    before.leave();
    after.leave();
  }
});
