import assert from "node:assert/strict";
import { CallError } from "../../lib/upstream/error.ts";
import { callFlow, compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";

const echo = (request: Request, body: string) => {
  const url = new URL(request.url);
  return Response.json({ path: url.pathname, query: Object.fromEntries(url.searchParams), body });
};

Deno.test("names of every form mean the argument", async () => {
  await using api = startUpstream(echo);
  for (
    const [written, args] of [
      ["tools.id", { id: "7" }],
      ["rest.id", { id: "7" }],
      ["shop.id", { id: "7" }],
      ["$this.shop.id", { id: "7" }],
      ['"{{id}}"', { id: "7" }],
      ['"{{tools.id}}"', { id: "7" }],
    ] as const
  ) {
    const capability = await compileText(toolSpec(api.origin, {
      operation: "path: /items/{key}\noperations: { get: { method: GET } }",
      tool: `call: api.get\nwith: { key: ${written} }`,
    }));
    await callFlow(capability, "t", args);
    assert.equal(api.seen.at(-1)!.url, "/v1/items/7", written);
  }
});

Deno.test("a text that is no name is a literal", async () => {
  await using api = startUpstream(echo);
  const capability = await compileText(toolSpec(api.origin, {
    operation: "path: /items/{key}\noperations: { get: { method: GET } }",
    tool: "call: api.get\nwith: { key: v1.2 }",
  }));
  await callFlow(capability, "t");
  assert.equal(api.seen[0]!.url, "/v1/items/v1.2");
  assert.deepEqual(flowOf(capability, "t").inputs.list, []);
});

Deno.test("single and double braces, and names that differ in punctuation, are one placeholder", async () => {
  await using api = startUpstream(echo);
  for (const path of ["/a/{ship-imo}", "/a/{{ship-imo}}", "/a/{shipImo}"]) {
    const capability = await compileText(toolSpec(api.origin, {
      operation:
        `path: "${path}"\ninputParameters: { shipImo: { in: path, type: string, description: The number } }\noperations: { get: { method: GET } }`,
      tool: "call: api.get",
    }));
    await callFlow(capability, "t", { shipImo: "a b/c" });
    assert.equal(api.seen.at(-1)!.url, "/v1/a/a%20b%2Fc", path);
    assert.equal(flowOf(capability, "t").inputs.list[0]!.schema["description"], "The number");
  }
});

Deno.test("an undeclared placeholder is a required text", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    operation: "path: /a/{id}\noperations: { get: { method: GET } }",
    tool: "call: api.get",
  }));
  assert.deepEqual(flowOf(capability, "t").inputs.schema, {
    type: "object",
    properties: { id: { type: "string", description: "Part of the path of the request." } },
    required: ["id"],
    additionalProperties: false,
  });
});

Deno.test("an argument never names, shadows or spells a secret", async () => {
  await using api = startUpstream(echo);
  const capability = await compileText(
    toolSpec(api.origin, {
      consumes: 'authentication: { type: bearer, token: "{{API_TOKEN}}" }',
      operation:
        "path: /a\noperations:\n  get:\n    method: GET\n    inputParameters: { q: { in: query, type: string }, API_TOKEN: { in: query, type: string } }",
      tool:
        "call: api.get\ninputParameters:\n  q: { type: string, description: q }\n  API_TOKEN: { type: string, description: same name }",
    }),
    { env: { API_TOKEN: "s3cret-value" } },
  );
  await callFlow(capability, "t", { q: "{{API_TOKEN}}", API_TOKEN: "mine" });
  const { headers, url } = api.seen[0]!;
  assert.equal(headers.get("authorization"), "Bearer s3cret-value");
  assert.equal(new URLSearchParams(url.split("?")[1]).get("q"), "{{API_TOKEN}}");
  assert.equal(new URLSearchParams(url.split("?")[1]).get("API_TOKEN"), "mine");
});

