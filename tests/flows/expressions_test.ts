/**
 * Expressions where they stand in a document: paths, references and templates, from the author's text to the request.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readSpecification } from "../../lib/document/read.ts";
import { callFlow, compileText, flowOf, startUpstream } from "../capability.ts";

/** A document of one API with `operations` and of tools with `tools`, each written as YAML. */
const document = (origin: string, operations: string, tools: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
${operations.replace(/^/gm, "        ")}
  exposes:
    - type: mcp
      namespace: t
      port: 3999
      tools:
${tools.replace(/^/gm, "        ")}
`;

const SHIPS = "ships: { path: /ships, operations: { list: { method: GET } } }";

/** What is said of a tool, as `line:column code message`. */
async function findings(tools: string, operations = SHIPS): Promise<string[]> {
  const { diagnostics } = await compileText(document("http://127.0.0.1:9", operations, tools));
  return diagnostics.map((d) => `${d.location.line}:${d.location.column} ${d.code} ${d.message}`);
}

Deno.test("a mapping speaks JSONPath in full", async () => {
  await using api = startUpstream(() =>
    Response.json({
      rows: [{ name: "Ada", price: 12.5 }, { name: "Bo", price: 7 }, { name: "bay", price: 6 }],
      limit: 6.5,
    })
  );
  const capability = await compileText(document(
    api.origin,
    SHIPS,
    `q:
  description: d
  call: api.list
  outputParameters:
    - type: object
      properties:
        re: { type: array, mapping: "$.rows[?(@.name =~ /^b.*/i)].name" }
        in: { type: array, mapping: "$.rows[?(@.name in ['Bo','Ada'])].name" }
        root: { type: array, mapping: "$.rows[?(@.price > $.limit)].name" }
        rfc: { type: array, mapping: "$.rows[?@.price<8].name" }
        match: { type: array, mapping: "$.rows[?match(@.name,'B.*')].name" }
        sum: { type: number, mapping: "$.rows[*].price.sum()" }
        max: { type: number, mapping: "$.max($.rows[*].price)" }
        keys: { type: array, mapping: "$.keys()" }`,
  ));
  assert.deepEqual(await callFlow(capability, "q"), {
    re: ["Bo", "bay"],
    in: ["Ada", "Bo"],
    root: ["Ada", "Bo"],
    rfc: ["Bo", "bay"],
    match: ["Bo"],
    sum: 25.5,
    max: 12.5,
    keys: ["rows", "limit"],
  });
});

Deno.test("a mapping that is no JSONPath is an error at the mapping itself", async () => {
  for (
    const [path, message] of [
      ["$.a[", "a [ is never closed; it opens at position 4"],
      ["$.a[?foo(@.b)]", "there is no function foo() at position 6"],
      ["$.a.fst()", "there is no function fst() at position 5"],
    ]
  ) {
    const said = await findings(`q:
  description: d
  call: api.list
  outputParameters:
    - type: object
      properties:
        a: { type: string }
        b:
          type: array
          items:
            type: string
            mapping: "${path}"`);
    assert.deepEqual(said, [`25:21 bad-json-path the JSONPath cannot be read: ${message}`]);
  }
});

Deno.test("a path between steps that cannot be read is an error at its place", async () => {
  const said = await findings(`q:
  description: d
  steps:
    s: { type: call, call: api.list }
  mappings:
    - { target: a, value: "$.s[?]" }`);
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^19:\d+ bad-json-path .*at position 6$/);
});

const TRIP =
  `trip: { path: /trip, operations: { get: { method: GET, inputParameters: { v: { in: query } } } } }
crew: { path: /crew, operations: { list: { method: GET } } }
bulk: { path: /bulk, operations: { post: { method: POST, body: { type: json, data: { ids: "{{ids}}", first: "{{first}}" } } } } }`;

/** An API of ships and their crews, which answers a POST with its body. */
const harbour = () =>
  startUpstream((request, body) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/trip") return Response.json({ legs: [{ captain: "1", on: true }, { captain: "2" }] });
    if (pathname === "/crew") return Response.json([{ id: "1", name: "Ada" }, { id: "2", name: "Bo" }]);
    return new Response(body, { headers: { "content-type": "application/json" } });
  });

Deno.test("references between steps are JSONPath in full", async () => {
  await using api = await harbour();
  const post = (ids: string) =>
    `{ description: d, steps: { trip: { type: call, call: api.get }, p: { type: call, call: api.post, with: { ids: ${ids} } } } }`;
  const capability = await compileText(document(
    api.origin,
    TRIP,
    `bare: ${post('"$.trip.legs[*].captain", first: "$.trip.legs[0].captain"')}
filter: ${post('"$.trip.legs[?(@.on == true)].captain"')}
slice: ${post('"trip.legs[-1:].captain"')}
template: ${post('"{{trip.legs[*].captain}}"')}
text: ${post('"all of {{trip.legs[*].captain}}"')}
count: ${post('"{{trip.legs.length()}}"')}
names:
  description: d
  steps:
    trip: { type: call, call: api.get }
    crew: { type: call, call: api.list }
    l: { type: lookup, index: crew, match: id, lookupValue: "$.trip.legs[*].captain", outputParameters: [name] }
mapped:
  description: d
  steps:
    trip: { type: call, call: api.get }
    crew: { type: call, call: api.list }
  mappings:
    - { target: captains, value: "$.trip.legs[*].captain" }
    - { target: ada, value: "$.crew[?@.name == 'Ada'].id.first()" }
    - { target: text, value: "{{crew[*].name}}, {{trip.legs[0].captain}}" }`,
  ));
  assert.deepEqual(await callFlow(capability, "bare"), { ids: ["1", "2"], first: "1" });
  assert.deepEqual(await callFlow(capability, "filter"), { ids: ["1"] });
  assert.deepEqual(await callFlow(capability, "slice"), { ids: ["2"] });
  assert.deepEqual(await callFlow(capability, "template"), { ids: ["1", "2"] });
  assert.deepEqual(await callFlow(capability, "text"), { ids: 'all of ["1","2"]' });
  assert.deepEqual(await callFlow(capability, "count"), { ids: 2 });
  assert.deepEqual(await callFlow(capability, "names"), [{ name: "Ada" }, { name: "Bo" }]);
  assert.deepEqual(await callFlow(capability, "mapped"), {
    captains: ["1", "2"],
    ada: "1",
    text: '["Ada","Bo"], 1',
  });
});

Deno.test("an index reaches into an argument, and the argument is the input", async () => {
  await using api = await harbour();
  const capability = await compileText(document(
    api.origin,
    TRIP,
    `declared: { description: d, inputParameters: { who: { type: array } }, call: api.get, with: { v: "{{who[0].name}}" } }
undeclared: { description: d, call: api.get, with: { v: "{{who[0].name}}" } }
several: { description: d, inputParameters: { who: { type: array } }, call: api.post, with: { ids: "{{who[*].name}}" } }`,
  ));
  for (const name of ["declared", "undeclared"]) {
    assert.deepEqual(flowOf(capability, name).inputs.list.map((input) => input.name), ["who"]);
    await callFlow(capability, name, { who: [{ name: "Z" }] });
    assert.equal(api.seen.at(-1)!.url, "/trip?v=Z");
  }
  assert.deepEqual(await callFlow(capability, "several", { who: [{ name: "A" }, { name: "B" }] }), {
    ids: ["A", "B"],
  });
});

Deno.test("an expression that the grammar does not have is an error where it stands, and no input", async () => {
  const tool = (text: string) =>
    `t: { description: d, inputParameters: { who: { type: string } }, call: api.get, with: { v: "${text}", w: "{{who}}" } }`;
  for (
    const [text, message] of [
      [
        "{{who | upper}}",
        "bad-template {{who | upper}} uses a filter, and filters are not part of templates",
      ],
      ["{{&who}}", "bad-template {{&who}} is not part of templates"],
      ["{{.who}}", "bad-template {{.who}} is not part of templates"],
      [
        "{{upper(who)}}",
        "bad-template {{upper(who)}} calls a function, and functions are not part of templates",
      ],
      [
        "{{who + 1}}",
        "bad-template {{who + 1}} is not a reference: a template holds the name of one input, step or variable",
      ],
      [
        "{{inputs.who}}",
        "bad-template {{inputs.who}} begins with inputs, and steps and inputs are named by their names alone",
      ],
      ["{{#who}}", "template-section {{#who}} is the start of a section, which templates do not have"],
      ["{{$.who}}", "bad-template {{$.who}} names no step"],
      ["a {{who", "bad-template {{who opens a placeholder that is never closed"],
      ["{{who}", "bad-template {{who} opens a placeholder that is never closed"],
    ]
  ) {
    const capability = await compileText(document("http://127.0.0.1:9", TRIP, tool(text!)));
    assert.equal(capability.disabled.length, 1, text);
    const [{ code, message: said, location, fix }] = capability.diagnostics.filter((d) =>
      d.severity === "error"
    ) as typeof capability.diagnostics as [typeof capability.diagnostics[0]];
    assert.equal(`${code} ${said}`, message);
    assert.ok(fix, text);
    assert.equal(location.line, 16, text);
    assert.ok(location.column > 80, text);
  }
});

Deno.test("a reference that begins with a needless word names the one without it", async () => {
  const { diagnostics } = await compileText(document(
    "http://127.0.0.1:9",
    TRIP,
    `t: { description: d, steps: { s: { type: call, call: api.get }, t: { type: call, call: api.get, with: { v: "{{steps.s.method}}" } } } }`,
  ));
  assert.deepEqual(diagnostics.map(({ code, fix }) => [code, fix]), [[
    "bad-template",
    "did you mean {{s.method}}?",
  ]]);
});

Deno.test("a placeholder of a path that is never closed is an error at the path", async () => {
  const said = await findings(
    "a: { description: d, call: api.get }",
    'month: { path: "/x/{{month", operations: { get: { method: GET } } }',
  );
  assert.deepEqual(said, ["8:25 bad-template {{month opens a placeholder that is never closed"]);
  const own = await findings(
    "a: { description: d, call: api.get }",
    'month: { path: /x, operations: { get: { method: GET, path: "/x/{id" } } }',
  );
  assert.match(own[0]!, /bad-template \{id opens a placeholder that is never closed$/);
});

Deno.test("a word in the value of an output is a field of the answer, where no input has it", async () => {
  await using api = startUpstream(() =>
    Response.json({ page: 2, rows: [{ id: 7, owner: { name: "Ada" }, tags: ["x", "y"] }] })
  );
  const capability = await compileText(document(
    api.origin,
    "ships: { path: '/ships/{port}', operations: { list: { method: GET } } }",
    `list:
  description: d
  inputParameters: { port: { type: string, required: true } }
  call: api.list
  outputParameters:
    - type: array
      mapping: $.rows
      items:
        type: object
        properties:
          id: { type: string, mapping: $.id }
          link: { type: string, value: "https://harbour.test/{{port}}/{{id}}" }
          number: { type: number, value: "{{id}}" }
          owner: { type: string, value: "{{owner.name}} ({{tags[1]}})" }
          all: { type: array, value: "{{$.tags[*]}}" }
          gone: { type: string, value: "{{nothing}}" }
steps:
  description: d
  inputParameters: { port: { type: string } }
  steps: { s: { type: call, call: api.list, with: { port: "{{port}}" } } }
  outputParameters:
    - { name: page, type: string, value: "{{page}} of {{port}}, {{s.rows[0].id}}" }`,
  ));
  assert.deepEqual(flowOf(capability, "list").inputs.list.map((input) => input.name), ["port"]);
  assert.deepEqual(await callFlow(capability, "list", { port: "b" }), [{
    id: "7",
    link: "https://harbour.test/b/7",
    number: 7,
    owner: "Ada (y)",
    all: ["x", "y"],
    gone: null,
  }]);
  assert.deepEqual(await callFlow(capability, "steps", { port: "b" }), { page: "2 of b, 7" });
});

Deno.test("a template that nearly names a declared input is told of at the template", async () => {
  const said = await findings(
    `t: { description: d, inputParameters: { name: { type: string } }, call: api.get, with: { v: "{{nme}}" } }
far: { description: d, inputParameters: { name: { type: string } }, call: api.get, with: { v: "{{zebra}}" } }`,
    TRIP,
  );
  assert.deepEqual(said.filter((line) => line.includes("unknown-word")), [
    "16:102 unknown-word {{nme}} names no declared input, and becomes one; name is used nowhere",
  ]);
});

Deno.test("a word that nearly names a variable is told of, wherever it stands", async () => {
  const text = (token: string, v: string) =>
    document(
      "http://127.0.0.1:9\n      authentication: { type: bearer, token: '" + token + "' }",
      TRIP,
      `t: { description: d, call: api.get, with: { v: "${v}" } }`,
    ).replace("capability:", "binds: [{ namespace: secrets, keys: { TOKEN: T } }]\ncapability:");
  for (const [token, v] of [["{{secrts.TOKEN}}", "x"], ["{{secrets.TOKEN}}", "{{secrts.TOKEN}}"]] as const) {
    const { diagnostics } = await compileText(text(token, v), { env: { T: "t" } });
    assert.deepEqual(diagnostics.map(({ code, fix }) => [code, fix]), [
      ["missing-variable", "did you mean {{secrets.TOKEN}}?"],
    ]);
  }
});

Deno.test("${X} and $X are told of where a variable was meant", async () => {
  for (const written of ["${API_KEY}", "$API_KEY", "${who}"]) {
    const said = await findings(
      `t: { description: d, inputParameters: { who: { type: string } }, call: api.get, with: { v: "${written}", who: "{{who}}" } }`,
      TRIP,
    );
    assert.ok(
      said.some((line) => line.includes(`${written} is not a placeholder and is sent as it is written`)),
      said.join(),
    );
  }
  assert.deepEqual(
    await findings(`t: { description: d, call: api.get, with: { v: "$5 and ${"${x}"}" } }`, TRIP),
    [],
  );
});

Deno.test("a template without quotes is read as the template, and told with the fix", async () => {
  await using api = await harbour();
  const text = document(
    api.origin,
    "bulk: { path: /bulk, operations: { post: { method: POST, body: { type: json, data: { a: {{who}}, b: [{{ who }}] } } } } }",
    "t:\n  description: d\n  inputParameters: { who: { type: string } }\n  call: api.post\n  with:\n    who: {{who}}",
  );
  const { diagnostics } = readSpecification("spec.yml", { readText: () => "" }, { text });
  assert.deepEqual(diagnostics.map(({ code, message, fix, location: l }) => [code, message, fix, l.line]), [
    ["unquoted-template", "{{who}} without quotes is a mapping in YAML", 'write "{{who}}"', 8],
    ["unquoted-template", "{{ who }} without quotes is a mapping in YAML", 'write "{{ who }}"', 8],
    ["unquoted-template", "{{who}} without quotes is a mapping in YAML", 'write "{{who}}"', 19],
  ]);
  assert.deepEqual(await callFlow(await compileText(text), "t", { who: "x" }), { a: "x", b: ["x"] });
});

Deno.test("what a prompt's template holds and the grammar does not have is an error, and no argument", async () => {
  const text = (content: string) =>
    `${document("http://127.0.0.1:9", SHIPS, "q: { description: d, call: api.list }")}
      prompts:
        - name: p
          description: d
          arguments: [{ name: who, description: Who }]
          template:
            - { role: user, content: "${content}" }
`.replace(/\n\n/g, "\n");
  for (const bad of ["Dear {{who | upper}}", "Dear {{who", "Dear {{upper(who)}}"]) {
    const { diagnostics } = await compileText(text(bad));
    assert.deepEqual(
      diagnostics.map(({ code, location: { line } }) => [code, line]),
      [["bad-template", 20]],
      bad,
    );
  }
  assert.deepEqual((await compileText(text("Dear {{who}}, {{other}}"))).diagnostics, []);
});

Deno.test("a bare path of no step is told of, and refused where a step is nearly meant", async () => {
  const tool = (id: string) =>
    `t: { description: d, steps: { trip: { type: call, call: api.get }, p: { type: call, call: api.post, with: { ids: "${id}" } } } }`;
  assert.deepEqual(await findings(tool("$.zebra.x"), TRIP), [
    "16:123 unknown-step $.zebra.x names no step, and is sent as the text it is",
  ]);
  assert.deepEqual(await findings(tool("$.trp.legs"), TRIP), ["16:123 unknown-step trp.legs names no step"]);
  // Nothing is wrong with the text, but then nobody uses the step.
  assert.deepEqual(await findings(tool("$5.00"), TRIP), [
    "16:39 unused-step the step trip only reads, and nothing uses what it gives",
  ]);
});

Deno.test("a path inside an argument that cannot be read is an error at its place", async () => {
  const said = await findings(
    `t: { description: d, inputParameters: { who: { type: array } }, call: api.get, with: { v: "{{who[?]}}" } }`,
    TRIP,
  );
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^16:\d+ bad-json-path /);
});

Deno.test("no text in a value makes the compiler fail", async () => {
  const piece = fc.constantFrom(
    ...[
      "{{",
      "}}",
      "{",
      "}",
      "$",
      "$.",
      "$env.",
      "$this.t.",
      "s",
      "who",
      ".",
      "[",
      "]",
      "*",
      "0",
      "?",
      "@",
      "'",
      "|",
      " ",
    ],
    ...["(", ")", "#", "/", "&", "steps.", "API_KEY", "==", "sum()", "\\", "~"],
  );
  const text = fc.oneof(fc.array(piece, { maxLength: 10 }).map((parts) => parts.join("")), fc.string());
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const written = JSON.stringify(value);
      const { diagnostics } = await compileText(
        document(
          "http://127.0.0.1:9",
          TRIP,
          `a: { description: d, inputParameters: { who: { type: array } }, call: api.get, with: { v: ${written} } }
b: { description: d, steps: { s: { type: call, call: api.get }, p: { type: call, call: api.post, with: { ids: ${written} } } }, mappings: [{ target: x, value: ${written} }] }
c: { description: d, call: api.get, outputParameters: [{ name: x, type: string, value: ${written} }] }
d: { description: d, call: api.get, outputParameters: [{ name: x, type: string, mapping: ${written} }] }`,
        ),
        { env: { API_KEY: "k" } },
      );
      for (const { location } of diagnostics) assert.ok(location.line > 1, value);
    }),
    { numRuns: 300 },
  );
});

Deno.test("what stands in the body of an operation is told of there", async () => {
  const body = (text: string) =>
    `bulk:
  path: /bulk
  operations:
    post:
      method: POST
      body:
        type: json
        data: { a: "${text}" }`;
  const tool = "t: { description: d, inputParameters: { name: { type: string } }, call: api.post }";
  for (
    const [text, said] of [
      [
        "{{name | upper}}",
        "15:23 bad-template {{name | upper}} uses a filter, and filters are not part of templates",
      ],
      [
        "{{#name}}",
        "15:23 template-section {{#name}} is the start of a section, which templates do not have",
      ],
      [
        "{{nme}}",
        "15:23 unknown-word {{nme}} names no declared input, and becomes one; name is used nowhere",
      ],
      ["x {{name", "15:23 bad-template {{name opens a placeholder that is never closed"],
    ]
  ) assert.deepEqual(await findings(tool, body(text!)), [said]);
});

Deno.test("a credential that is outside the grammar is an error at the credential", async () => {
  for (const token of ["{{TOKEN | trim}}", "{{lower(TOKEN)}}", "{{TOKEN"]) {
    const { diagnostics } = await compileText(
      document(
        "http://127.0.0.1:9\n      authentication: { type: bearer, token: '" + token + "' }",
        SHIPS,
        "t: { description: d, call: api.list }",
      ),
      { env: { TOKEN: "t" } },
    );
    assert.deepEqual(
      diagnostics.map(({ code, location: { line } }) => [code, line]),
      [["bad-template", 7]],
      token,
    );
  }
});

Deno.test("a parameter may have a name that begins with a sign, as OData has them", async () => {
  await using api = await harbour();
  const capability = await compileText(document(
    api.origin,
    "ref: { path: '/trip/$ref?@id={@id}', operations: { get: { method: GET, inputParameters: { '@id': { in: query }, $top: { in: query } } } } }",
    "t: { description: d, call: api.get, with: { '@id': tools.@id, $top: tools.$top } }",
  ));
  assert.deepEqual(flowOf(capability, "t").inputs.list.map((input) => input.name), ["@id", "$top"]);
});
