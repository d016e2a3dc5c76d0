/**
 * How requests are built from what an author wrote, from the document to the wire.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callFlow, compileText, flowOf, type Seen, startUpstream } from "../capability.ts";
import type { Capability } from "../../lib/plan/capability.ts";

/** A capability that consumes one API, and its own operations as tools. */
function spec(origin: string, parts: { api?: string; resources: string; tools?: string }): string {
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: "${origin}"
      ${parts.api ?? ""}
      resources: { ${parts.resources.replace(/\s*\n\s*/g, " ")} }
${
    parts.tools === undefined
      ? ""
      : `  exposes: [ { type: mcp, namespace: t, port: 3999, tools: { ${parts.tools} } } ]`
  }
`;
}

interface Sent extends Seen {
  readonly capability: Capability;
  readonly warnings: readonly string[];
}

/** Calls one operation or tool and gives what the API saw. */
async function sent(
  name: string,
  args: Record<string, unknown>,
  parts: { base?: string; api?: string; resources: string; tools?: string; env?: Record<string, string> },
): Promise<Sent> {
  await using api = startUpstream(() => Response.json({}));
  const capability = await compileText(spec(`${api.origin}${parts.base ?? ""}`, parts), {
    env: parts.env ?? {},
  });
  await callFlow(capability, name, args);
  assert.equal(api.seen.length, 1);
  return { ...api.seen[0]!, capability, warnings: capability.diagnostics.map((d) => d.code) };
}

/** Expects a call to be refused before anything is sent. */
async function refused(
  name: string,
  args: Record<string, unknown>,
  parts: { resources: string; tools?: string },
  expected: RegExp,
): Promise<void> {
  await using api = startUpstream(() => Response.json({}));
  const capability = await compileText(spec(api.origin, parts));
  await assert.rejects(callFlow(capability, name, args), expected);
  assert.deepEqual(api.seen, []);
}

Deno.test("report 01: a scalar that stands where text goes is the text as it was written", async () => {
  const inputs = [
    "api-version: { in: query, value: 7.0 }",
    "zip: { in: query, type: string, value: 01234 }",
    "phone: { in: query, type: string, value: +4712345678 }",
    "sha: { in: query, type: string, value: 1234567e8 }",
    "inf: { in: query, type: string, value: .inf }",
    "short: { in: query, value: 1.10 }",
    "price: { in: query, type: number, value: 2.50 }",
    "plain: 1.0",
    "yes: { in: query, value: True }",
    "X-H: { in: header, value: 3.0 }",
    "c: { in: cookie, value: 0755 }",
    "edition: { in: query, type: string, enum: [1.0, 1.10, 2.0], default: 1.10 }",
    "p: { in: path, value: 4.0 }",
  ];
  const { url, headers } = await sent("api.op", {}, {
    api: "headers: { OData-Version: 4.0 }",
    resources: `r: { path: "/r/{p}", operations: { op: { method: GET, inputParameters: { ${
      inputs.join(", ")
    } } } } }`,
  });
  assert.equal(
    url,
    "/r/4.0?api-version=7.0&zip=01234&phone=%2B4712345678&sha=1234567e8&inf=.inf&short=1.10&price=2.50&plain=1.0&yes=True&edition=1.10",
  );
  assert.equal(headers.get("odata-version"), "4.0");
  assert.equal(headers.get("x-h"), "3.0");
  assert.equal(headers.get("cookie"), "c=0755");
});

Deno.test("report 01: so it does in forms, in with, in a lookup and in text outputs", async () => {
  const form = await sent("api.op", {}, {
    resources:
      "r: { path: /r, operations: { op: { method: POST, body: { type: formUrlEncoded, data: { zip: 01234, deep: { v: 1.10 } } } } } }",
  });
  assert.equal(form.body, "zip=01234&deep[v]=1.10");
  const given = await sent("w", {}, {
    resources: "r: { path: /r, operations: { op: { method: GET, inputParameters: { v: { in: query } } } } }",
    tools: "w: { description: d, call: api.op, with: { v: 1.10 } }",
  });
  assert.equal(given.url, "/r?v=1.10");
  const capability = await compileText(spec("http://127.0.0.1:1", {
    resources: "r: { path: /r, operations: { op: { method: GET } } }",
    tools:
      "about: { description: d, outputParameters: { version: { type: string, value: 1.10 }, n: { type: number, value: 1.10 } } }",
  }));
  assert.deepEqual(await callFlow(capability, "about"), { version: "1.10", n: 1.1 });
});

Deno.test("reports 01 and 12: where a number is meant all its digits are sent", async () => {
  const { body } = await sent("api.op", {
    a: 1,
  }, {
    resources:
      "r: { path: /r, operations: { op: { method: POST, body: { type: json, data: { amount: 0.12345678901234567890, id: 123456789012345678901, v: 1.5, a: '{{a}}' } } } } }",
  });
  assert.equal(body, '{"amount":0.12345678901234567890,"id":123456789012345678901,"v":1.5,"a":1}');
});

Deno.test("reports 04 and 06: text that is JSON or XML takes values as values wherever it stands", async () => {
  const evil = 'x", "role": "admin', json = '{"name": "{{name}}"}';
  const seen = await sent("api.op", { name: evil }, {
    resources: `r: { path: /r, operations: { op: { method: POST, inputParameters: {
      q: { in: query, type: string, value: '${json}' }, X-H: { in: header, value: '${json}' }, k: { in: cookie, value: '["{{name}}"]' } },
      body: { type: formUrlEncoded, data: { payload: '${json}', x: '<a b="{{name}}"/>' } } } } }`,
  });
  const query = new URL(`http://x${seen.url}`).searchParams, form = new URLSearchParams(seen.body);
  for (const text of [query.get("q"), seen.headers.get("x-h"), form.get("payload")]) {
    assert.deepEqual(JSON.parse(text!), { name: evil });
  }
  assert.equal(form.get("x"), '<a b="x&quot;, &quot;role&quot;: &quot;admin"/>');
  const nested = await sent("api.op", { name: evil }, {
    resources:
      `r: { path: /r, operations: { op: { method: POST, body: { type: json, data: { text: '${json}', list: ['[{{name}}]'] } } } } }`,
  });
  const body = JSON.parse(nested.body);
  assert.deepEqual([JSON.parse(body.text), JSON.parse(body.list[0])], [{ name: evil }, [evil]]);
  const plain = await sent("api.op", { name: evil }, {
    resources: `r: { path: /r, operations: { op: { method: POST, body: { type: text, data: '${json}' } } } }`,
  });
  assert.deepEqual(JSON.parse(plain.body), { name: evil });
  assert.match(plain.headers.get("content-type")!, /^text\/plain/);
  const given = await sent("w", { name: evil }, {
    resources: "r: { path: /r, operations: { op: { method: GET, inputParameters: { f: { in: query } } } } }",
    tools: `w: { description: d, call: api.op, with: { f: '${json}' } }`,
  });
  assert.deepEqual(JSON.parse(new URL(`http://x${given.url}`).searchParams.get("f")!), { name: evil });
});