Deno.test("a variable that is used and missing names itself, its bind and its source", async () => {
  const capability = await compileText(`${
    toolSpec("http://127.0.0.1:1", {
      consumes: 'authentication: { type: bearer, token: "{{TOKEN}}" }',
      operation: "path: /a\noperations: { get: { method: GET } }",
      tool: "call: api.get",
    })
  }binds:\n  - { namespace: vault, keys: { TOKEN: SHOP_TOKEN, UNUSED: NOBODY_ASKS } }\n`);
  const missing = capability.diagnostics.filter((d) => d.code === "missing-variable");
  assert.equal(missing.length, 1);
  assert.match(missing[0]!.message, /TOKEN.*vault.*SHOP_TOKEN/);
  assert.match(missing[0]!.fix!, /SHOP_TOKEN/);
});

Deno.test("an API key without a placement travels in a header, and is told once", async () => {
  await using api = startUpstream(echo);
  const capability = await compileText(toolSpec(api.origin, {
    consumes: "authentication: { type: apikey, key: X-Key, value: abc }",
    operation: "path: /a\noperations: { get: { method: GET }, more: { method: GET } }",
    tool: "call: api.get",
    more: "  - { type: mcp, namespace: other, port: 3998, tools: { u: { description: u, call: api.more } } }",
  }));
  await callFlow(capability, "t");
  assert.equal(api.seen[0]!.headers.get("x-key"), "abc");
  assert.deepEqual(
    capability.diagnostics.map(({ severity, message }) => [severity, message]),
    [["warning", "the API key X-Key says no placement; it travels in a header"]],
  );
});

Deno.test("a credential that is the bare name of a variable is sent as it stands, and told", async () => {
  await using api = startUpstream(() => Response.json({}));
  const text = (token: string) =>
    toolSpec(api.origin, {
      consumes: `authentication: { type: bearer, token: "${token}" }`,
      operation: "path: /a\noperations: { get: { method: GET } }",
      tool: "call: api.get",
      more: "binds: [{ namespace: e, keys: { SHOP_TOKEN: SHOP_TOKEN } }]",
    });
  const capability = await compileText(text("SHOP_TOKEN"), { env: { SHOP_TOKEN: "t" } });
  assert.deepEqual(capability.diagnostics.map((d) => `${d.severity} ${d.code}: ${d.fix}`), [
    "warning bad-expression: write {{SHOP_TOKEN}} for its value",
  ]);
  await callFlow(capability, "t");
  assert.equal(api.seen[0]!.headers.get("authorization"), "Bearer SHOP_TOKEN");
  const good = await compileText(text("{{SHOP_TOKEN}}"), { env: { SHOP_TOKEN: "t" } });
  assert.deepEqual(good.diagnostics, []);
});

