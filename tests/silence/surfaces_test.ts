/**
 * Nothing silent on a surface: what nobody can reach, and what does nothing there, is a finding.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileCapability, readSpecification } from "../../mod.ts";
import { check, shop } from "./rows.ts";

/** An MCP surface with a tool that works, and what stands beside it. */
function server(beside: string): string {
  return shop({
    operations:
      "list: { method: GET }\none: { method: GET, inputParameters: { id: { in: query, type: string, required: true } } }",
    exposes: `- type: mcp
  namespace: desk
  port: 3001
  tools: { t: { description: x, call: shop.list } }
  ${beside}`,
  });
}

Deno.test("a prompt that gives nothing, or not what it says, is reported", async () => {
  const prompt = (rest: string) => server(`prompts: [{ name: p, description: x, ${rest} }]`);
  await check([
    ["fine", prompt('arguments: [{ name: who }], template: [{ role: user, content: "Hi {{who}}" }]')],
    ["nothing", prompt("arguments: []"), /^18 error no-call the prompt p has neither template nor location/],
    ["empty", prompt("template: []"), /^18 error no-call/],
    [
      "both",
      prompt('location: "file:///./p.md", template: [{ role: user, content: x }]'),
      /^18 warning unknown-key location has no effect together with template/,
    ],
    [
      "role",
      prompt("template: [{ role: system, content: x }]"),
      /^18 warning coerced the role system .* => use user or assistant/,
    ],
    ["content", prompt("template: [{ role: user }]"), /^18 warning no-call this message has no content/],
    [
      "word",
      prompt('arguments: [{ name: person }], template: [{ role: user, content: "Hi {{persn}}" }]'),
      /^18 warning unknown-word \{\{persn\}\} .*=> did you mean \{\{person\}\}/,
    ],
    [
      "braces",
      prompt('arguments: [{ name: who }], template: [{ role: user, content: "Hi {who}" }]'),
      /^18 warning bad-expression \{who\} is not a placeholder .* => write \{\{who\}\}/,
    ],
    [
      "unused",
      prompt("arguments: [{ name: who }], template: [{ role: user, content: Hi }]"),
      /^18 warning unused-input the argument who is used nowhere/,
    ],
    [
      "twice",
      prompt('arguments: [{ name: who }, { name: who }], template: [{ role: user, content: "{{who}}" }]'),
      /^18 warning duplicate-name the argument who/,
    ],
  ]);
});

Deno.test("a resource that no client can read is reported", async () => {
  const resource = (rest: string) => server(`resources: [{ name: r, description: x, ${rest} }]`);
  await check([
    ["fine", resource('uri: "shop://one/{id}", call: shop.one')],
    ["no uri", resource("call: shop.list"), /^18 error invalid-uri the resource r has no uri/],
    [
      "no scheme",
      resource("uri: items, call: shop.list"),
      /^18 error invalid-uri the uri items .*=> write uri: r:\/\/items/,
    ],
    [
      "a value it needs",
      resource('uri: "shop://one", call: shop.one'),
      /^18 error input-without-place r needs id, and its uri has no place for it => write \{id\} into the uri/,
    ],
    ["a value that with gives", resource('uri: "shop://one", call: shop.one, with: { id: "7" }')],
    [
      "a place that nothing uses",
      resource('uri: "shop://all/{idd}", call: shop.list'),
      /^18 warning unused-input the placeholder \{idd\} of the uri is used nowhere/,
    ],
    [
      "one uri twice",
      server(
        'resources: [{ name: r, description: x, uri: "shop://a/{id}", call: shop.one }, { name: s, description: x, uri: "shop://a/{id}", call: shop.one }]',
      ),
      /^18 warning duplicate-name the uri shop:\/\/a\/\{id\} is here a second time/,
    ],
  ]);
});