Deno.test("fault S5: nested values of a form are written with brackets", async () => {
  const { body } = await sent("api.op", { card: { number: "42", exp: { m: 1, y: [30, 31] } } }, {
    resources:
      "r: { path: /r, operations: { op: { method: POST, body: { type: formUrlEncoded, data: { card: '{{card}}', items: [{ id: 1 }, { id: '2', tags: [a, b] }], flat: [x, y], 'a[b]': c } } } } }",
  });
  assert.equal(
    body,
    "card[number]=42&card[exp][m]=1&card[exp][y]=30&card[exp][y]=31&items[0][id]=1&items[1][id]=2&items[1][tags]=a&items[1][tags]=b&flat=x&flat=y&a[b]=c",
  );
});

Deno.test("report 13: lists and objects are written as style, explode and collectionFormat say", async () => {
  const lists = {
    "style: form, explode: false": "q=a%2C,b",
    "style: form": "q=a%2C&q=b",
    "style: pipeDelimited": "q=a%2C%7Cb",
    "style: spaceDelimited": "q=a%2C%20b",
    "style: pipeDelimited, explode: true": "q=a%2C&q=b",
    "collectionFormat: csv": "q=a%2C,b",
    "collectionFormat: ssv": "q=a%2C%20b",
    "collectionFormat: tsv": "q=a%2C%09b",
    "collectionFormat: pipes": "q=a%2C%7Cb",
    "collectionFormat: multi": "q=a%2C&q=b",
  };
  for (const [words, expected] of Object.entries(lists)) {
    const { url, warnings } = await sent("api.op", { q: ["a,", "b"] }, {
      resources:
        `r: { path: /r, operations: { op: { method: GET, inputParameters: { q: { in: query, type: array, ${words} } } } } }`,
    });
    assert.equal(url, `/r?${expected}`, words);
    assert.deepEqual(warnings, []);
  }
  const objects = {
    "style: deepObject": "q[a]=1&q[b][c]=2",
    "style: form": "a=1&b=%7B%22c%22%3A2%7D",
    "explode: false": "q=a,1,b,%7B%22c%22%3A2%7D",
  };
  for (const [words, expected] of Object.entries(objects)) {
    const { url } = await sent("api.op", { q: { a: 1, b: { c: 2 } } }, {
      resources:
        `r: { path: /r, operations: { op: { method: GET, inputParameters: { q: { in: query, type: object, ${words} } } } } }`,
    });
    assert.equal(url, `/r?${expected}`, words);
  }
  // A parameter that is declared as one text never repeats, in a query as in a form.
  const text = await sent("w", { labels: ["x", "y"] }, {
    resources:
      'r: { path: /r, operations: { op: { method: POST, inputParameters: { j: { in: query, type: string, value: "{{labels}}" }, f: { in: formData, type: string, value: "{{labels}}" } } } } }',
    tools: "w: { description: d, call: api.op, inputParameters: { labels: { type: array } } }",
  });
  assert.deepEqual([text.url, text.body], ["/r?j=x,y", "f=x,y"]);
  const odd = await sent("api.op", { q: ["a"] }, {
    resources:
      "r: { path: /r, operations: { op: { method: GET, inputParameters: { q: { in: query, type: array, style: braided } } } } }",
  });
  assert.deepEqual(odd.warnings, ["unknown-key"]);
});

