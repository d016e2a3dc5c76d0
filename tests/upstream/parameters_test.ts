/**
 * Where values travel: each place of a request with values of each type, from the document to the wire.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callFlow, compileText, flowOf, type Seen, startUpstream, toolSpec } from "../capability.ts";

/** Sends one call and gives what the API saw. */
async function sent(
  parameters: string,
  args: Record<string, unknown>,
  more: { path?: string; method?: string; consumes?: string; tool?: string } = {},
): Promise<Seen & { warnings: string[] }> {
  await using api = startUpstream(() => Response.json(1));
  const capability = await compileText(toolSpec(api.origin, {
    consumes: more.consumes ?? "",
    operation: `path: ${more.path ?? "/a"}\noperations:\n  op:\n    method: ${
      more.method ?? "GET"
    }\n    inputParameters: { ${parameters} }`,
    tool: more.tool ?? "call: api.op",
  }));
  await callFlow(capability, "t", args);
  return { ...api.seen[0]!, warnings: capability.diagnostics.map((d) => d.code) };
}

Deno.test("a query repeats lists, joins those of $-names, and writes objects as JSON", async () => {
  const { url } = await sent(
    'q: {in: query, type: array}, "$x": {in: query, type: array}, o: {in: query, type: object}, b: {in: query, type: boolean}, gone: {in: query, type: string}',
    { q: ["a,b", 1, null, { k: 2 }], $x: ["a", "b,c"], o: { a: [1] }, b: false },
  );
  assert.equal(
    url,
    "/v1/a?q=a%2Cb&q=1&q=%7B%22k%22%3A2%7D&$x=a,b%2Cc&o=%7B%22a%22%3A%5B1%5D%7D&b=false",
  );
});

Deno.test("a path takes lists joined by commas, and numbers as text", async () => {
  const { url } = await sent("ids: {in: path, type: array}, n: {in: path, type: integer}", {
    ids: ["a", "b,c", "d/e"],
    n: 5,
  }, { path: "/{ids}/{n}" });
  assert.equal(url, "/v1/a,b%2Cc,d%2Fe/5");
  await assert.rejects(
    sent("ids: {in: path, type: array}", { ids: [] }, { path: "/{ids}" }),
    /ids cannot be sent/,
  );
  await assert.rejects(
    sent("ids: {in: path, type: array}", { ids: ["a/..", "b"] }, { path: "/{ids}" }),
    /ids cannot be sent/,
  );
});

Deno.test("headers and cookies take values of every type", async () => {
  const { headers } = await sent(
    "X-A: {in: header, type: array}, X-O: {in: header, type: object}, X-N: {in: header, type: number}, c: {in: cookie, type: string}, d: {in: cookie, type: integer}",
    { "X-A": ["a", "b"], "X-O": { a: "é" }, "X-N": 1.5, c: 'a b;"é', d: 7 },
  );
  assert.equal(headers.get("x-a"), "a, b");
  assert.equal(headers.get("x-o"), '{"a":"\\u00e9"}');
  assert.equal(headers.get("x-n"), "1.5");
  assert.equal(headers.get("cookie"), "c=a b%3B%22%C3%A9; d=7");
});

Deno.test("a constant has its declared type, however it is written", async () => {
  const { body } = await sent(
    'a: {in: body, type: integer, value: "5"}, b: {in: body, type: boolean, value: "true"}, c: {in: body, type: string, value: 5}, d: {in: body, type: array, value: "[1]"}, e: {in: body, value: "5"}, f: {in: body, type: string}, g: {in: body, type: integer, value: "{{f}}"}',
    { f: "7" },
    { method: "POST" },
  );
  assert.deepEqual(JSON.parse(body), { a: 5, b: true, c: "5", d: [1], e: "5", f: "7", g: 7 });
});

Deno.test("a value may refer to an argument in full", async () => {
  const { url } = await sent(
    "q: {in: query, type: string, value: $this.shop.term}, r: {in: query, type: string, value: term}, s: {in: query, value: '$this.shop'}",
    { term: "x y" },
  );
  assert.equal(url, "/v1/a?q=x%20y&r=term&s=%24this.shop");
});

Deno.test("the parameter of the operation wins over those of the resource and the API", async () => {
  const consumes =
    "inputParameters: { q: {in: query, type: integer, default: 1}, X-H: {in: header, type: string, value: api}, z: {in: query, type: string, value: api} }";
  const both = await sent(
    "q: {in: query, type: integer, default: 2}, x-h: {in: header, type: string, value: operation}",
    {},
    { consumes },
  );
  assert.equal(both.url, "/v1/a?q=2&z=api");
  assert.equal(both.headers.get("x-h"), "operation");
  const tool = await sent("q: {in: query, type: integer, default: 2}", {}, {
    consumes,
    tool: "call: api.op\ninputParameters: { q: { type: integer, description: q, default: 3 } }",
  });
  assert.equal(tool.url, "/v1/a?q=3&z=api");
});

