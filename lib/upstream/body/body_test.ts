import assert from "node:assert/strict";
import fc from "fast-check";
import { CallError } from "../error.ts";
import { Secret } from "../../expression/secret.ts";
import type { Body, Part } from "../operation.ts";
import { argument } from "../testing.ts";
import { reveal } from "../value.ts";
import { type BodyKey, compileBody } from "./compile.ts";

const v = argument("v"), w = argument("w");
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom('"', "'", "<", ">", "&", "\\", "\r", "\n", "]", "-", "=", "+", "%", " ", "é", "{"),
  }),
);

function make(body: Body, args: Record<string, unknown>, keys: readonly BodyKey[] = []) {
  const content = compileBody(body, keys, reveal)!({ args });
  return content && {
    ...content,
    text: typeof content.data === "string" ? content.data : new TextDecoder().decode(content.data),
  };
}

Deno.test("compileBody() json holds any value", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.deepEqual(
      JSON.parse(make({ type: "json", get: v.get }, { v: value })!.text),
      JSON.parse(JSON.stringify(value)),
    );
  }));
  assert.equal(make({ type: "json", get: v.get }, {}), undefined);
  assert.equal(make({ type: "json", get: v.get, rawText: true }, { v: ' {"a":1}' })!.text, ' {"a":1}');
  assert.equal(make({ type: "json", get: v.get, rawText: true }, { v: "{a" })!.text, '"{a"');
  assert.equal(make({ type: "json", get: () => ({ a: [new Secret("x")] }) }, {})!.text, '{"a":["x"]}');
});

Deno.test("compileBody() jsonText lets no value change the structure", () => {
  const parts: Part[] = ['{"a":"x', v, 'y","b":', w, ',"c":"\\', v, '"}'];
  fc.assert(fc.property(text, fc.jsonValue(), (a, b) => {
    const got = JSON.parse(make({ type: "jsonText", parts }, { v: a, w: b })!.text);
    assert.deepEqual(Object.keys(got), ["a", "b", "c"]);
    assert.equal(got.a, `x${a}y`);
    assert.deepEqual(got.b, JSON.parse(JSON.stringify(b)));
    assert.equal(got.c, `\\${a}`);
  }));
  assert.equal(make({ type: "jsonText", parts }, {})!.text, '{"a":"xy","b":null,"c":"\\\\"}');
});

Deno.test("compileBody() form gives back what came", () => {
  fc.assert(fc.property(text, fc.array(text, { minLength: 1 }), (name, values) => {
    const body: Body = { type: "form", fields: [{ name, get: v.get }, w] };
    const got = [...new URLSearchParams(make(body, { v: values, w: { a: 1 } })!.text)];
    assert.deepEqual(got, [...values.map((x) => [name.toWellFormed(), x.toWellFormed()]), ["w", '{"a":1}']]);
  }));
  assert.equal(make({ type: "form", fields: [v] }, {}), undefined);
});

Deno.test("compileBody() formText lets no value change the structure", () => {
  fc.assert(fc.property(text, (value) => {
    const got = [
      ...new URLSearchParams(make({ type: "formText", parts: ["a=", v, "&b=1"] }, { v: value })!.text),
    ];
    assert.deepEqual(got, [["a", value.toWellFormed()], ["b", "1"]]);
  }));
});

Deno.test("compileBody() text takes values as they are", () => {
  fc.assert(fc.property(text, (value) => {
    assert.equal(
      make({ type: "text", parts: ["<", v, ">"], contentType: "text/plain" }, { v: value })!.text,
      `<${value}>`,
    );
  }));
});

Deno.test("compileBody() xml lets no value change the structure", () => {
  const parts: Part[] = ['<a x="', v, "\" y='", v, "'>", v, "<!-- ", v, " --><![CDATA[", v, "]]></a>"];
  fc.assert(fc.property(text, (value) => {
    let xml: string;
    try {
      xml = make({ type: "xml", parts }, { v: value })!.text;
    } catch (error) {
      assert.ok(error instanceof CallError && error.data.code === "invalid_arguments");
      // deno-lint-ignore no-control-regex -- these are what XML cannot carry
      assert.ok(!value.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value));
      return;
    }
    const m =
      /^<a x="([^"<]*)" y='([^'<]*)'>([^<]*)<!-- ((?:(?!--)[^])*) -->((?:<!\[CDATA\[(?:(?!\]\]>)[^])*\]\]>)+)<\/a>$/
        .exec(xml);
    assert.ok(m, xml);
    for (const escaped of [m[1]!, m[2]!, m[3]!]) assert.equal(unescape(escaped), value);
    const cdata = [...m[5]!.matchAll(/<!\[CDATA\[((?:(?!\]\]>)[^])*)\]\]>/g)].map((c) => c[1]).join("");
    assert.equal(cdata, value);
  }));
});

function unescape(text: string): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d+));/g,
    (_, name, code) =>
      name
        ? { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[name as string]!
        : String.fromCharCode(Number(code)),
  );
}