Deno.test("bodies: values land as values", async () => {
  await using api = startUpstream(echo);
  const nasty = 'a "quote" <tag> & {{X}}\n}';
  const cases: readonly [body: string, check: (body: string, type: string) => void][] = [
    [
      '{ type: json, data: { name: "{{name}}", note: "for {{name}}", n: "{{n}}", gone: "{{missing}}" } }',
      (body) => {
        assert.deepEqual(JSON.parse(body), { name: nasty, note: `for ${nasty}`, n: 5 });
      },
    ],
    [
      `'{"name": "{{name}}", "n": {{n}}}'`,
      (body) => assert.deepEqual(JSON.parse(body), { name: nasty, n: 5 }),
    ],
    ["{ type: xml, data: \"<a b='{{name}}'>{{name}}</a>\" }", (body, type) => {
      assert.match(type, /^application\/xml/);
      assert.doesNotMatch(body, /<tag>|& |'a "/);
    }],
    ['{ type: formUrlEncoded, data: { name: "{{name}}", n: "{{n}}" } }', (body, type) => {
      assert.match(type, /^application\/x-www-form-urlencoded/);
      assert.equal(new URLSearchParams(body).get("name"), nasty);
    }],
    ['{ type: text, data: "hello {{name}}" }', (body) => assert.equal(body, `hello ${nasty}`)],
  ];
  for (const [body, check] of cases) {
    const capability = await compileText(toolSpec(api.origin, {
      operation: `path: /a\noperations:\n  make:\n    method: POST\n    body: ${body}`,
      tool:
        "call: api.make\ninputParameters:\n  name: { type: string, description: n }\n  n: { type: integer, description: n, required: false }\n  missing: { type: string, description: m, required: false }",
    }));
    await callFlow(capability, "t", { name: nasty, n: 5 });
    const seen = api.seen.at(-1)!;
    check(seen.body, seen.headers.get("content-type") ?? "");
  }
});

/** What a call with these arguments sends as its body, and under which type. */
async function bodyOf(
  api: ReturnType<typeof startUpstream>,
  written: string,
  args: Record<string, unknown> = {},
  header = "",
): Promise<readonly [body: string, type: string | null]> {
  const capability = await compileText(toolSpec(api.origin, {
    operation: `path: /a\noperations:\n  make:\n    method: POST\n    body: ${JSON.stringify(written)}` +
      (header === ""
        ? ""
        : `\n    inputParameters: [{ name: Content-Type, in: header, value: ${JSON.stringify(header)} }]`),
    tool:
      "call: api.make\ninputParameters:\n  a: { description: a, required: false }\n  b: { description: b, required: false }",
  }));
  await callFlow(capability, "t", args);
  const seen = api.seen.at(-1)!;
  return [seen.body, seen.headers.get("content-type")];
}

Deno.test("a body that is a plain text: JSON where it is written as JSON, else text", async () => {
  await using api = startUpstream(echo);
  const nasty = 'x", "y": 1';
  for (
    const [written, args, body] of [
      // JSON, with a value where a value may stand and characters inside a text
      ["[{{a}}]", { a: "IMO-1" }, '["IMO-1"]'],
      [
        '{"a": {{a}}, "b": "{{b}}"}',
        { a: [1, nasty], b: nasty },
        `{"a": [1,${JSON.stringify(nasty)}], "b": ${JSON.stringify(nasty)}}`,
      ],
      [
        '{"a": "x{{a}}-{{b}}", "c": 1}',
        { a: nasty, b: 2 },
        `{"a": ${JSON.stringify(`x${nasty}-2`)}, "c": 1}`,
      ],
      ['"{{a}}"', { a: nasty }, JSON.stringify(nasty)],
      // meant as JSON, though it is not quite: a comma too many
      ['{"a": "{{a}}",}', { a: nasty }, `{"a": ${JSON.stringify(nasty)},}`],
      ["{{a}}", { a: "hi" }, '"hi"'],
      ["{{a}}", { a: '{"b":1}' }, '{"b":1}'],
      ["{{{ a }}}", { a: [1] }, "[1]"],
      // plain text
      ["[{{a}}|{{b}}]", { a: "acme", b: "bob" }, "[acme|bob]"],
      ["{{a}}|{{b}}", { a: 5, b: { c: 1 } }, '5|{"c":1}'],
      ["[{{a}}][{{b}}]", { b: "1" }, "[][1]"],
      ["hello {{a}}", { a: nasty }, `hello ${nasty}`],
      ["{ {{a}} }", { a: "x" }, "{ x }"],
    ] as const
  ) {
    assert.deepEqual(await bodyOf(api, written, args), [body, "application/json"], written);
  }
  assert.deepEqual(await bodyOf(api, "{{a}}", {}), ["", null]);
});

Deno.test("a body that is a plain text follows its Content-Type", async () => {
  await using api = startUpstream(echo);
  const nasty = '"<&>=';
  for (
    const [written, header, body] of [
      ["{{a}}", "text/plain", nasty],
      ["[{{a}}]", "text/plain; charset=utf-8", `[${nasty}]`],
      ["<v>{{a}}</v>", "text/xml", "<v>&quot;&lt;&amp;&gt;=</v>"],
      ["q={{a}}", "application/x-www-form-urlencoded", "q=%22%3C%26%3E%3D"],
      ['{"q": "{{a}}"}', "application/vnd.api+json", `{"q": ${JSON.stringify(nasty)}}`],
      ['ASK { ?s ?p "{{a}}" }', "application/sparql-query", 'ASK { ?s ?p "\\"<&>=" }'],
    ] as const
  ) {
    assert.deepEqual(await bodyOf(api, written, { a: nasty }, header), [body, header], written);
  }
  // Without a word on it, only XML is told from its first character.
  assert.deepEqual(await bodyOf(api, "<v>{{a}}</v>", { a: nasty }), [
    "<v>&quot;&lt;&amp;&gt;=</v>",
    "application/xml",
  ]);
});

Deno.test("a body of type json whose text is no JSON is a JSON text", async () => {
  await using api = startUpstream(echo);
  const capability = await compileText(toolSpec(api.origin, {
    operation: 'path: /a\noperations: { make: { method: POST, body: { type: json, data: "hello {{a}}" } } }',
    tool: "call: api.make\ninputParameters: { a: { type: string, description: a } }",
  }));
  await callFlow(capability, "t", { a: '"x"' });
  assert.equal(api.seen.at(-1)!.body, '"hello \\"x\\""');
});

Deno.test("a body of type xml may be a tree of one root element", async () => {
  await using api = startUpstream(echo);
  const compile = (data: string) =>
    compileText(toolSpec(api.origin, {
      operation: `path: /a\noperations: { make: { method: POST, body: { type: xml, data: ${data} } } }`,
      tool: "call: api.make\ninputParameters: { a: { type: string, description: a } }",
    }));
  const capability = await compile('{ order: { "@kind": "{{a}}", name: "for {{a}}", gone: "{{b}}" } }');
  await callFlow(capability, "t", { a: '<"&' });
  assert.equal(
    api.seen.at(-1)!.body,
    '<order kind="&lt;&quot;&amp;"><name>for &lt;&quot;&amp;</name></order>',
  );
  assert.equal(api.seen.at(-1)!.headers.get("content-type"), "application/xml");
  for (const data of ["{ a: 1, b: 2 }", "[1]", "{ a: [1, 2] }"]) {
    assert.match((await compile(data)).disabled[0]!.diagnostic.message, /one root element/);
  }
});

Deno.test("sections of templates are refused with an explanation", async () => {
  for (const written of ["{{#a}}x{{/a}}", "{{^a}}x{{/a}}", '{"a": "{{> part}}"}']) {
    const capability = await compileText(toolSpec("http://127.0.0.1:1", {
      operation: `path: /a\noperations:\n  make:\n    method: POST\n    body: ${JSON.stringify(written)}`,
      tool: "call: api.make",
    }));
    assert.equal(capability.disabled[0]?.diagnostic.code, "template-section", written);
    assert.match(capability.disabled[0]!.diagnostic.message, /section|partial/);
  }
});

Deno.test("body parameters: one is the whole body, several are fields", async () => {
  await using api = startUpstream(echo);
  const one = await compileText(toolSpec(api.origin, {
    operation:
      "path: /a\noperations: { make: { method: POST, inputParameters: { order: { in: body, type: object } } } }",
    tool: "call: api.make",
  }));
  await callFlow(one, "t", { order: { id: 1 } });
  assert.deepEqual(JSON.parse(api.seen.at(-1)!.body), { id: 1 });
  const two = await compileText(toolSpec(api.origin, {
    operation:
      "path: /a\noperations: { make: { method: POST, inputParameters: { a: { in: body, type: string }, b: { in: body, type: integer } } } }",
    tool: "call: api.make",
  }));
  await callFlow(two, "t", { a: "x" });
  assert.deepEqual(JSON.parse(api.seen.at(-1)!.body), { a: "x" });
});

Deno.test("a required input without a place, or a path parameter without one, sets the tool aside", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    operation:
      "path: /a\noperations:\n  drop: { method: DELETE }\n  odd: { method: PUT, inputParameters: { id: { in: path, type: string } } }",
    tool: "call: api.drop\ninputParameters: { id: { type: string, description: Which, required: true } }",
    more:
      "  - type: mcp\n    namespace: other\n    port: 3998\n    tools: { u: { description: u, call: api.odd } }",
  }));
  assert.deepEqual(capability.disabled.map((d) => [d.node, d.diagnostic.code]), [
    ["tool t", "unused-required-input"],
    ["tool u", "path-parameter-without-place"],
  ]);
});

