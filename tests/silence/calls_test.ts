/**
 * Nothing silent in a call: what was left out of the arguments is an event, and what a request cannot be is a finding.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileCapability, readSpecification } from "../../mod.ts";
import { memoryHost, replay } from "../../lib/api/for_testing.ts";
import { check, shop } from "./rows.ts";

Deno.test("an argument that is left out is an event of the call", async () => {
  const api = replay([{ url: "https://api.example.com/items?q=x", body: {} }]);
  const text = shop({
    operations:
      "list: { method: GET, inputParameters: { q: { in: query, type: string }, n: { in: query, type: integer } } }",
  });
  await using capability = await compileCapability(readSpecification("a.yml", { text }), {
    host: memoryHost(api),
  });
  const events: string[] = [];
  await capability.call("t", { q: "x", n: null, sessionId: "7" }, {
    onEvent: ({ code, place, message }) => events.push(`${code} ${place}: ${message}`),
  });
  assert.deepEqual(events, [
    "dropped_argument n: n was left out: it was null, which it does not take",
    "dropped_argument sessionId: sessionId was left out: some clients add it to every call, and nothing of that name is declared",
  ]);
});

Deno.test("a lookup that has nothing to look for says so", async () => {
  const api = replay([{ url: "https://api.example.com/items", body: [{ id: 1, sub: { k: 2 } }] }, {
    url: "https://api.example.com/items",
    body: [{ id: 1, sub: { k: 2 } }],
  }]);
  const lookup = (match: string, value: string) =>
    `steps: [{ type: call, name: s, call: shop.list }, { type: lookup, name: l, index: s, match: ${match}, lookupValue: "${value}" }]`;
  const text = shop({
    exposes: `- { type: mcp, namespace: desk, port: 3001, tools: { none: { description: x, ${
      lookup("id", "{{id}}")
    } }, path: { description: x, ${lookup("sub.k", "2")} } } }`,
  });
  await using capability = await compileCapability(readSpecification("a.yml", { text }), {
    host: memoryHost(api),
  });
  const said = async (name: string) => {
    const events: string[] = [];
    assert.equal(await capability.call(name, {}, { onEvent: ({ message }) => events.push(message) }), null);
    return events;
  };
  assert.deepEqual(await said("none"), ["there is no value to look for in id"]);
  assert.deepEqual(await said("path"), [
    "no entry has a field called sub.k: match names one field, and no path into it",
  ]);
});

Deno.test("a body that cannot be meant, and a header that cannot be, are reported", async () => {
  const body = (written: string) => shop({ operations: `list: { method: POST, body: ${written} }` });
  const header = (name: string) =>
    shop({
      operations: `list: { method: GET, inputParameters: [{ name: "${name}", in: header, value: x }] }`,
    });
  await check([
    [
      "JSON",
      body(`'{"a": {{a}}'`),
      /^11 warning bad-expression the body of list begins like JSON and is not: a \{ is never closed/,
    ],
    ["JSON that is", body(`'{"a": {{a}}}'`)],
    [
      "tree",
      body("{ type: text, data: { a: 1 } }"),
      /^11 warning bad-expression the data of list is a mapping/,
    ],
    [
      "form",
      body("{ type: formUrlEncoded, data: [1, 2] }"),
      /^11 warning bad-expression entry 1 of the form of list has no name/,
    ],
    [
      "slip of data",
      body("{ type: json, dta: { a: 1 } }"),
      /^11 warning unknown-key .* => did you mean data where it says dta/,
    ],
    [
      "slip of a type",
      body("{ type: jsn, data: { a: 1 } }"),
      /^11 warning coerced the body type jsn is read as json/,
    ],
    ["type", body("{ type: 7, data: { a: 1 } }"), /^11 error wrong-type type should be text/],
    ["header", header("bad name"), /^11 error bad-expression bad name cannot be the name of a header/],
    ["placeholder", header("{{name}}"), /^11 error bad-expression .*names have no placeholders/],
  ]);
});

Deno.test("what a bind does not give is reported, all of it", async () => {
  const binds = (list: string, words: string) =>
    `ikanos: "1.0.0-beta5"
binds:
  - ${list}
capability:
  consumes:
    - { type: http, namespace: shop, baseUri: "https://api.example.com", headers: { A: "${words}" }, resources: { r: { path: /r, operations: { list: { method: GET } } } } }
`;
  const file = "location: file:///./s.env";
  await check([
    ["no keys", binds("{ namespace: s }", "x"), /^3 warning empty-value the bind s has no keys/],
    [
      "no name",
      binds('{ namespace: s, keys: { SET_A: "" } }', "{{SET_A}}"),
      /^3 warning empty-value the name of SET_A/,
    ],
    [
      "one namespace three times",
      binds(
        "{ namespace: s, keys: { SET_A: SET_A } }\n  - { namespace: s, keys: { SET_B: SET_B } }\n  - { namespace: s, keys: { SET_C: SET_C } }",
        "{{SET_A}}{{SET_B}}{{SET_C}}",
      ),
      /^4 warning namespace-collision there are several binds with the namespace s/,
    ],
    [
      "unknown key",
      binds("{ namespace: s, keys: { SET_A: SET_A } }", "{{s.OTHER}}"),
      /^6 warning missing-variable the bind s declares no OTHER/,
    ],
    [
      "several",
      binds("{ namespace: s, keys: { SET_A: SET_A } }", "{{ONE_X}} {{TWO_X}} {{s.OTHER}}"),
      /^6 warning missing-variable the variable ONE_X/,
      /^6 warning missing-variable the variable TWO_X/,
      /^6 warning missing-variable the bind s declares no OTHER/,
    ],
    [
      "no dotenv",
      binds(`{ namespace: s, ${file}, keys: { A: A } }`, "{{A}}"),
      /^3 warning unknown-bind-name line 2 of s\.env is not NAME=value/,
    ],
    [
      "null",
      binds("{ namespace: s, location: file:///./s.json, keys: { A: A } }", "{{A}}"),
      /^3 warning unknown-bind-name A has no value in s\.json/,
      /^6 warning missing-variable the variable A/,
    ],
  ], { "s.env": "A=1\nthis says nothing\n", "s.json": '{"A": null}' });
});

Deno.test("a name that the file of a bind has twice is reported", async () => {
  const binds = (file: string) =>
    `ikanos: "1.0.0-beta5"
binds:
  - { namespace: s, location: "file:///./${file}", keys: { A: A } }
capability:
  consumes:
    - { type: http, namespace: shop, baseUri: "https://api.example.com", headers: { H: "{{A}}" }, resources: { r: { path: /r, operations: { list: { method: GET } } } } }
`;
  await check([
    ["dotenv", binds("twice.env"), /^3 warning duplicate-name twice\.env gives A twice; the last one counts/],
    ["the same twice", binds("same.env")],
    ["YAML", binds("twice.yml"), /^3 warning duplicate-name twice\.yml gives A twice; the first one counts/],
    [
      "JSON",
      binds("twice.json"),
      /^3 warning duplicate-name twice\.json gives A twice; the first one counts/,
    ],
  ], {
    "twice.env": "A=one\nB=x\nA=two\n",
    "same.env": "A=one\nA=one\n",
    "twice.yml": "A: one\nA: two\n",
    "twice.json": '{"A": "one", "A": "two"}',
  });
});

Deno.test("what is written beside an import is reported", async () => {
  const text = `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - { from: ./b.yml, import: shop, baseUri: "https://other.example.com" }
  exposes:
    - { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list } } }
`;
  await check([["baseUri", text, /^4 warning unknown-key baseUri has no effect together with import/]], {
    "b.yml": shop({}),
  });
});

Deno.test("a redirect that turns a POST into a GET, and an output that drifts, are events of the call", async () => {
  const api = replay([
    { method: "POST", url: "https://api.example.com/items", status: 302, headers: { location: "/items/1" } },
    { url: "https://api.example.com/items/1", body: { n: "many" } },
  ]);
  const text = shop({
    operations: "list: { method: POST, body: { type: json, data: { a: 1 } } }",
    exposes:
      "- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list, outputParameters: [{ name: n, type: integer, mapping: $.n }] } } }",
  });
  await using capability = await compileCapability(readSpecification("a.yml", { text }), {
    host: memoryHost(api),
  });
  const events: string[] = [];
  const value = await capability.call("t", {}, {
    onEvent: ({ code, place, message }) => events.push(`${code} ${place}: ${message}`),
  });
  assert.deepEqual(value, { n: null });
  assert.deepEqual(events, [
    "redirected shop.list: the API redirected POST, so GET /items/1 was sent instead, without the body",
    "drift t: n: n did not hold the type it declares, and became null",
  ]);
});

/** What `t` of a capability over one API tells, with what it gives. */
async function told(text: string, args: unknown, answers: Parameters<typeof replay>[0]) {
  await using capability = await compileCapability(readSpecification("a.yml", { text }), {
    host: memoryHost(replay(answers)),
  });
  const events: string[] = [];
  const value = await capability.call("t", args as Record<string, unknown>, {
    onEvent: ({ code, place, message }) => events.push(`${code} ${place}: ${message}`),
  });
  return { value, events };
}

