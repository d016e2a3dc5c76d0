/**
 * Answers of every format, from the wire to the result of a tool.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CallError } from "../../lib/upstream/error.ts";
import { callFlow, compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";

type Body = string | Uint8Array<ArrayBuffer>;

/** What a tool gives for one answer of its API. */
async function given(
  answer: { body?: Body; headers?: Record<string, string>; status?: number },
  options: { format?: string; outputs?: string; more?: string; files?: Record<string, string> } = {},
): Promise<unknown> {
  const { body = null, headers = {}, status = 200 } = answer;
  await using api = startUpstream(() =>
    new Response(body, { status, headers: { "content-type": "application/octet-stream", ...headers } })
  );
  const raw = options.format === undefined ? "" : `, outputRawFormat: ${options.format}`;
  const capability = await compileText(
    toolSpec(api.origin, {
      operation: `path: /a\noperations: { get: { method: GET${raw}${options.more ?? ""} } }`,
      tool: `call: api.get${options.outputs === undefined ? "" : `\noutputParameters: ${options.outputs}`}`,
    }),
    { files: options.files ?? {} },
  );
  return await callFlow(capability, "t");
}

const latin = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const utf16 = (text: string, little: boolean) =>
  Uint8Array.from([...text].flatMap((c) => {
    const code = c.charCodeAt(0);
    return little ? [code & 255, code >> 8] : [code >> 8, code & 255];
  }));

const ROWS: readonly [format: string, type: string, body: string, value: unknown][] = [
  ["json", "application/json", '{"a":["é"]}', { a: ["é"] }],
  ["xml", "application/xml", "<r><a>é</a></r>", { a: "é" }],
  ["yaml", "application/yaml", "a: [é]", { a: ["é"] }],
  ["csv", "text/csv", "a,b\né,2\n", [{ a: "é", b: "2" }]],
  ["tsv", "text/tab-separated-values", "a\tb\né\t2\n", [{ a: "é", b: "2" }]],
  ["psv", "text/plain", "a|b\né|2\n", [{ a: "é", b: "2" }]],
  ["html", "text/html", "<table><tr><th>A</th></tr><tr><td>é</td></tr></table>", { tables: [[{ A: "é" }]] }],
  ["markdown", "text/markdown", "# A\né", {
    frontMatter: {},
    tables: [],
    sections: [{ heading: "A", level: 1, content: "é" }],
  }],
  ["text", "text/plain", "é", "é"],
];

Deno.test("each format is read in any writing of its name, by its Content-Type, and in every charset", async () => {
  for (const [format, type, body, value] of ROWS) {
    for (const name of [format, format.toUpperCase()]) {
      assert.deepEqual(await given({ body }, { format: name }), value, name);
    }
    if (format !== "psv") {
      assert.deepEqual(await given({ body, headers: { "content-type": type } }), value, type);
    }
    const encodings: [string, Body][] = [
      ["", `\ufeff${body}`],
      ["; charset=utf-8", body],
      ["; charset=iso-8859-1", latin(body)],
      ['; charset="windows-1252"', latin(body)],
      ["", utf16(`\ufeff${body}`, true)],
      ["", utf16(`\ufeff${body}`, false)],
      ["; charset=utf-16le", utf16(body, true)],
      ["; charset=utf-16be", utf16(body, false)],
    ];
    for (const [charset, bytes] of encodings) {
      const headers = { "content-type": `${type}${charset}` };
      assert.deepEqual(await given({ body: bytes, headers }, { format }), value, `${format} ${charset}`);
    }
  }
  const japanese = Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0x83, 0x65, 0x22, 0x7d);
  const headers = { "content-type": "application/json; charset=Shift_JIS" };
  assert.deepEqual(await given({ body: japanese, headers }), { a: "テ" });
});

Deno.test("an answer without a body is null in every format, and its outputs are null", async () => {
  const outputs = "[{ type: object, properties: { a: { type: string, mapping: $.a } } }]";
  for (const format of [...ROWS.map(([name]) => name), undefined]) {
    const named = format === undefined ? {} : { format };
    for (const answer of [{ body: "" }, { status: 204 }, { status: 205 }]) {
      assert.equal(await given(answer, named), null, `${format} ${answer.status}`);
      assert.deepEqual(await given(answer, { ...named, outputs }), { a: null }, `${format} ${answer.status}`);
    }
  }
});

