/**
 * An identifier of more digits than a number holds goes through everything as it came.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ExposesMcp, ExposesRest } from "../../schemas/mod.ts";
import { writeJson } from "../../lib/data/json.ts";
import { createHttpHandler } from "../../lib/expose/mcp/transports/http.ts";
import { McpServer } from "../../lib/expose/mcp/server.ts";
import { createRestHandler } from "../../lib/expose/rest/mod.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { callFlow, compileText, startUpstream } from "../capability.ts";

const ID = "12345678901234567890", OTHER = "9007199254740993";

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        ships: { path: /ships, operations: { list: { method: GET } } }
        rows: { path: /rows, operations: { rows: { method: GET } } }
        ship:
          path: "/ships/{id}"
          operations:
            get: { method: GET, inputParameters: { ref: { in: query } } }
            put: { method: PUT, body: { type: json, data: { id: "{{id}}", text: "no. {{id}}" } } }
  exposes:
    - type: mcp
      namespace: tools
      port: 3998
      tools:
        all: { description: all, call: api.list }
        typed:
          description: typed
          call: api.list
          outputParameters:
            number: { type: number, mapping: "$.ships[0].id" }
            integer: { type: integer, mapping: "$.ships[0].id" }
            fromText: { type: integer, mapping: "$.ships[0].text" }
            string: { type: string, mapping: "$.ships[0].id" }
            object: { type: object, mapping: "$.ships[0].nested" }
        get:
          description: get
          call: api.get
          inputParameters: { id: { type: integer, description: i }, ref: { type: integer, description: r, required: false } }
        put:
          description: put
          call: api.put
          inputParameters: { id: { type: integer, description: i, minimum: 1 } }
        joined:
          description: joined
          steps:
            ships: { type: call, call: api.list }
            one: { type: call, call: api.get, with: { id: "{{ships.ships[0].id}}", ref: "{{ships.other}}" } }
            rows: { type: call, call: api.rows }
            found: { type: lookup, index: rows, match: id, lookupValue: "{{one.id}}", outputParameters: [text] }
            made: { type: script, language: javascript, location: "file:///s", file: made.js, with: { ships: "{{ships}}" } }
          mappings:
            - { targetName: text, value: "$.found.text" }
          outputParameters:
            text: { type: string }
            script: { type: object, value: "{{made}}" }
    - type: rest
      namespace: web
      port: 3999
      resources:
        r:
          path: /ships
          operations:
            list: { method: GET, call: api.list }
            make: { method: POST, call: api.put, inputParameters: { id: { in: body, type: integer } } }
        one: { path: "/ships/{id}", operations: { get: { method: GET, call: api.get, inputParameters: { id: { in: path, type: integer } } } } }
`;

async function start() {
  const api = startUpstream((request, body) =>
    new Response(
      request.method === "PUT"
        ? body
        : new URL(request.url).pathname === "/ships"
        ? `{"ships": [{"id": ${ID}, "text": "${ID}", "nested": {"of": [${OTHER}]}}], "other": ${OTHER}}`
        : new URL(request.url).pathname === "/rows"
        ? `[{"id": ${OTHER}, "text": "no"}, {"id": ${ID}, "text": "${ID}"}]`
        : `{"id": ${ID}}`,
      { headers: { "content-type": "application/json" } },
    )
  );
  const files = {
    "/s/made.js":
      `const ship = context.ships.ships[0]; result = { id: ship.id, text: "no. " + ship.id, type: typeof ship.id, small: 5n, mark: "integer" }`,
  };
  return { api, capability: await compileText(SPEC(api.origin), { files }) };
}

Deno.test("large integers survive shaping, requests, lookups, templates and scripts", async () => {
  const { api, capability } = await start();
  await using _ = api;
  const json = async (name: string, args?: Record<string, unknown>) =>
    writeJson(await callFlow(capability, name, args));
  assert.equal(
    await json("all"),
    `{"ships":[{"id":${ID},"text":"${ID}","nested":{"of":[${OTHER}]}}],"other":${OTHER}}`,
  );
  assert.equal(
    await json("typed"),
    `{"number":${ID},"integer":${ID},"fromText":${ID},"string":"${ID}","object":{"of":[${OTHER}]}}`,
  );
  assert.equal(
    await json("joined"),
    `{"text":"${ID}","script":{"id":${ID},"text":"no. ${ID}","type":"bigint","small":5,"mark":"integer"}}`,
  );
  assert.ok(api.seen.some(({ url }) => url === `/ships/${ID}?ref=${OTHER}`));
});

Deno.test("large integers survive as arguments, in JSON and as text", async () => {
  const { api, capability } = await start();
  await using _ = api;
  const handler = createHttpHandler(
    new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>),
  );
  const call = async (name: string, args: string) => {
    const response = await handler(
      new Request("http://127.0.0.1:3998/mcp", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body:
          `{"jsonrpc":"2.0","id":${OTHER}1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`,
      }),
    );
    return await response.text();
  };
  for (const written of [ID, `"${ID}"`]) {
    const text = await call("put", `{"id":${written}}`);
    assert.equal(JSON.parse(text).result.content[0].text, `{"id":${ID},"text":"no. ${ID}"}`, text);
    assert.equal(api.seen.at(-1)!.body, `{"id":${ID},"text":"no. ${ID}"}`);
    assert.equal(api.seen.at(-1)!.url, `/ships/${ID}`);
  }
  assert.match(await call("put", `{"id":-${ID}}`), /at least 1/);
  const rest = createRestHandler(capability, capability.surfaces[1] as Surface<ExposesRest>);
  const ask = async (path: string, init?: RequestInit) =>
    await (await rest(new Request(`http://127.0.0.1:3999${path}`, init))).text();
  assert.match(await ask("/ships"), new RegExp(`"id":${ID},`));
  assert.equal(await ask(`/ships/${ID}`), `{"id":${ID}}`);
  const made = await ask("/ships", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `{"id":${OTHER}}`,
  });
  assert.equal(made, `{"id":${OTHER},"text":"no. ${OTHER}"}`);
});