Deno.test("compileBody() multipart lets no name, file name or value change the structure", async () => {
  await fc.assert(
    fc.asyncProperty(text, text, text, async (name, filename, value) => {
      const content = make({
        type: "multipart",
        parts: [{ name: `n${name}`, get: v.get }, {
          name: "f",
          get: v.get,
          filename: () => `${filename}.txt`,
          contentType: "text/plain",
        }],
      }, { v: value })!;
      const boundary = /boundary=(.*)$/.exec(content.contentType)![1]!;
      assert.equal(content.text.split(`--${boundary}`).length, 4);
      const form = await new Response(content.data, { headers: { "content-type": content.contentType } })
        .formData();
      assert.equal([...form].length, 2);
      assert.equal([...form][0]![1], value.toWellFormed());
    }),
    { numRuns: 60 },
  );
});

/** The tokens of a SPARQL text: what a server would see of its structure. */
function sparqlTokens(text: string): string[] {
  return Array.from(
    text.matchAll(
      /"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|<[^<>"{}|^`\\\s]*>|#[^\r\n]*|[^\s"'<#]+|[^\s]/gs,
    ),
    ([token]) =>
      /^"""|^'''/.test(token)
        ? "long"
        : /^["']/.test(token)
        ? "text"
        : /^<./.test(token)
        ? "iri"
        : token[0] === "#"
        ? "comment"
        : token,
  );
}

Deno.test("compileBody() sparql lets no value change the structure", () => {
  const parts: Part[] = [
    "PREFIX p: <http://a/",
    v,
    "> # of ",
    v,
    '\nSELECT * { ?s p:x "a',
    v,
    'b", ',
    "'",
    v,
    "', '''",
    v,
  ];
  parts.push("''', \"\"\"x", v, '""" . FILTER (?n < 3) }');
  const expected = sparqlTokens(make({ type: "sparql", parts, contentType: "s" }, { v: "x" })!.text);
  assert.ok(expected.includes("iri") && expected.filter((t) => t === "long").length === 2);
  const sparql = fc.string({
    unit: fc.constantFrom('"', "'", "<", ">", "\\", "\r", "\n", "#", "{", "}", " ", "é", "u"),
  });
  fc.assert(fc.property(fc.oneof(text, sparql), (value) => {
    if (!value.isWellFormed()) return;
    assert.deepEqual(
      sparqlTokens(make({ type: "sparql", parts, contentType: "s" }, { v: value })!.text),
      expected,
    );
  }));
  const escaped = make({ type: "sparql", parts: ['"', v, '"'], contentType: "s" }, { v: 'a"\\\n' })!.text;
  assert.equal(escaped, '"a\\"\\\\\\n"');
});

Deno.test("compileBody() sparql takes only plain words outside of literals", () => {
  const body: Body = { type: "sparql", parts: ["SELECT ?s { ?s ?p ", v, " } LIMIT ", w], contentType: "s" };
  assert.equal(make(body, { v: "foaf:Person", w: 10 })!.text, "SELECT ?s { ?s ?p foaf:Person } LIMIT 10");
  assert.equal(make(body, { v: "?o", w: -1.5e3 })!.text, "SELECT ?s { ?s ?p ?o } LIMIT -1500");
  for (const value of ["a b", "} #", "x)", "<http://a>", '"a"', "a{", { a: 1 }]) {
    assert.throws(
      () => make(body, { v: value, w: 1 }),
      (error) => error instanceof CallError && error.data.code === "invalid_arguments",
      JSON.stringify(value),
    );
  }
  const whole: Body = { type: "sparql", parts: [v], contentType: "s" };
  assert.equal(make(whole, { v: 'SELECT * { ?s ?p "o" }' })!.text, 'SELECT * { ?s ?p "o" }');
  assert.equal(make(whole, {}), undefined);
});

Deno.test("compileBody() multipart takes files as base64, data URL or text", async () => {
  const file = async (value: unknown, more: Record<string, unknown> = {}) => {
    const content = make({
      type: "multipart",
      parts: [{ name: "f", get: v.get, filename: () => "a.bin", ...more }],
    }, { v: value })!;
    const form = await new Response(content.data, { headers: { "content-type": content.contentType } })
      .formData();
    const part = form.get("f") as File;
    return [part.type, new Uint8Array(await part.arrayBuffer())];
  };
  assert.deepEqual(await file("AP8B"), ["application/octet-stream", new Uint8Array([0, 255, 1])]);
  assert.deepEqual(await file("data:image/png;base64,AP8B"), ["image/png", new Uint8Array([0, 255, 1])]);
  assert.deepEqual(await file("a b!"), ["application/octet-stream", new TextEncoder().encode("a b!")]);
  assert.deepEqual(await file("test", { contentType: "text/plain" }), [
    "text/plain",
    new TextEncoder().encode("test"),
  ]);
});

Deno.test("compileBody() merges an API key into JSON and forms", () => {
  const keys: BodyKey[] = [["key", "k&"]];
  const text = (body: Body | undefined, args: Record<string, unknown>) =>
    compileBody(body, keys, reveal)!({ args })!.data;
  assert.equal(text(undefined, {}), '{"key":"k&"}');
  assert.equal(text({ type: "json", get: v.get }, { v: { key: "mine", a: 1 } }), '{"a":1,"key":"k&"}');
  assert.equal(text({ type: "jsonText", parts: ['{"a":', v, "}"] }, { v: 1 }), '{"a":1,"key":"k&"}');
  assert.equal(text({ type: "form", fields: v.get }, { v: "key=mine&a=1" }), "a=1&key=k%26");
  assert.equal(text({ type: "formText", parts: ["a=", v] }, { v: 1 }), "a=1&key=k%26");
});