Deno.test("an unknown namespace or operation names what is near", async () => {
  for (
    const [call, code, near] of [["apy.get", "unknown-namespace", "api"], [
      "api.gett",
      "unknown-operation",
      "api.get",
    ]] as const
  ) {
    const capability = await compileText(toolSpec("http://127.0.0.1:1", {
      operation: "path: /a\noperations: { get: { method: GET } }",
      tool: `call: ${call}`,
    }));
    const [disabled] = capability.disabled;
    assert.equal(disabled!.diagnostic.code, code);
    assert.match(disabled!.diagnostic.fix!, new RegExp(near));
    assert.equal(disabled!.diagnostic.location.line, 19);
  }
});

Deno.test("of several operations with one name, the n-th tool means the n-th", async () => {
  await using api = startUpstream(echo);
  const capability = await compileText(`naftiko: "1.0.0-alpha1"
capability:
  consumes:
    - namespace: api
      type: http
      baseUri: ${api.origin}
      resources:
        - { name: a, path: /a, operations: [{ name: get, method: GET }] }
        - { name: b, path: /b, operations: [{ name: get, method: GET }] }
  exposes:
    - type: mcp
      port: 3999
      namespace: shop
      tools:
        - { name: first, description: a, call: api.get }
        - { name: second, description: b, call: api.get }
`);
  await callFlow(capability, "first");
  await callFlow(capability, "second");
  assert.deepEqual(api.seen.map((s) => s.url), ["/a", "/b"]);
});