Deno.test("constraints of the consumed side reach the schema of the tool, under all of their names", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    operation: `path: /a
operations:
  op:
    method: GET
    inputParameters:
      n: { in: query, type: integer, min: 1, max: 5, multipleOf: 2 }
      p: { in: query, type: number, precision: 5, scale: 2 }
      s: { in: query, type: string, minLength: 2, maxLength: 3, pattern: "^a", format: date, enum: [abc, ab] }
      l: { in: query, type: array, minItems: 1, maxItems: 2, uniqueItems: true, items: { type: string, maxLength: 4 } }`,
    tool: "call: api.op",
  }));
  const description = (name: string) => `The query parameter ${name} of the request.`;
  assert.deepEqual(flowOf(capability, "t").inputs.schema["properties"], {
    n: { description: description("n"), type: "integer", minimum: 1, maximum: 5, multipleOf: 2 },
    p: {
      description: description("p"),
      type: "number",
      multipleOf: 0.01,
      exclusiveMaximum: 1000,
      exclusiveMinimum: -1000,
    },
    s: {
      description: description("s"),
      type: "string",
      minLength: 2,
      maxLength: 3,
      pattern: "^a",
      format: "date",
      enum: ["abc", "ab"],
    },
    l: {
      description: description("l"),
      type: "array",
      minItems: 1,
      maxItems: 2,
      uniqueItems: true,
      items: { type: "string", maxLength: 4 },
    },
  });
});

Deno.test("forms take lists as repeated fields, and become multipart with a file", async () => {
  const form = await sent(
    "a: {in: formData, type: array}, b: {in: formData, type: object}, c: {in: formData, type: boolean}",
    { a: ["1", "2&3"], b: { x: 1 }, c: false },
    { method: "POST" },
  );
  assert.equal(form.body, "a=1&a=2%263&b[x]=1&c=false");
  const file = await sent("a: {in: formData, type: file}, b: {in: formData, type: string}", {
    a: btoa("hello"),
    b: "x",
  }, { method: "POST" });
  const parts = await new Response(file.body, {
    headers: { "content-type": file.headers.get("content-type")! },
  }).formData();
  assert.equal(await (parts.get("a") as File).text(), "hello");
  assert.equal(parts.get("b"), "x");
});

Deno.test("the type of a part and its file name may come with the call", async () => {
  await using api = startUpstream(async (request, body) => {
    const form = await new Response(body, { headers: request.headers }).formData(),
      file = form.get("f") as File;
    return Response.json([file.name, file.type, await file.text()]);
  });
  const capability = await compileText(toolSpec(api.origin, {
    operation: `path: /a
operations:
  op:
    method: POST
    body:
      type: multipartForm
      data: [{ name: f, filename: "{{name}}", value: "{{content}}", contentType: "text/{{kind}}" }]`,
    tool: "call: api.op",
  }));
  assert.deepEqual(await callFlow(capability, "t", { name: "a.csv", content: "x,y", kind: "csv" }), [
    "a.csv",
    "text/csv",
    "x,y",
  ]);
  // A part that names a file is one without the name too, and nothing is guessed from its value.
  assert.deepEqual(await callFlow(capability, "t", { content: btoa("x,y"), kind: "csv" }), [
    "f",
    "text/csv",
    btoa("x,y"),
  ]);
  await assert.rejects(
    callFlow(capability, "t", { name: "a", content: "x", kind: "x\r\nX-Evil: 1" }),
    /media type/,
  );
});

Deno.test("an API key without a place in the body is told of", async () => {
  const consumes = "authentication: { type: apikey, key: k, value: v-12345, placement: body }";
  const get = await sent("q: {in: query, type: string}", {}, { consumes });
  assert.deepEqual(get.warnings, ["key-without-place"]);
  const post = await sent("q: {in: body, type: object}", { q: { a: 1 } }, { consumes, method: "POST" });
  assert.deepEqual(post.warnings, []);
  assert.deepEqual(JSON.parse(post.body), { a: 1, k: "v-12345" });
});

Deno.test("a method is sent in capitals, and one that cannot be called sets the tool aside", async () => {
  for (
    const [method, expected] of [["get", "GET"], ["Patch", "PATCH"], ['"PUT "', "PUT"], ["QUERY", "QUERY"]]
  ) {
    assert.equal((await sent("", {}, { method: method! })).method, expected);
  }
  for (const method of ["TRACE", "connect", '"A B"', '"G:T"', '""']) {
    const capability = await compileText(toolSpec("http://127.0.0.1:1", {
      operation: `path: /a\noperations: { op: { method: ${method} } }`,
      tool: "call: api.op",
    }));
    assert.equal(capability.disabled[0]?.diagnostic.code, "no-call", method);
    assert.ok(capability.disabled[0]!.diagnostic.fix);
  }
});