Deno.test("a REST resource that no request reaches, or of which a part does nothing, is reported", async () => {
  const rest = (resource: string) =>
    shop({
      operations:
        "list: { method: GET }\none: { method: GET, inputParameters: { id: { in: query, type: string } } }",
      exposes: `- type: rest
  namespace: api
  port: 3001
  resources:
    ok: { path: /ok, operations: { g: { method: GET, call: shop.list } } }
    r: ${resource}`,
    });
  const get = (more = "") => `operations: { g: { method: GET, call: shop.one${more} } }`;
  await check([
    [
      "nothing",
      rest("{ path: /r }"),
      /^19 warning no-call the resource \/r has neither operations nor forward/,
    ],
    ["no path", rest(`{ ${get()} }`), /^19 warning no-call the resource r has no path/],
    [
      "query",
      rest(`{ path: "/r?x=1", ${get()} }`),
      /^19 error path-notation .*no request matches it => write path: \/r/,
    ],
    ["colon", rest(`{ path: "/r/:id", ${get()} }`), /^19 warning path-notation .* is read as \/r\/\{id\}/],
    [
      "angle",
      rest(`{ path: "/r/<int:id>", ${get()} }`),
      /^19 warning path-notation .* is read as \/r\/\{id\}/,
    ],
    ["star", rest(`{ path: "/r/*", ${get()} }`), /^19 warning path-notation \* in the path/],
    [
      "a place that nothing uses",
      rest(`{ path: "/r/{idd}", ${get()} }`),
      /^19 warning unused-input the placeholder \{idd\} of the path is used nowhere => did you mean \{id\}/,
    ],
    [
      "one name twice",
      rest(`{ path: "/r/{id}/{id}", ${get()} }`),
      /^19 warning duplicate-name .*\{id\} twice/,
    ],
    [
      "one name in two places",
      rest(`{ path: "/r/{id}", inputParameters: { id: { in: query, type: string } }, ${get()} }`),
      /^19 warning one-name-two-places the path .* the path gives it/,
    ],
    [
      "a body of a GET",
      rest(
        `{ path: /r, inputParameters: { id: { in: body, type: string } }, ${
          get(', with: { id: "{{id}}" }')
        } }`,
      ),
      /^19 warning body-on-get a GET has no body, so the input id never gets a value/,
    ],
    [
      "method",
      rest("{ path: /r, operations: { g: { method: CONNECT, call: shop.list } } }"),
      /^19 error no-call no request can have the method CONNECT/,
    ],
  ]);
  await using capability = await compileCapability(readSpecification("a.yml", {
    text: `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: rest
      namespace: api
      port: 3001
      resources:
        a: { path: "/a/:id", operations: { g: { method: GET, outputParameters: [{ name: a, type: string, value: "{{id}}" }] } } }
        b: { path: "/b/{x}.{y}", operations: { g: { method: GET, outputParameters: [{ name: a, type: string, value: "{{x}} {{y}}" }] } } }
`,
  }));
  const { fetch } = capability.surface("api");
  assert.deepEqual(await (await fetch(new Request("http://localhost/a/5"))).json(), { a: "5" });
  assert.deepEqual(await (await fetch(new Request("http://localhost/b/report.pdf"))).json(), {
    a: "report pdf",
  });
});

Deno.test("of two entries with one name one is reported, wherever a list has names", async () => {
  const outputs = (list: string) =>
    shop({
      exposes: `- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, ${list} } } }`,
    });
  await check([
    [
      "outputs of a call",
      outputs(
        "call: shop.list, outputParameters: [{ name: a, type: string, mapping: $.a }, { name: a, type: string, mapping: $.b }]",
      ),
      /^13 warning duplicate-name the output a/,
    ],
    [
      "properties",
      outputs(
        "call: shop.list, outputParameters: [{ name: a, type: object, properties: [{ name: b, type: string, mapping: $.a }, { name: b, type: string, mapping: $.b }] }]",
      ),
      /^13 warning duplicate-name the output b/,
    ],
    [
      "mappings",
      outputs(
        "steps: [{ type: call, name: s, call: shop.list }], mappings: [{ target: a, value: $.s.a }, { target: a, value: $.s.b }]",
      ),
      /^13 warning duplicate-name the mapping a/,
    ],
  ]);
});