Deno.test("an argument that is renamed, given twice or brought to a type is an event of the call", async () => {
  const text = shop({
    operations: "list: { method: POST, inputParameters: [{ name: price.max, in: query, type: string }], " +
      'body: { type: json, data: { zip: "{{zip}}", who: "{{who}}" } } }',
    exposes: `- type: mcp
  namespace: desk
  port: 3001
  tools:
    t:
      description: x
      call: shop.list
      inputParameters:
        price.max: { type: string, description: x }
        zip: { type: string, description: x }
        who: { type: object, description: x, properties: { age: { type: integer } } }`,
  });
  const answers = [{ method: "POST", url: "https://api.example.com/items?price.max=5", body: {} }];
  assert.deepEqual((await told(text, { price_max: "5", zip: "1234" }, answers)).events, []);
  assert.deepEqual((await told(text, { "price.max": "5", zip: 1234, who: { age: null } }, answers)).events, [
    "coerced price.max: price.max was taken as price_max, which is its name for clients",
    "coerced zip: zip came as integer and was brought to the types it takes",
    "coerced who: who came as object and was brought to the types it takes",
  ]);
  assert.deepEqual((await told(text, { "price.max": "6", price_max: "5" }, answers)).events, [
    "coerced price.max: price.max was taken as price_max, which is its name for clients",
    "dropped_argument price.max: price.max was left out: the call gives price_max as well, and both mean one input",
  ]);
});

