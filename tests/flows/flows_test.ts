/**
 * Flows that refer to flows, flows that steps call, and what a node inherits through them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callFlow, compileText, flowOf, startUpstream, type Upstream } from "../capability.ts";

const echo = () =>
  startUpstream((request, body) => {
    const url = new URL(request.url);
    if (url.pathname === "/v1/fail") return Response.json({}, { status: 500 });
    return Response.json({ method: request.method, path: url.pathname, q: url.searchParams.get("q"), body });
  });

const spec = (api: Upstream, aggregates: string, tools: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}/v1
      resources:
        items:
          path: /items/{id}
          operations:
            get: { method: GET, inputParameters: { id: { in: path }, q: { in: query } } }
            put: { method: PUT, inputParameters: { id: { in: path } } }
        fail: { path: /fail, operations: { fail: { method: GET } } }
  aggregates:
${aggregates.replace(/^/gm, "    ")}
  exposes:
    - type: mcp
      namespace: desk
      port: 3999
      tools:
${tools.replace(/^/gm, "        ")}
`;

const FLOWS = `- namespace: base
  flows:
    one:
      description: Reads one
      semantics: { cacheable: true }
      inputParameters:
        id: { type: string, description: Which, required: true }
        q: { type: string, description: What }
      call: api.get
      with: { id: base.id, q: "{{q}}" }
      outputParameters:
        - { type: object, properties: { path: { type: string, mapping: $.path }, q: { type: string, mapping: $.q } } }
    broken: { description: b, steps: { f: { type: call, call: api.fail } } }
- namespace: more
  flows:
    red: { description: Reads a red one, ref: base.one, with: { q: red } }
    red-seven: { ref: more.red, with: { id: "7" } }
    round: { description: r, ref: more.about }
    about: { description: a, ref: more.round }
    itself: { description: i, steps: { s: { type: call, call: more.itself } } }
    both:
      description: Reads two
      inputParameters: { a: { type: string, description: a }, b: { type: string, description: b } }
      steps:
        x: { type: call, call: base.one, with: { id: more.a, q: "1" } }
        y: { type: call, call: base.one, with: { id: "{{b}}", q: "{{x.path}}", colour: red } }
      mappings:
        - { target: first.path, value: $.x.path }
        - { target: second, value: $.y.q }`;

Deno.test("a ref to a flow that refers on runs the last, with what each gives and says", async () => {
  await using api = echo();
  const capability = await compileText(spec(
    api,
    FLOWS,
    `red: { ref: more.red }
seven: { ref: more.red-seven }
own: { ref: more.red-seven, description: Mine }`,
  ));
  assert.deepEqual(capability.disabled, []);
  const red = flowOf(capability, "red");
  assert.equal(red.description, "Reads a red one");
  assert.equal(red.semantics.cacheable, true);
  assert.deepEqual(red.inputs.list.map((i) => [i.name, i.required]), [["id", true]]);
  assert.deepEqual(await callFlow(capability, "red", { id: "3" }), { path: "/v1/items/3", q: "red" });
  assert.deepEqual(flowOf(capability, "seven").inputs.list, [], "what with gives is no input");
  assert.deepEqual(await callFlow(capability, "seven"), { path: "/v1/items/7", q: "red" });
  assert.equal(flowOf(capability, "own").description, "Mine");
  assert.deepEqual(await callFlow(capability, "more.red-seven"), { path: "/v1/items/7", q: "red" });
});

Deno.test("flows in a circle are set aside, naming the circle, and the rest serves", async () => {
  await using api = echo();
  const capability = await compileText(spec(
    api,
    FLOWS,
    `round: { ref: more.round }
itself: { ref: more.itself }
one: { ref: base.one }`,
  ));
  assert.deepEqual(capability.disabled.map((d) => [d.node, d.diagnostic.code]), [
    ["tool round", "flow-cycle"],
    ["tool itself", "flow-cycle"],
  ]);
  assert.match(capability.disabled[0]!.diagnostic.message, /more\.round → more\.about → more\.round/);
  assert.match(capability.disabled[1]!.diagnostic.message, /more\.itself → more\.itself/);
  assert.ok(capability.disabled.every((d) => d.diagnostic.location.line > 10));
  assert.deepEqual(await callFlow(capability, "one", { id: "1" }), { path: "/v1/items/1", q: null });
});

/** Flows of which each calls the next in each of its steps; the last calls an operation. */
function chain(length: number, steps: number, operation: string): string {
  const flows = Array.from({ length }, (_, i) => {
    const call = i + 1 < length ? `a.f${i + 1}` : operation;
    const all = Array.from({ length: steps }, (_, j) => `s${j}: { type: call, call: ${call} }`);
    return `        f${i}: { description: d, steps: { ${all.join(", ")} } }`;
  });
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - { type: http, namespace: api, baseUri: "http://127.0.0.1:1", resources: { r: { path: /r, operations: { get: { method: GET } } } } }
  aggregates:
    - namespace: a
      display: A
      flows:
${flows.join("\n")}
  exposes:
    - { type: mcp, namespace: m, port: 3000, tools: { t: { ref: a.f0 }, fine: { description: d, call: api.get } } }
`;
}

Deno.test("flows that cannot run are looked at once, however many steps call them", async () => {
  // Twelve levels of ten steps would be looked at a million million times.
  const { disabled } = await compileText(chain(12, 10, "api.nope"));
  assert.deepEqual(disabled.map((d) => [d.node, d.diagnostic.code]), [["tool t", "unknown-operation"]]);
  // If they could run, they would run for ever.
  const running = await compileText(chain(12, 10, "api.get"));
  assert.deepEqual(running.disabled.map((d) => [d.node, d.diagnostic.code]), [["tool t", "flow-cycle"]]);
  assert.match(running.disabled[0]!.diagnostic.message, /are more than 10000/);
  assert.equal((await compileText(chain(3, 20, "api.get"))).disabled.length, 0);
});

Deno.test("flows that call ever more flows are set aside, and exhaust no stack", async () => {
  const { disabled } = await compileText(chain(3000, 1, "api.get"));
  assert.deepEqual(disabled.map((d) => [d.node, d.diagnostic.code]), [["tool t", "flow-cycle"]]);
  assert.match(disabled[0]!.diagnostic.message, /more than 100 deep/);
  assert.equal((await compileText(chain(90, 1, "api.get"))).disabled.length, 0);
});

Deno.test("a step that calls a flow runs it with arguments of its own", async () => {
  await using api = echo();
  const capability = await compileText(spec(
    api,
    FLOWS,
    `both: { ref: more.both }
direct:
  description: d
  call: base.one
  with: { id: "{{which}}" }
  outputParameters: [{ type: string, mapping: $.path }]
broken: { description: b, steps: { outer: { type: call, call: base.broken } } }`,
  ));
  assert.deepEqual(capability.disabled, []);
  assert.deepEqual(await callFlow(capability, "both", { a: "1", b: "2" }), {
    first: { path: "/v1/items/1" },
    second: "/v1/items/1",
  });
  assert.ok(capability.diagnostics.some((d) => d.code === "unknown-with-key" && /colour/.test(d.message)));
  const direct = flowOf(capability, "direct");
  assert.deepEqual(direct.inputs.list.map((i) => [i.name, i.required]), [["which", true], ["q", false]]);
  assert.equal(direct.semantics.safe, true);
  assert.equal(await callFlow(capability, "direct", { which: "9" }), "/v1/items/9");
  await assert.rejects(callFlow(capability, "broken"), (error: { data?: { step?: string } }) => {
    assert.equal(error.data?.step, "f", "the innermost step is the one that failed");
    return true;
  });
});

Deno.test("of several operations of one name the n-th tool means the n-th, whichever tools cannot run", async () => {
  await using api = echo();
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}/v1
      resources:
        - { name: a, path: /a, operations: [{ name: act, method: GET }] }
        - { name: b, path: /b, operations: [{ name: act, method: DELETE }] }
        - { name: c, path: /c, operations: [{ name: act, method: POST }] }
  exposes:
    - type: mcp
      port: 3999
      tools:
        - { name: one, description: d, call: api.act, inputParameters: [{ name: x, in: environment }] }
        - { name: two, description: d, call: api.act }
        - { name: three, description: d, call: api.act }
`);
  assert.deepEqual(capability.disabled.map((d) => d.node), ["tool one"]);
  assert.equal(flowOf(capability, "two").preview!({})!.method, "DELETE");
  assert.equal(flowOf(capability, "three").preview!({})!.method, "POST");
});