const STEPS = (steps: string, more = "") => (origin: string) =>
  toolSpec(origin, {
    operation: `path: /r/{id}
inputParameters: { id: { in: path, type: string } }
operations:
  get: { method: GET }
  change: { method: POST }
  region: { method: GET, outputParameters: { region: { type: string, value: $.body.region } } }`,
    tool: `inputParameters: { id: { type: string, description: Which, required: false } }\nsteps:\n${
      steps.split("\n").map((l) => `  ${l}`).join("\n")
    }\n${more}`,
  });

const slow = (ms: number) => async (request: Request) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  const id = new URL(request.url).pathname.split("/").at(-1);
  if (id === "bad") return new Response("no", { status: 500 });
  return Response.json({
    id,
    next: `${id}-next`,
    body: { region: "eu" },
    list: [{ k: 1, v: "one" }, { k: 2, v: "two" }],
  });
};

Deno.test("steps: outputs feed later steps, and mappings put them together", async () => {
  await using api = startUpstream(slow(0));
  const capability = await compileText(
    STEPS(
      `a: { type: call, call: api.get, with: { id: first } }
b: { type: call, call: api.get, with: { id: "{{a.next}}" } }
c: { type: lookup, index: list, match: k, lookupValue: 2, outputParameters: [v] }`.replace(
        "index: list",
        "index: a",
      ),
      `mappings:
  - { target: deep.id, value: $.b.id }
  - { target: deep.region, value: "{{a.body.region}}" }
  - { target: whole, value: "$.a.list[*].v" }`,
    )(api.origin),
  );
  assert.deepEqual(await callFlow(capability, "t"), {
    deep: { id: "first-next", region: "eu" },
    whole: ["one", "two"],
  });
});

Deno.test("steps: independent reads overlap, a write waits for what is before it", async () => {
  // The API answers once all four have come: reads that wait for one another never end.
  const waiting: (() => void)[] = [], answer = slow(0);
  await using api = startUpstream(async (request) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length >= 4) { for (const go of waiting) go(); }
    });
    return await answer(request);
  });
  const reads = await compileText(
    STEPS(
      ["a", "b", "c", "d"].map((s) => `${s}: { type: call, call: api.get, with: { id: ${s} } }`).join("\n"),
    )(api.origin),
  );
  assert.equal((await callFlow(reads, "t") as { id: string }).id, "d");
  const write = await compileText(
    STEPS(
      `a: { type: call, call: api.get, with: { id: bad } }
b: { type: call, call: api.change, with: { id: b } }`,
    )(api.origin),
  );
  api.seen.length = 0;
  await assert.rejects(callFlow(write, "t"), (error: CallError) => {
    assert.equal(error.data.step, "a");
    assert.equal(error.data.code, "upstream_error");
    return true;
  });
  assert.deepEqual(api.seen.filter((s) => s.method === "POST"), []);
});