Deno.test("values in a path are written as simple, label and matrix say, and none leaves its place", async () => {
  const list = ["a/", "b,"], object = { k: 1, "l=": "x" };
  const resources = (type: string, words: string) =>
    `r: { path: "/r/{{q}}/end", operations: { op: { method: GET, inputParameters: { q: { in: path, type: ${type}, ${words} } } } } }`;
  for (
    const [type, value, words, expected] of [
      ["array", list, "style: simple", "a%2F,b%2C"],
      ["array", list, "style: label", ".a%2F,b%2C"],
      ["array", list, "style: label, explode: true", ".a%2F.b%2C"],
      ["array", list, "style: matrix", ";q=a%2F,b%2C"],
      ["array", list, "style: matrix, explode: true", ";q=a%2F;q=b%2C"],
      ["object", object, "style: simple", "k,1,l%3D,x"],
      ["object", object, "style: simple, explode: true", "k=1,l%3D=x"],
      ["object", object, "style: label, explode: true", ".k=1.l%3D=x"],
      ["object", object, "style: matrix", ";q=k,1,l%3D,x"],
      ["object", object, "style: matrix, explode: true", ";k=1;l%3D=x"],
      ["string", "x;y", "style: label", ".x%3By"],
      ["integer", 5, "style: matrix", ";q=5"],
    ] as const
  ) {
    const { url, warnings } = await sent("api.op", { q: value }, { resources: resources(type, words) });
    assert.equal(url, `/r/${expected}/end`, `${type} ${words}`);
    assert.deepEqual(warnings, []);
  }
  for (
    const [type, value, why] of [
      ["string", ".", /without \. or \.\. segments/],
      ["array", ["a", ".."], /without \. or \.\. segments/],
      ["array", [], /a value for the path/],
      ["object", { a: null }, /no fields/],
      ["string", "", /empty text/],
    ] as const
  ) await refused("api.op", { q: value }, { resources: resources(type, "style: label, explode: true") }, why);
  const odd = await sent("api.op", { q: "a" }, { resources: resources("string", "style: deepObject") });
  assert.deepEqual([odd.url, odd.warnings], ["/r/a/end", ["unknown-key"]]);
});

Deno.test("report 15: a placeholder of several segments keeps its slashes, and no value leaves its place", async () => {
  for (const path of ["/v/{+x}:go", "/v/{x+}:go", "/v/{x:path}:go", "/v/{*x}:go", "/v/{x=projects/*}:go"]) {
    const resources = `r: { path: "${path}", operations: { op: { method: GET } } }`;
    assert.equal(
      (await sent("api.op", { x: "a b/c?d/e#f" }, { resources })).url,
      "/v/a%20b/c%3Fd/e%23f:go",
      path,
    );
    for (const x of ["a/../b", "..", "a/%2e%2e/b", "a\\..\\b", "./a"]) {
      await refused("api.op", { x }, { resources }, /cannot be sent/);
    }
  }
  const proxy = "r: { path: '/b/{proxy+}', operations: { op: { method: GET } } }";
  assert.equal(
    (await sent("api.op", { proxy: "d/2024/a b.txt" }, { resources: proxy })).url,
    "/b/d/2024/a%20b.txt",
  );
});