Deno.test("settings of scripts hold whatever they are written as, and wrong ones are told", async () => {
  await using api = echo();
  const capability = async (scripting: string, step = "file: s.js", source = "result = 1") =>
    await compileText(
      `${spec(api, FLOWS, `script: { description: d, steps: { s: { type: script, ${step} } } }`)}
    - type: control
      port: 3998
      management: ${scripting}
`,
      { files: { "s.js": source, "s.py": "" } },
    );
  const endless = "for (;;) {}";
  for (
    const text of [
      "{ scripting: { timeout: soon, statementLimit: [1] } }",
      "{ scripting: { timeout: 0, statementLimit: -1 } }",
    ]
  ) {
    const odd = await capability(text, "file: s.js", endless);
    assert.deepEqual(
      odd.diagnostics.map((d) => [d.code, d.location.line > 10]),
      [["wrong-type", true], [
        "wrong-type",
        true,
      ]],
    );
    await assert.rejects(callFlow(odd, "script"), /statement limit \(100000\)/);
  }
  const low = await capability(
    '{ scripting: { timeout: "60000", statementLimit: "20000" } }',
    "file: s.js",
    endless,
  );
  await assert.rejects(callFlow(low, "script"), /statement limit \(20000\)/);
  for (
    const text of [
      "null",
      "text",
      "{ scripting: null }",
      "{ scripting: [1] }",
      "{ scripting: { defaultLanguage: 5 } }",
    ]
  ) {
    assert.equal(await callFlow(await capability(text), "script"), 1, text);
  }
  for (const text of ["{ scripting: { enabled: false } }", "{ scripting: { allowedLanguages: python } }"]) {
    assert.equal((await capability(text)).disabled[0]?.diagnostic.code, "script-language", text);
  }
  const python = await capability("{}", "file: s.py");
  assert.match(python.disabled[0]!.diagnostic.message, /written in python/);
});