Deno.test("steps: declared outputs of a consumed operation are the step's output", async () => {
  await using api = startUpstream(slow(0));
  const capability = await compileText(
    STEPS(`a: { type: call, call: api.region, with: { id: x } }`)(api.origin),
  );
  assert.deepEqual(await callFlow(capability, "t"), { region: "eu" });
});

Deno.test("steps: a script reads the context and assigns the result", async () => {
  await using api = startUpstream(slow(0));
  const text = STEPS(`a: { type: call, call: api.get, with: { id: x } }
s: { type: script, language: javascript, location: "file:///scripts", file: sum.js, dependencies: [lib.js], with: { plus: 5 } }`)(
    api.origin,
  );
  const capability = await compileText(text, {
    files: {
      "/scripts/sum.js": "result = { sum: add(context.a.list.length, context.plus) };",
      "/scripts/lib.js": "function add(a, b) { return a + b; }",
    },
  });
  assert.deepEqual(await callFlow(capability, "t"), { sum: 7 });
  const python = await compileText(text.replace("language: javascript", "language: python"), { files: {} });
  assert.equal(python.disabled[0]!.diagnostic.code, "script-language");
});

Deno.test("aggregates: a ref inherits inputs and outputs, and its own inputs and with win", async () => {
  await using api = startUpstream(echo);
  const capability = await compileText(toolSpec(api.origin, {
    operation: "path: /u/{id}\noperations: { get: { method: GET } }",
    tool: 'ref: crew.find\ninputParameters: { k: { type: string, description: k } }\nwith: { id: "{{k}}" }',
    more: `aggregates:
  - display: Crew
    namespace: crew
    flows:
      find:
        description: Finds one
        semantics: { safe: true }
        inputParameters: { id: { type: string, description: The id } }
        call: api.get
        outputParameters: [{ type: string, mapping: $.path }]`,
  }));
  assert.equal(await callFlow(capability, "t", { k: "9" }), "/v1/u/9");
  assert.equal(await callFlow(capability, "crew.find", { id: "8" }), "/v1/u/8");
});

Deno.test("mocks answer constants and templates in their declared types", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    operation: "path: /u\noperations: { get: { method: GET } }",
    tool: `inputParameters: { who: { type: string, description: w } }
outputParameters:
  greeting: { type: string, value: "Hi {{who}}" }
  n: { type: number, value: "42" }`,
  }));
  assert.deepEqual(await callFlow(capability, "t", { who: "{{x}}" }), { greeting: "Hi {{x}}", n: 42 });
});

Deno.test("a constant output never answers a variable of the environment", async () => {
  const capability = await compileText(
    toolSpec("http://127.0.0.1:1", {
      operation: "path: /u\noperations: { get: { method: GET } }",
      tool: `outputParameters:
  whole: { type: string, value: "{{TOKEN}}" }
  part: { type: string, value: "is {{TOKEN}}" }
  number: { type: number, value: "{{TOKEN}}" }`,
      more: "binds: [{ namespace: e, keys: { TOKEN: TOKEN } }]",
    }),
    { env: { TOKEN: "12345678" } },
  );
  const { whole, part, number } = JSON.parse(JSON.stringify(await callFlow(capability, "t")));
  assert.deepEqual({ whole, part, number }, { whole: "***", part: "***", number: null });
});

Deno.test("arguments: strict first, lossless coercion then, one error for all", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    operation:
      "path: /u\noperations: { get: { method: GET, inputParameters: { n: { in: query, type: integer, required: true, minimum: 1 }, list: { in: query, type: array }, on: { in: query, type: boolean } } } }",
    tool: "call: api.get",
  }));
  const { inputs } = flowOf(capability, "t");
  assert.deepEqual({ ...inputs.parse({ n: "5", list: "[1,2]", on: "true" }) }, {
    n: 5,
    list: [1, 2],
    on: true,
  });
  assert.throws(() => inputs.parse({ n: "5.5", onn: true }), (error: CallError) => {
    assert.deepEqual(error.data.fields!.map((f) => f.name), ["n", "onn"]);
    assert.match(error.data.fields![1]!.expected, /did you mean on/);
    return true;
  });
  assert.throws(() => inputs.parse({}), /n: expected integer, got nothing/);
  assert.throws(() => inputs.parse(JSON.parse('{"n": 1, "__proto__": {"x": 1}}')), CallError);
});

