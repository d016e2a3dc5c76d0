import assert from "node:assert/strict";
import { compileText } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import { McpServer } from "../server.ts";
import { earlyAnswers } from "./early.ts";
import { prepareAnswers } from "./prepare.ts";
import { preparedAnswers } from "./prepared.ts";

const CLIENT = { name: "c", version: "1" };
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": CLIENT,
};
const { "io.modelcontextprotocol/clientCapabilities": _, ...HIDING } = META;
const METHODS = [
  "ping",
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "tools/call",
  "resources/read",
  "toString",
];

/** What a client may begin with, good and bad. */
const MESSAGES: readonly unknown[] = [
  ...["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "1999-01-01", "2026-07-28", 5, undefined].map((
    protocolVersion,
  ) => ({ id: 1, method: "initialize", params: { protocolVersion, capabilities: {}, clientInfo: CLIENT } })),
  {
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: [], clientInfo: {} },
  },
  { id: "ü", method: "initialize" },
  { method: "notifications/initialized" },
  { method: "notifications/cancelled", params: { requestId: 1 } },
  ...METHODS.flatMap((method, i) => [
    { id: i, method },
    { id: `${i}`, method, params: {} },
    { id: i, method, params: { cursor: "x" } },
    { id: i, method, params: { _meta: { progressToken: 1 } } },
    { id: i, method, params: { _meta: META } },
    { id: i, method, params: { _meta: HIDING } },
    {
      id: i,
      method,
      params: { _meta: { ...META, "io.modelcontextprotocol/protocolVersion": "2099-01-01" } },
    },
    { id: i + 0.5, method },
    { id: i, method, params: [] },
  ]),
  { id: 1, result: {} },
  "text",
].map((message) => typeof message === "string" ? message : { jsonrpc: "2.0", ...message as object });

const surfaces = await compileText(`ikanos: "1.0.0-beta5"
info: { version: "3" }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: http://127.0.0.1:9
      resources: { r: { path: /ok, operations: { get-ok: { method: GET }, put-ok: { method: PUT } } } }
  exposes:
    - type: mcp
      namespace: all
      display: All of it
      description: Has everything — ünder all circumstances
      port: 3988
      ttlMs: 5000
      tools: { get: { description: "Gets \\"it\\" — ünder", call: api.get-ok }, put: { call: api.put-ok } }
      resources:
        note: { name: note, uri: "note://one", description: n, call: api.get-ok }
        each: { name: each, uri: "note://{id}", description: n, call: api.get-ok, inputParameters: [{ name: id, type: string }] }
      prompts: { hello: { description: h, template: [{ role: user, content: "Hello {{name}}" }], arguments: [{ name: name }] } }
    - type: mcp
      namespace: bare
      port: 3989
      tools: { get: { call: api.get-ok } }
`).then((compiled) =>
  compiled.surfaces.flatMap((surface) =>
    [true, false].map((describes) => new McpServer(compiled, surface as Surface<ExposesMcp>, { describes }))
  )
);

Deno.test("prepared answers are those of the server, byte by byte, and what it has to see goes to it", async () => {
  let answered = 0, passedOn = 0;
  for (const server of surfaces) {
    // As it stands in a binary.
    const prepared = JSON.parse(JSON.stringify(await prepareAnswers(server)));
    for (const message of MESSAGES) {
      const line = new TextEncoder().encode(JSON.stringify(message));
      const first = preparedAnswers(prepared), live = earlyAnswers(server);
      const given = await first.answer(line), wanted = await live.answer(line);
      if (given === undefined) {
        passedOn++;
        // A page of a list is looked for where the list is made.
        assert.ok(
          wanted === undefined || JSON.stringify(message).includes("cursor"),
          JSON.stringify(message),
        );
        continue;
      }
      answered++;
      assert.equal(given, wanted, JSON.stringify(message));
      assert.deepEqual([first.opening, first.listed], [live.opening, live.listed]);
    }
  }
  assert.ok(answered > 150 && passedOn > 50, `${answered} ${passedOn}`);
});