Deno.test("two steps of one name both run, in order, and each sees the newest before it", async () => {
  await using api = echo();
  const capability = await compileText(spec(
    api,
    FLOWS,
    `twice:
  description: d
  steps:
    - { name: a, type: call, call: api.get, with: { id: "1" } }
    - { name: b, type: call, call: api.get, with: { id: b, q: "{{a.path}}" } }
    - { name: a, type: call, call: api.get, with: { id: "2" } }
    - { name: c, type: call, call: api.get, with: { id: c, q: "{{a.path}}" } }
  mappings:
    - { target: b, value: $.b.q }
    - { target: c, value: $.c.q }`,
  ));
  assert.deepEqual(await callFlow(capability, "twice"), { b: "/v1/items/1", c: "/v1/items/2" });
});

Deno.test("what a script writes is heard by whoever listens, and its error tells its own line", async () => {
  await using api = echo();
  const capability = await compileText(
    spec(
      api,
      FLOWS,
      `say: { description: d, inputParameters: { n: { type: integer, description: n } }, steps: { s: { type: script, file: s.js, with: { n: desk.n } } } }`,
    ),
    {
      files: {
        "s.js":
          "console.log('n is', context.n);\nif (context.n > 1) throw new Error('too much');\nresult = 1",
      },
    },
  );
  assert.equal(await callFlow(capability, "say", { n: 1 }), 1, "nobody has to listen");
  const heard: [string, readonly string[]][] = [];
  capability.scripts.listen((...said) => heard.push(said));
  await assert.rejects(
    callFlow(capability, "say", { n: 2 }),
    (error: { data?: { step?: string; source?: string } }) => {
      assert.equal(error.data?.step, "s");
      assert.match(error.data?.source ?? "", /^s\.js:2:/);
      return true;
    },
  );
  assert.deepEqual(heard, [["s", ["n is 2"]]]);
});