Deno.test("words that no key of a surface takes are reported", async () => {
  const control = (rest: string) =>
    shop({
      exposes:
        `- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list } } }
- { type: control, port: 3002, ${rest} }`,
    });
  const mcp = (rest: string) =>
    shop({
      exposes:
        `- { type: mcp, namespace: desk, port: 3001, ${rest}, tools: { t: { description: x, call: shop.list } } }`,
    });
  await check([
    [
      "transport",
      mcp("transport: sse"),
      /^13 warning coerced transport sse is not known; it is served over HTTP => use http or stdio/,
    ],
    ["cacheScope", mcp("cacheScope: all"), /^13 warning coerced cacheScope all/],
    [
      "section",
      control("managment: { health: true }"),
      /^14 warning unknown-key managment .*did you mean management/,
    ],
    ["key", control("management: { helth: true }"), /^14 warning unknown-key helth .*did you mean health/],
    ["flag", control("management: { info: 7 }"), /^14 warning wrong-type info should be true or false/],
    [
      "number",
      control("observability: { traces: { sampling: 5 } }"),
      /^14 warning wrong-type sampling should be a number from 0 to 1/,
    ],
    [
      "mapping",
      control("observability: { metrics: { local: true } }"),
      /^14 warning wrong-type local should be a mapping/,
    ],
    [
      "word",
      control("observability: { traces: { propagation: zipkin } }"),
      /^14 warning coerced the propagation zipkin/,
    ],
    [
      "fine",
      control(
        "management: { health: true, info: false, logs: { stream: true, max-subscribers: 3 } }, observability: { traces: { sampling: 0.5, propagation: b3, local: { enabled: true, buffer-size: 50 } } }",
      ),
    ],
  ]);
});

Deno.test("sections that give nothing, and namespaces that two of them share, are reported", async () => {
  const beside = (entry: string) =>
    shop({
      exposes:
        `- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list } } }
- ${entry}`,
    });
  const consumed = (entry: string) => shop({}).replace("  exposes:", `    - ${entry}\n  exposes:`);
  const flows = (entry: string) =>
    shop({}).replace("  exposes:", `  aggregates:\n    - ${entry}\n  exposes:`);
  await check([
    [
      "mcp",
      beside("{ type: mcp, namespace: two, port: 3002, tools: {} }"),
      /^14 warning nothing-to-serve the mcp surface two offers nothing/,
    ],
    [
      "rest",
      beside("{ type: rest, namespace: two, port: 3002, resources: {} }"),
      /^14 warning nothing-to-serve the rest surface two/,
    ],
    [
      "skill",
      beside("{ type: skill, namespace: two, port: 3002, skills: {} }"),
      /^14 warning nothing-to-serve the skill surface two/,
    ],
    [
      "a skill alone",
      beside("{ type: skill, namespace: two, port: 3002, skills: { one: { description: d } } }"),
      /^14 warning no-call the skill one has neither location nor tools/,
    ],
    [
      "surfaces of one namespace",
      beside("{ type: mcp, namespace: desk, port: 3002, tools: { u: { description: x, call: shop.list } } }"),
      /^14 warning namespace-collision two surfaces have the namespace desk/,
    ],
    [
      "API",
      consumed('{ type: http, namespace: two, baseUri: "https://x" }'),
      /^12 warning no-call two has no resources/,
    ],
    [
      "resource",
      consumed('{ type: http, namespace: two, baseUri: "https://x", resources: { r: { path: /r } } }'),
      /^12 warning no-call the resource r of two has no operations/,
    ],
    [
      "aggregate",
      flows("{ namespace: agg, flows: {} }"),
      /^13 warning no-call the aggregate agg has no flows/,
    ],
    [
      "namespace of an API",
      flows("{ namespace: shop, flows: { f: { description: x, call: shop.list } } }"),
      /^13 warning namespace-collision an aggregate and a consumed API have the namespace shop/,
    ],
    [
      "observability outside of the control surface",
      shop({}).replace("  exposes:", "  observability: { enabled: true }\n  exposes:"),
      /^12 warning unknown-key observability has no meaning in capability .*type control/,
    ],
    [
      "two versions",
      `naftiko: "0.5"\n${shop({})}`,
      /^1 warning unknown-key naftiko has no effect together with ikanos/,
    ],
  ]);
});
