import assert from "node:assert/strict";
import { CallError } from "../error.ts";
import type { Format } from "../operation.ts";
import { decode } from "./mod.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (
  body: string | Uint8Array,
  contentType: string | null,
  format?: Format,
  outputSchema?: string,
) =>
  decode(typeof body === "string" ? utf8(body) : body, contentType, {
    maxBytes: 1 << 20,
    ...(format ? { format } : {}),
    ...(outputSchema === undefined ? {} : { outputSchema }),
  }).then(({ value }) => value);
const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CallError, String(error));
  assert.equal(error.data.code, code);
  assert.match(error.data.message, message);
  assert.notEqual(error.data.hint, "");
  return true;
};

Deno.test("decode() lets the declared format win over the Content-Type", async () => {
  assert.equal(await read('{"a":1}', "application/json", "text"), '{"a":1}');
  assert.deepEqual(await read("a,b\n1,2", "application/json", "csv"), [{ a: "1", b: "2" }]);
});

Deno.test("decode() follows the Content-Type", async () => {
  const types: [string, string, unknown][] = [
    ["application/json; charset=utf-8", '{"a":1}', { a: 1 }],
    ["application/problem+json", '{"a":1}', { a: 1 }],
    ["application/vnd.x+json;version=2", "[1]", [1]],
    ["text/xml", "<r><a>1</a></r>", { a: "1" }],
    ["application/atom+xml", "<r><a>1</a></r>", { a: "1" }],
    ["application/yaml", "a: 1", { a: 1 }],
    ["text/csv; header=present", "a\n1", [{ a: "1" }]],
    ["text/tab-separated-values", "a\tb\n1\t2", [{ a: "1", b: "2" }]],
    ["TEXT/HTML", "<table><tr><th>A</th></tr><tr><td>1</td></tr></table>", { tables: [[{ A: "1" }]] }],
    ["text/markdown", "# A\nb", {
      frontMatter: {},
      tables: [],
      sections: [{ heading: "A", level: 1, content: "b" }],
    }],
  ];
  for (const [type, body, value] of types) assert.deepEqual(await read(body, type), value, type);
});

Deno.test("decode() looks into what only its Content-Type calls HTML", async () => {
  const page = "<html><p>hi</p></html>", table = "<table><tr><th>A</th></tr><tr><td>1</td></tr></table>";
  assert.deepEqual(await read(' {"a":[1]}', "text/html; charset=UTF-8"), { a: [1] });
  assert.equal(await read("{ no JSON", "text/html"), "{ no JSON");
  assert.equal(await read(page, "text/html"), page);
  assert.deepEqual(await read(table, "text/html"), { tables: [[{ A: "1" }]] });
  assert.deepEqual(await read(page, "text/html", "html"), { tables: [] });
  assert.deepEqual(await read('{"a":1}', "text/html", "html"), { tables: [] });
});

Deno.test("decode() gives the very bytes of a binary answer", async () => {
  const bytes = Uint8Array.of(1, 2, 255);
  for (
    const type of [
      "image/png",
      "application/octet-stream",
      "application/pdf",
      "image/svg+xml",
      "application/avro",
    ]
  ) {
    assert.equal(await read(bytes, type), bytes, type);
  }
  assert.equal(await read(bytes, "text/plain", "binary"), bytes);
});

Deno.test("decode() tries JSON, then text, where nobody says what the body is", async () => {
  assert.deepEqual(await read('{"a":[1]}', null), { a: [1] });
  assert.deepEqual(await read(" [1] ", "text/plain"), [1]);
  assert.equal(await read("hello", "text/plain"), "hello");
  assert.equal(await read("<p>", null), "<p>");
  assert.equal(await read("42", null), 42);
  assert.equal(await read("1.10", null), "1.10", "a version is no number");
  assert.equal(await read("12345678901234567890", null), 12345678901234567890n, "no digit is lost");
  assert.equal(await read("true", null), true);
});

Deno.test("decode() gives undefined for an empty body of any format", async () => {
  for (const format of ["json", "text", "xml", "csv", "avro", "protobuf", "html", "binary"] as const) {
    assert.equal(await read("", "application/json", format), undefined, format);
  }
  assert.equal(await read(" \n", "application/json"), undefined);
  assert.equal(await read(" \n", "application/xml"), undefined);
});