Deno.test("report 15: the notations of other tools are read as what they mean there, with a warning", async () => {
  const cases: [path: string, args: Record<string, unknown>, expected: string][] = [
    ["/u/:id/x", { id: "a/b" }, "/u/a%2Fb/x"],
    ["/u/<id>", { id: "a/b" }, "/u/a%2Fb"],
    ["/u/<int:id>/<path:rest>", { id: 7, rest: "a/b" }, "/u/7/a/b"],
    ["/u/{id:[0-9]{2,4}}", { id: "12" }, "/u/12"],
    ["/u{/id}", { id: "a" }, "/u/a"],
    ["/u{?a,b*}", { a: "1" }, "/u?a=1"],
    ["/u{?a}", {}, "/u"],
  ];
  for (const [path, args, expected] of cases) {
    const { url, warnings } = await sent("api.op", args, {
      resources: `r: { path: "${path}", operations: { op: { method: GET } } }`,
    });
    assert.equal(url, expected, path);
    assert.ok(warnings.includes("path-notation"), path);
  }
  const official = await sent("api.op", { name: "a/b" }, {
    resources: 'r: { path: "/v1/{+name}:cancel", operations: { op: { method: POST } } }',
  });
  assert.deepEqual([official.url, official.warnings], ["/v1/a/b:cancel", []]);
});

Deno.test("a single path parameter without a place is the last segment of a GET, and refuses anything else", async () => {
  const one = "inputParameters: { id: { in: path, type: string } }";
  const { url, warnings } = await sent("api.op", { id: "a/b" }, {
    resources: `r: { path: /items/, operations: { op: { method: GET, ${one} } } }`,
  });
  assert.deepEqual([url, warnings], ["/items/a%2Fb", ["path-parameter-without-place"]]);
  for (
    const [path, method, inputs] of [
      ["/items", "DELETE", one],
      ["/items/{x}", "GET", one],
      ["/items", "GET", "inputParameters: { id: { in: path }, other: { in: path } }"],
    ]
  ) {
    const capability = await compileText(spec("http://127.0.0.1:1", {
      resources: `r: { path: "${path}", operations: { op: { method: ${method}, ${inputs} } } }`,
      tools: "t: { description: d, call: api.op }",
    }));
    assert.deepEqual(
      capability.disabled.map((d) => d.diagnostic.code),
      ["path-parameter-without-place"],
      path,
    );
  }
});

Deno.test("a required input that no request carries is told on a GET and refused elsewhere", async () => {
  const tool =
    "t: { description: d, call: api.op, inputParameters: { id: { type: string, required: true } } }";
  const got = await sent("t", { id: "x" }, {
    resources: "r: { path: /r, operations: { op: { method: GET } } }",
    tools: tool,
  });
  assert.deepEqual([got.url, got.warnings], ["/r", ["unused-required-input"]]);
  const capability = await compileText(spec("http://127.0.0.1:1", {
    resources: "r: { path: /r, operations: { op: { method: DELETE } } }",
    tools: tool,
  }));
  assert.deepEqual(capability.disabled.map((d) => d.diagnostic.code), ["unused-required-input"]);
});

Deno.test("report 16: the query of a base address is sent with every call", async () => {
  const resources =
    "r: { path: '/berths?lang=en', operations: { op: { method: GET, inputParameters: { q: { in: query }, tenant: { in: query } } } } }";
  const plain = await sent("api.op", { q: "x" }, { base: "/api?code=a%2Bb&tenant=7#part", resources });
  assert.equal(plain.url, "/api/berths?code=a%2Bb&lang=en&q=x&tenant=7");
  // What is more special wins, but never over what proves who calls.
  const other = await sent("api.op", { tenant: "8" }, { base: "/api?code=a%2Bb&tenant=7", resources });
  assert.equal(other.url, "/api/berths?code=a%2Bb&lang=en&tenant=8");
  const { url, capability } = await sent("api.op", {}, {
    base: "/api?sig={{SIG_VALUE}}&{{SAS_PAIRS}}",
    resources,
    env: { SIG_VALUE: "a+b=&c", SAS_PAIRS: "sv=2020&se=x%3Dy" },
  });
  assert.equal(url, "/api/berths?sig=a%2Bb%3D%26c&sv=2020&se=x%3Dy&lang=en");
  assert.equal(capability.redact("a+b=&c x=y"), "*** ***");
});