Deno.test("what is not in its format is a bad_response that says where", async () => {
  const cases: [string, Body, RegExp][] = [
    ["json", '{\n "a": }', /line 2, column 7/],
    ["xml", "<a>\n<b></a>", /line 2/],
    ["xml", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', /entities/],
    ["yaml", "a: [1\nb: 2", /line 2/],
    ["csv", 'a\n"b', /line 2/],
    ["csv", "a,b\n1,2,3", /line 2/],
    ["markdown", "---\na: [\n---\n", /YAML/],
  ];
  for (const [format, body, where] of cases) {
    await assert.rejects(given({ body }, { format }), (error) => {
      assert.ok(error instanceof CallError, String(error));
      assert.equal(error.data.code, "bad_response", format);
      assert.match(error.data.message, where);
      assert.match(error.data.source ?? "", /^spec\.yml:\d+:\d+$/);
      assert.equal(error.data.upstream?.status, 200);
      return true;
    });
  }
});

Deno.test("vendor types and problems are read by their suffix", async () => {
  for (
    const [type, body, value] of [
      ["application/problem+json", '{"a":1}', { a: 1 }],
      ["application/vnd.shop.v2+json; q=1", '{"a":1}', { a: 1 }],
      ["application/vnd.shop+xml", "<r><a>1</a></r>", { a: "1" }],
      ["application/vnd.oai.openapi+yaml", "a: 1", { a: 1 }],
    ] as const
  ) assert.deepEqual(await given({ body, headers: { "content-type": type } }), value, type);
  const problem = { "content-type": "application/problem+json" };
  await assert.rejects(
    given({ status: 409, headers: problem, body: '{"title":"Taken","detail":"the name is taken"}' }),
    (error) =>
      error instanceof CallError && error.data.code === "conflict" &&
      /the name is taken/.test(error.data.message),
  );
});

Deno.test("one XML element is the list that is declared, whether the document or the API says that it is XML", async () => {
  const outputs =
    "[{ type: array, mapping: $.v, items: { type: object, properties: { c: { type: integer, mapping: $.c } } } }]";
  const headers = { "content-type": "application/xml" };
  for (const options of [{ format: "xml", outputs }, { outputs }]) {
    assert.deepEqual(await given({ body: "<r><v><c>1</c></v></r>", headers }, options), [{ c: 1 }]);
    assert.deepEqual(await given({ body: "<r><v><c>1</c></v><v><c> 2 </c></v></r>", headers }, options), [
      { c: 1 },
      { c: 2 },
    ]);
  }
  const json = { "content-type": "application/json" };
  assert.equal(await given({ body: '{"v":{"c":1}}', headers: json }, { outputs }), null);
});

Deno.test("Avro and Protocol Buffers are read by the file that outputSchema names", async () => {
  const avsc = JSON.stringify({
    type: "record",
    name: "R",
    fields: [
      { name: "id", type: "long" },
      { name: "at", type: ["null", { type: "long", logicalType: "timestamp-millis" }] },
      { name: "price", type: { type: "bytes", logicalType: "decimal", precision: 6, scale: 2 } },
    ],
  });
  const outputs =
    "[{ type: object, properties: { id: { type: string, mapping: $.id }, price: { type: number, mapping: $.price } } }]";
  const options = { format: "Avro", more: ", outputSchema: r.avsc", files: { "r.avsc": avsc } };
  const body = Uint8Array.of(14, 2, 0, 4, 0x04, 0xd2);
  assert.deepEqual(await given({ body }, options), { id: 7, at: "1970-01-01T00:00:00Z", price: "12.34" });
  assert.deepEqual(await given({ body }, { ...options, outputs }), { id: "7", price: 12.34 });
  const proto = 'syntax = "proto3"; message R { int64 id = 1; repeated int32 n = 2; }';
  const wire = Uint8Array.of(8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x12, 2, 1, 2);
  assert.deepEqual(
    await given({ body: wire }, {
      format: "protobuf",
      more: ", outputSchema: r.proto",
      files: { "r.proto": proto },
    }),
    { id: 2n ** 63n - 1n, n: [1, 2] },
  );
});

Deno.test("bytes are limited by the operation, else the surface, else 10 MiB, whoever says that they are bytes", async () => {
  const png = { "content-type": "image/png" };
  for (const format of ["binary", undefined]) {
    const named = format === undefined ? {} : { format };
    const limited = (size: number, maxBinarySize: string) =>
      given({ body: new Uint8Array(size), headers: png }, {
        ...named,
        more: `, maxBinarySize: ${maxBinarySize}`,
      });
    assert.equal(await limited(1024, "1KiB"), null);
    for (
      const [size, limit] of [[1025, "1KiB"], [1001, "1 kB"], [1025, "1024"], [1536, "1.4KiB"], [
        1025,
        "1K",
      ]] as const
    ) {
      await assert.rejects(
        limited(size, limit),
        (error) => error instanceof CallError && error.data.code === "response_too_large",
        `${size} ${limit}`,
      );
    }
    await assert.rejects(
      given({ body: new Uint8Array((10 << 20) + 1), headers: png }, named),
      /larger than 10 MiB/,
    );
  }
  const large = `"${"x".repeat((10 << 20) + 1)}"`;
  const value = await given({ body: large, headers: { "content-type": "application/json" } });
  assert.equal((value as string).length, large.length - 2, "only bytes are held so short");
});

Deno.test("bytes come with the type the author names, else the API's", async () => {
  await using api = startUpstream(() =>
    new Response(Uint8Array.of(0, 255), { headers: { "content-type": "application/octet-stream" } })
  );
  for (
    const [more, expected] of [["", "application/octet-stream"], [
      ", outputMediaType: image/webp",
      "image/webp",
    ]]
  ) {
    const capability = await compileText(toolSpec(api.origin, {
      operation: `path: /a\noperations: { get: { method: GET, outputRawFormat: binary${more} } }`,
      tool: "call: api.get",
    }));
    const result = await flowOf(capability, "t").run({}, { deadline: performance.now() + 60_000 });
    assert.deepEqual(result.bytes, Uint8Array.of(0, 255));
    assert.equal(result.mediaType, expected);
  }
});
