/**
 * Bodies and files of bytes, and bodies of YAML, from the document to the wire.
 *
 * @module
 */
import assert from "node:assert/strict";
import { load } from "js-yaml";
import { callFlow, compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";

/** Bytes that are no UTF-8. */
const BYTES = new Uint8Array([0, 255, 1, 128]);
const BASE64 = BYTES.toBase64();

interface Got {
  readonly type: string | null;
  readonly bytes: Uint8Array;
  readonly warnings: readonly string[];
  readonly schema: Record<string, Record<string, unknown>>;
}

/** Calls a tool of one POST operation, and gives what arrived. */
async function posted(operation: string, args: Record<string, unknown>, tool = "call: api.op"): Promise<Got> {
  const got: { type: string | null; bytes: Uint8Array }[] = [];
  await using api = {
    server: Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      got.push({ type: request.headers.get("content-type"), bytes: await request.bytes() });
      return Response.json({});
    }),
    [Symbol.asyncDispose]: () => api.server.shutdown(),
  };
  const capability = await compileText(toolSpec(`http://127.0.0.1:${api.server.addr.port}`, {
    operation: `path: /f\noperations: { op: { method: POST, ${operation} } }`,
    tool,
  }));
  await callFlow(capability, "t", args);
  assert.equal(got.length, 1);
  return {
    ...got[0]!,
    warnings: capability.diagnostics.map((d) => d.code),
    schema: flowOf(capability, "t").inputs.schema["properties"] as Got["schema"],
  };
}

/** Calls a tool that has to be refused. */
async function refused(operation: string, args: Record<string, unknown>, expected: RegExp): Promise<void> {
  await using api = startUpstream(() => Response.json({}));
  const capability = await compileText(toolSpec(api.origin, {
    operation: `path: /f\noperations: { op: { method: POST, ${operation} } }`,
    tool: "call: api.op",
  }));
  await assert.rejects(callFlow(capability, "t", args), expected);
  assert.deepEqual(api.seen, []);
}

Deno.test("report 18: a body of bytes is base64 in and bytes out, and its input says so", async () => {
  const octets = "application/octet-stream";
  const cases: [operation: string, type: string][] = [
    ['body: { type: binary, data: "{{content}}" }', octets],
    ['body: { type: octet-stream, data: "{{content}}" }', octets],
    ['body: { type: application/octet-stream, data: "{{content}}" }', octets],
    ['body: { type: application/cbor, data: "{{content}}" }', "application/cbor"],
    ['body: { type: application/zip, data: "{{content}}" }', "application/zip"],
    ['body: { type: image/png, data: "{{content}}" }', "image/png"],
    ['body: { type: binary, contentType: application/x-thing, data: "{{content}}" }', "application/x-thing"],
    [
      `inputParameters: { Content-Type: { in: header, value: ${octets} } }, body: { type: text, data: "{{content}}" }`,
      octets,
    ],
    [`headers: { Content-Type: application/pdf }, body: "{{content}}"`, "application/pdf"],
    ["inputParameters: { content: { in: body, type: string, format: binary } }", octets],
    ["body: { type: binary }, inputParameters: { content: { in: body, type: string } }", octets],
  ];
  for (const [operation, type] of cases) {
    const got = await posted(operation, { content: BASE64 });
    assert.deepEqual([got.type, got.bytes], [type, BYTES], operation);
    const { content } = got.schema;
    assert.equal(content!["type"], "string", operation);
    if (!operation.includes("{ in: body, type: string }")) {
      assert.equal(content!["contentEncoding"], "base64", operation);
      assert.match(String(content!["description"]), /base64/, operation);
    }
  }
  const plain = await posted("body: { type: binary }", { body: BASE64 });
  assert.deepEqual(plain.bytes, BYTES);
  const constant = await posted(`body: { type: binary, data: "${BASE64}" }`, {});
  assert.deepEqual(constant.bytes, BYTES);
  const url = await posted('body: { type: binary, data: "{{c}}" }', { c: `data:image/png;base64,${BASE64}` });
  assert.deepEqual(url.bytes, BYTES);
  await refused('body: { type: binary, data: "{{c}}" }', { c: "no base64!" }, /expected bytes as base64/);
});

Deno.test("report 18: a body of bytes that is written as something else sets the tool aside", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    operation: 'path: /f\noperations: { op: { method: POST, body: { type: binary, data: "not base64!" } } }',
    tool: "call: api.op",
  }));
  assert.equal(capability.disabled[0]?.diagnostic.code, "bad-expression");
});

Deno.test("report 18: the input a tool passes on with its own name says that it is base64", async () => {
  const { schema, bytes } = await posted(
    'body: { type: binary, data: "{{content}}" }',
    { upload: BASE64 },
    'call: api.op\nwith: { content: "{{upload}}" }\ninputParameters: { upload: { type: string, description: The archive. } }',
  );
  assert.deepEqual(bytes, BYTES);
  assert.equal(schema["upload"]!["description"], "The archive (bytes, as base64)");
  assert.equal(schema["upload"]!["contentEncoding"], "base64");
});