Deno.test("report 16: what proves who calls in a base address is in no preview, error, or input", async () => {
  await using api = startUpstream(() => Response.json({ error: "no" }, { status: 404 }));
  const text = spec(`${api.origin}/api?token={{TOKEN}}`, {
    resources:
      "r: { path: /r, operations: { op: { method: GET, inputParameters: { token: { in: query, required: true } } } } }",
    tools: "t: { description: d, call: api.op }",
  });
  const capability = await compileText(text, { env: { TOKEN: "t0k-12345" } }), flow = flowOf(capability, "t");
  assert.deepEqual(flow.inputs.list, []);
  assert.match(flow.preview!({})!.url, /\/api\/r\?token=(\*\*\*|%2A%2A%2A)$/);
  const error = await callFlow(capability, "t").catch((error) => error);
  assert.equal(api.seen[0]!.url, "/api/r?token=t0k-12345");
  assert.ok(!JSON.stringify(error).includes("t0k-12345"));
});

Deno.test("report 17: headers of an operation and of a resource are sent", async () => {
  const { headers, warnings, capability } = await sent("api.op", { a: "1", tag: "v2" }, {
    api: "headers: { X-Area: everywhere, X-All: all }",
    resources: `r: { path: /r, headers: { X-Area: north, X-Two: "2" }, operations: { op: { method: PATCH,
      headers: [ "Content-Type: application/merge-patch+json", { name: x-two, value: "3" }, { name: If-Match, value: '{{tag}}' } ],
      body: { type: json, data: { a: "{{a}}" } } } } }`,
  });
  assert.deepEqual(
    ["x-area", "x-all", "x-two", "content-type", "if-match"].map((name) => headers.get(name)),
    ["north", "all", "3", "application/merge-patch+json", "v2"],
  );
  assert.deepEqual(warnings, []);
  assert.ok(capability);
});

Deno.test("report 19: an API key is found by the names people use", async () => {
  const resources = "r: { path: /r, operations: { op: { method: GET } } }", env = { API_KEY: "key-98765" };
  const header = [
    'type: apikey, header: X-K, key: "{{API_KEY}}"',
    'type: apiKey, header: X-K, token: "{{API_KEY}}"',
    'type: apikey, header: X-K, value: "{{API_KEY}}"',
    'type: api-key, headerName: X-K, apiKey: "{{API_KEY}}"',
    'type: apikey, name: X-K, key: "{{API_KEY}}"',
    'type: apikey, keyName: X-K, in: header, secret: "{{API_KEY}}"',
    'type: apikey, key: X-K, value: "{{API_KEY}}", placement: header',
    'type: apikey, name: X-K, value: "{{API_KEY}}", in: header',
  ];
  for (const words of header) {
    const { headers } = await sent("api.op", {}, { api: `authentication: { ${words} }`, resources, env });
    assert.equal(headers.get("x-k"), "key-98765", words);
  }
  for (
    const words of [
      'type: apikey, queryParam: k, key: "{{API_KEY}}"',
      'type: apikey, query: k, value: "{{API_KEY}}"',
    ]
  ) {
    const { url } = await sent("api.op", {}, { api: `authentication: { ${words} }`, resources, env });
    assert.equal(url, "/r?k=key-98765", words);
  }
  const cookie = await sent("api.op", {}, {
    api: 'authentication: { type: apikey, cookie: k, key: "{{API_KEY}}" }',
    resources,
    env,
  });
  assert.equal(cookie.headers.get("cookie"), "k=key-98765");
});

Deno.test("report 21: a credential has its scheme once, whoever writes it", async () => {
  const resources = "r: { path: /r, operations: { op: { method: GET } } }";
  const env = { TOKEN: "tok-12345", WITH: "bearer tok-2", BASIC: "Basic YTpi" };
  const cases = [
    ['type: bearer, token: "Bearer {{TOKEN}}"', "Bearer tok-12345", ["bad-expression"]],
    ["type: bearer, token: Bearer abc-1234", "Bearer abc-1234", ["bad-expression"]],
    ['type: bearer, token: "{{WITH}}"', "Bearer tok-2", []],
    ['type: bearer, accessToken: "{{TOKEN}}"', "Bearer tok-12345", []],
    ['type: basic, token: "{{BASIC}}"', "Basic YTpi", []],
    ['type: basic, value: "YTpi"', "Basic YTpi", []],
    ["type: basic, user: a, pass: b", "Basic YTpi", []],
  ] as const;
  for (const [words, expected, codes] of cases) {
    const { headers, warnings, capability } = await sent("api.op", {}, {
      api: `authentication: { ${words} }`,
      resources,
      env,
    });
    assert.equal(headers.get("authorization"), expected, words);
    assert.deepEqual(warnings.filter((code) => code !== "credentials-in-clear"), codes, words);
    const secret = expected.replace(/^\w+ /, "");
    if (!words.includes("user")) assert.equal(capability.redact(`x ${secret} y`), "x *** y", words);
  }
});