Deno.test("decode() honours byte order marks and charsets", async () => {
  assert.deepEqual(await read("\ufeff[1]", "application/json"), [1]);
  assert.deepEqual(await read("\ufeffa\n1", "text/csv"), [{ a: "1" }]);
  assert.equal(await read(Uint8Array.of(0xff, 0xfe, 0x68, 0, 0x69, 0), "text/plain; charset=latin1"), "hi");
  assert.equal(await read(Uint8Array.of(0xfe, 0xff, 0, 0x68), null), "h");
  assert.equal(await read(Uint8Array.of(0xe9), "text/plain; charset=ISO-8859-1"), "é");
  assert.equal(await read(Uint8Array.of(0xe9), 'text/plain; charset="windows-1252"'), "é");
  assert.equal(await read("é", "text/plain; charset=klingon"), "é");
  const latin = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  assert.equal(await read(latin('<?xml version="1.0" encoding="iso-8859-1"?><r>\xe9</r>'), "text/xml"), "é");
  const page = latin('<meta charset="iso-8859-1"><table><tr><th>\xe9</th></tr><tr><td>1</td></tr></table>');
  assert.deepEqual(await read(page, "text/html"), { tables: [[{ "é": "1" }]] });
});

Deno.test("decode() says where JSON is malformed", async () => {
  const cases: [string, RegExp][] = [
    ["<html>", /expected a value, got "<" at line 1, column 1, near "<html>"/],
    ['{"a": 1,\n "b": }', /expected a value, got "}" at line 2, column 7/],
    ['{"a":1} xyz', /more text after the value at line 1, column 9/],
    ['{"a":[1,2', /the text ends where , or ] is expected at line 1, column 10/],
    ["{a:1}", /expected a quoted key or }, got "a"/],
    ['{"a" 1}', /expected :, got "1"/],
    ["[1,]", /expected a value, got "]" at line 1, column 4/],
    ['["a\nb"]', /expected a well-formed string/],
    ['["\\x"]', /expected a well-formed string/],
    ["[1 2]", /expected , or \], got "2"/],
    ["[".repeat(900), /the text ends where/],
    ["[".repeat(100_000), /nested more than 1000 levels deep at line 1, column 1001/],
    ['["' + "x".repeat(1_000_000), /expected a well-formed string/],
  ];
  for (const [body, message] of cases) {
    await assert.rejects(
      () => read(body, "application/json"),
      refused("bad_response", message),
      body.slice(0, 20),
    );
  }
});

Deno.test("decode() never lets a key reach a prototype", async () => {
  const bodies: [string, Format][] = [
    ['{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}', "json"],
    ["__proto__: {x: 1}\nconstructor: {prototype: {x: 1}}", "yaml"],
    ["a: &p {x: 1}\n__proto__:\n  <<: *p", "yaml"],
    ["<r __proto__='y'><__proto__><x>1</x></__proto__></r>", "xml"],
    ["__proto__,constructor\n1,2", "csv"],
    ["<table><tr><th>__proto__</th></tr><tr><td>1</td></tr></table>", "html"],
    ["---\n__proto__: {x: 1}\n---\n\n|__proto__|\n|-|\n|1|", "markdown"],
  ];
  for (const [body, format] of bodies) {
    const value = await read(body, null, format);
    const walk = (node: unknown): void => {
      if (node === null || typeof node !== "object") return;
      assert.ok([Object.prototype, Array.prototype].includes(Object.getPrototypeOf(node)), format);
      Object.values(node).forEach(walk);
    };
    walk(value);
    assert.ok(JSON.stringify(value).includes("__proto__"), `${format} keeps the key as data`);
    assert.equal(({} as { x?: unknown }).x, undefined);
  }
});

Deno.test("decode() says that a schema is missing", async () => {
  for (const format of ["avro", "protobuf"] as const) {
    await assert.rejects(
      async () => await read("x", null, format),
      refused("misconfigured", /without its schema/),
    );
  }
});