Deno.test("an answer that is not the whole one, or says a thing twice, is an event of the call", async () => {
  const text = shop({});
  const url = "https://api.example.com/items";
  const odd = async (status: number, headers = {}, body: unknown = { a: 1 }) =>
    (await told(text, {}, [{ url, status, headers, body }])).events;
  assert.deepEqual(await odd(200), []);
  assert.deepEqual(await odd(201), []);
  assert.deepEqual(await odd(203), [
    "odd_answer shop.list: the API answered 203: a proxy on the way has changed what the API said",
  ]);
  assert.deepEqual(await odd(206, { "content-range": "bytes 0-6/100" }), [
    "odd_answer shop.list: the API answered 206: only a part of the answer came (bytes 0-6/100), and it is taken as the whole",
  ]);
  assert.match((await odd(207)).join(), /207: each part of the answer has a status of its own/);
  assert.match((await odd(304)).join(), /304: nothing has changed .* so there is no body/);
  assert.deepEqual(await odd(200, { "content-type": "application/json" }, '{"a": 1, "a": 2}'), [
    'odd_answer shop.list: an object of the answer has the key "a" twice; the last one counts',
  ]);
});

Deno.test("an output that is cut to its maxLength is an event of the call", async () => {
  const text = shop({
    exposes:
      "- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list, outputParameters: [{ name: a, type: string, mapping: $.a, maxLength: 3 }] } } }",
  });
  const answer = (a: string) => [{ url: "https://api.example.com/items", body: { a } }];
  assert.deepEqual(await told(text, {}, answer("abc")), { value: { a: "abc" }, events: [] });
  assert.deepEqual(await told(text, {}, answer("abcd")), {
    value: { a: "abc" },
    events: ["cut t: a: a was longer than its maxLength and was cut to 3 characters"],
  });
});