Deno.test("fault U16: a parameter that a credential replaces disables nothing and is asked of nobody", async () => {
  for (const place of ["", "in: query, ", "in: header, "]) {
    const got = await sent("t", {}, {
      api: `authentication: { type: apikey, key: X-Key, value: secret-12345, placement: ${
        place.includes("query") ? "query" : "header"
      } }`,
      resources:
        `r: { path: /r, operations: { op: { method: DELETE, inputParameters: { X-Key: { ${place}type: string, required: true }, Proxy-Authorization: { in: header, required: true } } } } }`,
      tools:
        "t: { description: d, call: api.op, inputParameters: { X-Key: { type: string, required: true } } }",
    });
    assert.equal(
      got.headers.get("x-key") ?? new URL(`http://x${got.url}`).searchParams.get("X-Key"),
      "secret-12345",
    );
    const inputs = flowOf(got.capability, "t").inputs.list;
    assert.deepEqual(inputs.map(({ name, required }) => [name, required]), [["X-Key", false]], place);
  }
});

Deno.test("fault U16: a call without the input that a credential replaces is as good, whatever its author says", async () => {
  const { url, capability } = await sent("t", {}, {
    api: "authentication: { type: apikey, key: appid, value: secret-12345, placement: query }",
    resources:
      "r: { path: /r, operations: { op: { method: GET, inputParameters: { appid: { in: query, required: true } } } } }",
    tools:
      "t: { description: d, call: api.op, with: { appid: tools.appid }, inputParameters: { appid: { type: string, required: true } } }",
  });
  assert.equal(url, "/r?appid=secret-12345");
  assert.equal(flowOf(capability, "t").inputs.list[0]!.required, false);
});

Deno.test("report 29: one name in two places is one input where the types agree, else two", async () => {
  const put = (inputs: string) => ({
    resources:
      `r: { path: "/users/{id}", operations: { put: { method: PUT, inputParameters: [ ${inputs} ] } } }`,
    tools: "put: { description: d, call: api.put }",
  });
  const two = put(
    "{ name: id, in: path, type: string }, { name: id, in: body, type: integer, required: true }, { name: title, in: body, type: string }",
  );
  const same = await sent("put", { id: "7", title: "T" }, two);
  assert.deepEqual([same.url, same.body], ["/users/7", '{"id":7,"title":"T"}']);
  assert.ok(same.warnings.includes("one-name-two-places"));
  const inputs = flowOf(same.capability, "put").inputs.schema["properties"] as Record<
    string,
    { type: string }
  >;
  assert.deepEqual([inputs["id"]!.type, inputs["id_body"]!.type], ["string", "integer"]);
  const apart = await sent("put", { id: "7", id_body: 8, title: "T" }, two);
  assert.deepEqual([apart.url, apart.body], ["/users/7", '{"id":8,"title":"T"}']);
  await refused("put", { id: "seven" }, two, /body field id takes integer, and got string "seven"/);
  const one = await sent(
    "put",
    { id: 7, title: "T" },
    put(
      "{ name: id, in: path }, { name: id, in: body, type: integer }, { name: title, in: body, type: string }",
    ),
  );
  assert.deepEqual([one.url, one.body, one.warnings], ["/users/7", '{"id":7,"title":"T"}', []]);
});

Deno.test("no key of an object that is spread over a query takes the place of a credential", async () => {
  const { url } = await sent("api.op", { q: { a: "1", Token: "mine" } }, {
    api: "authentication: { type: apikey, key: token, value: k3y-98765, placement: query }",
    resources:
      "r: { path: /r, operations: { op: { method: GET, inputParameters: { q: { in: query, type: object, style: form } } } } }",
  });
  assert.equal(url, "/r?a=1&token=k3y-98765");
});