Deno.test("drift: what does not hold its type becomes null, and is told", async () => {
  await using api = startUpstream(() => Response.json({ a: "5", b: "five", c: { x: 1 }, d: [1] }));
  const capability = await compileText(toolSpec(api.origin, {
    operation: "path: /u\noperations: { get: { method: GET } }",
    tool: `call: api.get
outputParameters:
  - type: object
    properties:
      a: { type: number, mapping: $.a }
      b: { type: number, mapping: $.b }
      e: { type: string, mapping: $.nope }
      d: { type: object, mapping: $.d }`,
  }));
  const flow = flowOf(capability, "t"), result = await flow.run({}, { deadline: performance.now() + 60_000 });
  assert.deepEqual(result.value, { a: 5, b: null, e: null, d: null });
  assert.deepEqual(result.drift, ["result.b", "result.d"]);
});

Deno.test("drift is counted by flow and output", async () => {
  await using api = startUpstream(() => Response.json([{ a: "x" }, { a: "y" }]));
  const capability = await compileText(toolSpec(api.origin, {
    operation: "path: /u\noperations: { get: { method: GET } }",
    tool:
      "call: api.get\noutputParameters: [{ type: array, items: { type: object, properties: { a: { type: number, mapping: $.a } } } }]",
  }));
  await callFlow(capability, "t");
  await callFlow(capability, "t");
  assert.deepEqual(capability.drift.events(), [{
    code: "drift",
    flow: "t",
    output: "result[].a",
    count: 2,
    message: "result[].a did not hold the type it declares, and became null",
  }]);
});

Deno.test("a binary answer is held to the operation's size, else to the surface's", async () => {
  await using api = startUpstream(() =>
    new Response(new Uint8Array(2000), { headers: { "content-type": "image/png" } })
  );
  for (
    const [own, surface, ok] of [["", "1KiB", false], ["maxBinarySize: 4KiB", "1KiB", true], [
      "maxBinarySize: 1KiB",
      "4KiB",
      false,
    ], ["", "4KiB", true]] as const
  ) {
    const text = toolSpec(api.origin, {
      operation: `path: /b\noperations:\n  get:\n    method: GET\n    outputRawFormat: binary\n    ${own}`,
      tool: "call: api.get",
    }).replace("namespace: shop", `namespace: shop\n      maxBinarySize: ${surface}`);
    const call = callFlow(await compileText(text), "t");
    if (ok) await call;
    else await assert.rejects(call, (error: CallError) => error.data.code === "response_too_large");
  }
});

Deno.test("an Avro container needs no schema file, and a bare value says that it does", async () => {
  const bytes = (...parts: (number | string)[]) =>
    new Uint8Array(parts.flatMap((p) => typeof p === "string" ? [...new TextEncoder().encode(p)] : [p]));
  const text = (value: string) => String.fromCharCode(value.length * 2) + value;
  const sync = "0123456789abcdef";
  // The header with its schema and the marker, then one block of two texts.
  const container = bytes(
    "Obj",
    1,
    2,
    text("avro.schema"),
    text('"string"'),
    0,
    sync,
    4,
    10,
    text("a"),
    text("bc"),
    sync,
  );
  let body: Uint8Array<ArrayBuffer> = container;
  await using api = startUpstream(() => new Response(body));
  const capability = await compileText(toolSpec(api.origin, {
    operation: "operations: { read: { method: GET, path: /x, outputRawFormat: avro } }",
    tool: "call: api.read",
  }));
  assert.deepEqual(await callFlow(capability, "t"), ["a", "bc"]);
  body = bytes(4, "ab");
  await assert.rejects(callFlow(capability, "t"), /cannot be read without its schema/);
});