Deno.test("what an output promises and the answer does not hold is an event of the call", async () => {
  const text = shop({
    exposes:
      "- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list, outputParameters: [{ name: state, type: string, mapping: $.state, enum: [open, shut] }, { name: id, type: string, mapping: $.id, required: true }] } } }",
  });
  const url = "https://api.example.com/items", answer = (body: unknown) => [{ url, body }];
  assert.deepEqual((await told(text, {}, answer({ state: "open", id: "1" }))).events, []);
  assert.deepEqual((await told(text, {}, answer({ state: "ajar", id: null }))).events, [
    "odd_answer t: state: state holds a value that its enum does not have",
    "odd_answer t: id: id is required, and there is no value for it",
  ]);
  const bytes = [{ url, body: "PK", headers: { "content-type": "application/zip" } }];
  assert.match(
    (await told(text, {}, bytes)).events.join(),
    /the answer is bytes, so none of the declared outputs/,
  );
});

Deno.test("what is lost as an answer is read is an event of the call", async () => {
  const url = "https://api.example.com/items";
  const odd = async (format: string, contentType: string, body: string | Uint8Array) => {
    const text = shop({ operations: `list: { method: GET, outputRawFormat: ${format} }` });
    const { events } = await told(text, {}, [{ url, body, headers: { "content-type": contentType } }]);
    return events.join("; ").replaceAll("odd_answer shop.list: ", "");
  };
  const latin = Uint8Array.of(0x22, 0xe9, 0x22);
  assert.match(
    await odd("json", "application/json", latin),
    /some characters of the answer are not valid in utf-8/,
  );
  assert.equal(await odd("json", "application/json; charset=latin1", latin), "");
  assert.equal(await odd("json", "application/json", '"\ufffd"'), "");
  assert.match(await odd("csv", "text/csv", Uint8Array.of(0x61, 10, 0xe9)), /some characters of the answer/);
  assert.match(
    await odd("text", "text/plain; charset=klingon", "x"),
    /the charset "klingon" .* is not known/,
  );
  assert.equal(
    await odd("csv", "application/json", '{"a": 1}'),
    "the answer says that it is JSON, and is read as CSV as declared",
  );
  assert.equal(await odd("csv", "text/plain", "a,b\n1,2"), "");
  assert.equal(
    await odd("csv", "text/csv", "a,,b\n1,2,3"),
    'a column has no name in the header; its key is ""',
  );
  assert.equal(
    await odd("yaml", "text/yaml", "a: 1\n---\na: 2"),
    "the answer holds 2 YAML documents; the first is read",
  );
  assert.equal(
    await odd("markdown", "text/markdown", "| a | a |\n|--|--|\n| 1 | 2 |"),
    'several columns are called "a"; the last of them is kept',
  );
});

Deno.test("a filter that compares what no element has is an event of the call", async () => {
  const text = shop({
    exposes:
      "- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list, outputParameters: [{ name: a, type: array, mapping: \"$.a[?(@.state=='open')]\" }] } } }",
  });
  const said = async (a: unknown) =>
    (await told(text, {}, [{ url: "https://api.example.com/items", body: { a } }])).events.join();
  assert.equal(await said([{ state: "shut" }]), "");
  assert.equal(await said([{}, { state: "shut" }]), "");
  assert.equal(await said([]), "");
  assert.match(
    await said([{ stat: "open" }]),
    /no element of \$\.a has state, which the filter compares.*did you mean stat\?/,
  );
});