Deno.test("report 18: YAML takes values as values", async () => {
  const evil = "x\"\nadmin: true\n# '";
  const text = await posted('body: { type: yaml, data: "{{doc}}" }', { doc: "openapi: 3.1.0" });
  assert.deepEqual([text.type, new TextDecoder().decode(text.bytes)], ["application/yaml", "openapi: 3.1.0"]);
  const template = String
    .raw`"name: {{a}}\nquoted: \"a {{a}}\"\nlist: [{{a}}, {{n}}]\nmap: {{o}}\ngone: {{gone}}\nword: v-{{n}}\nblock: |\n  first {{a}}\nlast: 1\n"`;
  const { bytes, type } = await posted(`body: { type: application/x-yaml, data: ${template} }`, {
    a: evil,
    n: 5,
    o: { k: ["v"] },
  });
  assert.equal(type, "application/x-yaml");
  assert.deepEqual(load(new TextDecoder().decode(bytes)), {
    name: evil,
    quoted: `a ${evil}`,
    list: [evil, 5],
    map: { k: ["v"] },
    gone: null,
    word: "v-5",
    block: `first ${evil}\n`,
    last: 1,
  });
  const tree = await posted('body: { type: yaml, data: { a: "{{a}}", v: 1.5 } }', { a: evil });
  assert.deepEqual(load(new TextDecoder().decode(tree.bytes)), { a: evil, v: 1.5 });
  await refused('body: { type: yaml, data: "name: v-{{a}}" }', { a: evil }, /a cannot be sent/);
  await refused(`body: { type: yaml, data: "name: 'v {{a}}'" }`, { a: evil }, /a cannot be sent/);
});

/** The file of a multipart body, read by the platform's own parser. */
async function filePart(got: Got): Promise<[name: string, type: string, bytes: Uint8Array]> {
  const form = await new Response(got.bytes as Uint8Array<ArrayBuffer>, {
    headers: { "content-type": got.type! },
  }).formData();
  const file = form.get("f") as File;
  return [file.name, file.type, await file.bytes()];
}

Deno.test("a file part is base64 where the part or its input says so, and never by a guess", async () => {
  const part = (more: string) =>
    `body: { type: multipartForm, data: [ { name: f, filename: a.png, value: "{{c}}", contentType: image/png${more} } ] }`;
  const said = await posted(part(", encoding: base64"), { c: BASE64 });
  assert.deepEqual(await filePart(said), ["a.png", "image/png", BYTES]);
  assert.equal(said.schema["c"]!["contentEncoding"], "base64");
  for (const word of ["format: binary", "format: byte", "encoding: base64"]) {
    const tool = `call: api.op\ninputParameters: { c: { type: string, description: d, ${word} } }`;
    assert.deepEqual(await filePart(await posted(part(""), { c: BASE64 }, tool)), [
      "a.png",
      "image/png",
      BYTES,
    ], word);
  }
  // Neither the media type, nor the name, nor the value makes bytes of a text; that is told.
  const text = await posted(part(""), { c: BASE64 });
  assert.deepEqual(await filePart(text), ["a.png", "image/png", new TextEncoder().encode(BASE64)]);
  assert.deepEqual(text.warnings, ["file-encoding"]);
  const parameter = await posted("inputParameters: { f: { in: formData, type: file } }", { f: BASE64 });
  assert.deepEqual((await filePart(parameter))[2], BYTES);
  const short = await posted(
    "body: { type: multipartForm, data: { f: '{{c}}' } }",
    { c: BASE64 },
    "call: api.op\ninputParameters: { c: { type: string, format: binary, description: d } }",
  );
  assert.deepEqual((await filePart(short))[2], BYTES);
  await refused(
    part(", encoding: base64"),
    { c: "no base64!" },
    /f cannot be sent: expected bytes as base64/,
  );
});

Deno.test("bytes that a step answered are sent as they are", async () => {
  const got: Uint8Array[] = [];
  await using api = {
    server: Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      if (request.method === "GET") return new Response(BYTES, { headers: { "content-type": "image/png" } });
      got.push(await request.bytes());
      return Response.json({});
    }),
    [Symbol.asyncDispose]: () => api.server.shutdown(),
  };
  const capability = await compileText(toolSpec(`http://127.0.0.1:${api.server.addr.port}`, {
    operation:
      'path: /f\noperations: { get: { method: GET, outputRawFormat: binary }, put: { method: PUT, body: { type: binary, data: "{{c}}" } } }',
    tool: 'steps: { a: { call: api.get }, b: { call: api.put, with: { c: "{{a}}" } } }',
  }));
  await callFlow(capability, "t");
  assert.deepEqual(got, [BYTES]);
});