Deno.test("an expression that means a step which is not there, or not yet, is told", async () => {
  await using api = echo();
  const step = (name: string, id: string) => `${name}: { type: call, call: api.get, with: { id: "${id}" } }`;
  const capability = await compileText(spec(
    api,
    FLOWS,
    `early: { description: d, steps: { ${step("a", "{{b.path}}")}, ${step("b", "1")} } }
typo: { description: d, steps: { ${step("users", "1")}, ${step("b", "{{user.path}}")} } }
input: { description: d, steps: { ${step("users", "1")}, ${step("b", "{{filter.path}}")} } }
own: { description: d, inputParameters: { user: { type: object, description: u } }, steps: { ${
      step("users", "1")
    }, ${step("b", "{{user.path}}")} } }
mapped: { description: d, steps: { ${step("users", "1")} }, mappings: [{ target: x, value: $.usrs.path }] }
map: { description: d, steps: { ${step("users", "1")} }, mappings: { x: $.users.path } }
two: { description: d, call: api.get, with: { id: "1" }, steps: { ${step("users", "1")} } }`,
  ));
  assert.deepEqual(capability.disabled.map((d) => [d.node, d.diagnostic.message, d.diagnostic.fix]), [
    ["tool early", "b.path is of the step b, which does not run before it", "put that step before it"],
    ["tool typo", "user.path names no step", "did you mean users.path?"],
  ]);
  assert.deepEqual(flowOf(capability, "input").inputs.list.map((i) => i.name), ["q", "filter.path"]);
  assert.deepEqual(flowOf(capability, "own").inputs.list.map((i) => i.name), ["user", "q"]);
  // That of the tools input and own.
  const unused = [
    "unused-step",
    "the step users only reads, and nothing uses what it gives",
    "remove it, or use it: {{users.…}} in with, or $.users in a mapping",
  ];
  assert.deepEqual(
    capability.diagnostics.filter((d) => d.severity === "warning").map((d) => [d.code, d.message, d.fix]),
    [
      unused,
      unused,
      ["unknown-step", "$.usrs.path names no step, so x is always null", "did you mean $.users.path?"],
      [
        "unknown-key",
        "steps has no effect together with call, which is what runs",
        "remove steps, or remove call",
      ],
    ],
  );
  assert.deepEqual(await callFlow(capability, "map"), { x: "/v1/items/1" });
});

Deno.test("a lookup searches the output of a step, or a list inside it", async () => {
  await using api = startUpstream(() => Response.json({ list: [{ id: 1, n: "one" }, { id: 2, n: "two" }] }));
  const lookup = (index: string) =>
    `{ description: d, steps: { o: { type: call, call: api.get, with: { id: "1" } }, l: { type: lookup, index: ${index}, match: id, lookupValue: "2" } } }`;
  const capability = await compileText(spec(
    api,
    FLOWS,
    `a: ${lookup("o.list")}\nb: ${lookup('"{{o.list}}"')}\nc: ${lookup("$.o.list")}\nd: ${lookup("p.list")}`,
  ));
  for (const name of "abc") assert.deepEqual(await callFlow(capability, name), { id: 2, n: "two" }, name);
  assert.deepEqual(capability.disabled.map((d) => [d.node, d.diagnostic.code]), [["tool d", "unknown-step"]]);
});

Deno.test("a flow whose call several operations answer to means the first, whatever else the surface has", async () => {
  await using api = echo();
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}
      resources:
        - { name: a, path: /a, operations: [{ name: act, method: GET }] }
        - { name: b, path: /b, operations: [{ name: act, method: DELETE }] }
  aggregates:
    - { namespace: agg, flows: { act: { description: d, call: api.act } } }
  exposes:
    - type: mcp
      port: 3999
      tools: { one: { ref: agg.act }, two: { ref: agg.act } }
`);
  for (const name of ["one", "two"]) assert.equal(flowOf(capability, name).preview!({})!.method, "GET");
  assert.deepEqual(
    capability.diagnostics.map((d) => d.message),
    Array(2).fill("2 operations are called api.act; the first is meant"),
  );
});

Deno.test("what comes after a second operation of one name can be called as well", async () => {
  await using api = echo();
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}/v1
      resources:
        one: { path: /one, operations: { same: { method: GET } } }
        two: { path: /two, operations: { same: { method: GET } } }
        three: { path: /three, operations: { other: { method: GET } } }
`);
  const pathOf = async (name: string) => (await callFlow(capability, name) as { path: string }).path;
  assert.equal(await pathOf("api.same"), "/v1/one");
  assert.equal(await pathOf("api.other"), "/v1/three");
});
