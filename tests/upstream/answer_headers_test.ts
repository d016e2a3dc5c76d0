/**
 * What an API says in headers: read by outputs, mappings, templates and later steps, and passed on by REST.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callFlow, compileText, startUpstream, toolSpec } from "../capability.ts";
import { CAPSTAN, folderWith, freePort, startServer } from "../testing.ts";

const HEADERS = { location: "/berths/9", etag: '"v1"', link: "</b?page=2>; rel=next", "x-total-count": "42" };

/** Calls a tool; the API creates a berth without a word, and gives one by its path. */
async function called(
  tool: string,
  outputs = "",
): Promise<{ value: unknown; seen: string[]; warnings: string[] }> {
  await using api = startUpstream((request) =>
    request.method === "POST"
      ? new Response(null, { status: 201, headers: HEADERS })
      : Response.json({ path: new URL(request.url).pathname }, { headers: HEADERS })
  );
  const capability = await compileText(toolSpec(api.origin, {
    operation: `path: /berths
operations:
  add: { method: POST${outputs} }
  get: { method: GET, path: "/x{+where}", inputParameters: { where: { in: path, type: string } } }`,
    tool,
  }));
  const value = await callFlow(capability, "t");
  return {
    value,
    seen: api.seen.map(({ method, url }) => `${method} ${url}`),
    warnings: capability.diagnostics.map((d) => d.code),
  };
}

Deno.test("report 28: outputs read the headers of the answer, also of one without a body", async () => {
  const outputs: [outputs: string, expected: unknown][] = [
    ["{ id: { type: string, mapping: $headers.Location } }", { id: "/berths/9" }],
    [
      "{ id: { type: string, mapping: \"$headers['location']\" }, n: { type: integer, mapping: $headers.X-Total-Count } }",
      {
        id: "/berths/9",
        n: 42,
      },
    ],
    ["[ { type: object, properties: { tag: { type: string, mapping: $headers.ETag } } } ]", { tag: '"v1"' }],
    ["{ made: { type: object, properties: { at: { type: string, mapping: $headers.Location } } } }", {
      made: { at: "/berths/9" },
    }],
    ['{ text: { type: string, value: "made at {{$headers.Location}}" } }', { text: "made at /berths/9" }],
    ["{ none: { type: string, mapping: $headers.X-None } }", { none: null }],
  ];
  for (const [written, expected] of outputs) {
    const { value, warnings } = await called(`call: api.add\noutputParameters: ${written}`);
    assert.deepEqual([value, warnings], [expected, []], written);
  }
});

Deno.test("report 28: later steps and the result of steps read them", async () => {
  const { value, seen } = await called(`steps:
  create: { call: api.add }
  read: { call: api.get, with: { where: "{{create.$headers.Location}}" } }
mappings:
  - { target: at, value: "$.create.$headers.Location" }
  - { target: tag, value: "{{read.$headers.ETag}}" }
outputParameters:
  at: { type: string }
  tag: { type: string }
  link: { type: string, mapping: $headers.Link }
  path: { type: string }`);
  assert.deepEqual(seen, ["POST /v1/berths", "GET /v1/berths/x/berths/9"]);
  assert.deepEqual(value, {
    at: "/berths/9",
    tag: '"v1"',
    link: HEADERS.link,
    path: "/v1/berths/x/berths/9",
  });
});

Deno.test("report 28: outputs of a consumed operation put them into the output of its step", async () => {
  const { seen } = await called(
    'steps: { create: { call: api.add }, read: { call: api.get, with: { where: "{{create.at}}" } } }',
    ", outputParameters: { at: { type: string, mapping: $headers.Location } }",
  );
  assert.deepEqual(seen, ["POST /v1/berths", "GET /v1/berths/x/berths/9"]);
});

Deno.test("report 28: REST passes Location, Link, ETag and rate headers on, and nothing else", async () => {
  const sent = {
    ...HEADERS,
    "x-ratelimit-remaining": "7",
    "ratelimit-reset": "30",
    "set-cookie": "a=b",
    server: "odd",
    "x-internal": "1",
  };
  await using api = startUpstream(() => new Response(null, { status: 201, headers: sent }));
  const port = freePort();
  await using folder = await folderWith({
    "s.yml": `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - { type: http, namespace: api, baseUri: "${api.origin}", resources: { r: { path: /b, operations: { add: { method: POST } } } } }
  exposes:
    - { type: rest, namespace: w, port: ${port}, resources: { b: { path: /b, operations: { add: { method: POST, call: api.add } } } } }
`,
  });
  await using server = await startServer(CAPSTAN, ["serve", "s.yml"], { cwd: folder.path });
  const answer = await fetch(`${server.urls[0]}/b`, { method: "POST" });
  await answer.body?.cancel();
  assert.equal(answer.status, 201);
  const passed = Object.fromEntries([...answer.headers].filter(([name]) => name in sent));
  assert.deepEqual(passed, {
    location: "/berths/9",
    etag: '"v1"',
    link: HEADERS.link,
    "x-ratelimit-remaining": "7",
    "ratelimit-reset": "30",
  });
});

Deno.test("report 28: a header that repeats a credential has it masked", async () => {
  await using api = startUpstream((request) =>
    new Response(null, { status: 201, headers: { location: `/b?t=${request.headers.get("x-key")}` } })
  );
  const capability = await compileText(toolSpec(api.origin, {
    consumes: "authentication: { type: apikey, key: X-Key, value: k3y-98765, placement: header }",
    operation: "path: /a\noperations: { op: { method: POST } }",
    tool: "call: api.op\noutputParameters: { at: { type: string, mapping: $headers.Location } }",
  }));
  assert.deepEqual(await callFlow(capability, "t"), { at: "/b?t=***" });
});
