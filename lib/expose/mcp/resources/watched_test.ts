import assert from "node:assert/strict";
import { compileText } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import { memoryHost } from "../../../host/memory.ts";
import { McpServer } from "../server.ts";

const SPEC = (tool: string, path = "/items") =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: https://api.example.com
      resources:
        items: { path: ${path}, operations: { list: { method: GET } } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3989
      tools: { ${tool}: { description: A tool, outputParameters: [{ type: string, value: x }] } }
      resources:
        items: { uri: "shop://items", description: The items, call: api.list }
        one: { uri: "shop://items/{id}", description: One, call: api.list }
        words: { uri: "shop://words", description: Words, location: file:///./words }
`;

/** The server of a document, with one file beside it. */
async function serverOf(text: string, words: string): Promise<McpServer> {
  const host = memoryHost({ files: { "words/a.txt": words, "words/b.txt": "the same" } });
  const capability = await compileText(text);
  return new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>, { host, describes: true });
}

Deno.test("who subscribed hears of a content when it is another one, and not of each new reading", async () => {
  const first = await serverOf(SPEC("a"), "one"), heard: unknown[] = [];
  const uris = [
    ...["shop://items", "shop://items/7", "shop://words/a.txt", "shop://words/b.txt"],
    ...["capability://document", "shop://gone"],
  ];
  first.watched.add(uris);
  first.clients.add({
    wishes: { toolsListChanged: true, resourceSubscriptions: new Set(uris) },
    hear: (method, params) => void heard.push(params?.["uri"] ?? method),
    end: () => {},
  });
  const replace = async (before: McpServer, text: string, words: string): Promise<[McpServer, unknown[]]> => {
    const after = await serverOf(text, words);
    before.replacedBy(after);
    // The states are promises of their own: they are settled before anything new is asked for.
    await after.watched.changedSince(before.watched, uris);
    await Promise.resolve();
    return [after, heard.splice(0).sort()];
  };
  const [second, nothing] = await replace(first, SPEC("a"), "one");
  assert.deepEqual(nothing, []);
  const [third, tools] = await replace(second, SPEC("b"), "one");
  assert.deepEqual(tools, ["capability://document", "notifications/tools/list_changed"]);
  const [fourth, file] = await replace(third, SPEC("b"), "two");
  assert.deepEqual(file, ["shop://words/a.txt"]);
  const [, api] = await replace(fourth, SPEC("b", "/others"), "two");
  assert.deepEqual(api, ["capability://document", "shop://items", "shop://items/7"]);
});
