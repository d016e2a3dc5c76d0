import assert from "node:assert/strict";
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { CallError } from "../error.ts";
import { Secret } from "../../expression/secret.ts";
import { UnfitValueError } from "../../expression/unfit.ts";
import type { Body, Part } from "../operation.ts";
import { argument, serve } from "../testing.ts";
import { reveal } from "../value.ts";
import { compileBody } from "./compile.ts";
import type { BodyKey } from "./content.ts";

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
    text: typeof content.data === "string"
      ? content.data
      : new TextDecoder().decode(content.data as Uint8Array),
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
    assert.deepEqual(got, [...values.map((x) => [name.toWellFormed(), x.toWellFormed()]), ["w[a]", "1"]]);
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

/** The events of an XML text, texts and comments joined, each section of CDATA as text. */
function xmlEvents(xml: string): (readonly [kind: string, ...rest: unknown[]])[] {
  const events: [string, ...unknown[]][] = [], parser = new SaxesParser({ fragment: false });
  const add = (kind: string, value: string) => {
    const last = events.at(-1);
    if (last?.[0] === kind) last[1] += value;
    else if (value !== "") events.push([kind, value]);
  };
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => events.push(["open", name, { ...attributes }]));
  parser.on("closetag", ({ name }) => events.push(["close", name]));
  parser.on("text", (value) => add("text", value));
  parser.on("cdata", (value) => add("text", value));
  parser.on("comment", (value) => events.push(["comment", value]));
  parser.on("processinginstruction", ({ target, body }) => events.push(["instruction", target, body]));
  parser.write(xml).close();
  return events;
}

Deno.test("compileBody() xml lets no value change the structure, read by an XML parser", () => {
  const parts: Part[] = [
    '<?xml version="1.0"?><?do ',
    v,
    '?><a x="',
    v,
    "\" y='",
    v,
    "'>",
    v,
    "<!-- ",
    v,
    " --><b><![CDATA[",
    v,
    "]]></b></a>",
  ];
  const xmlText = fc.oneof(
    text,
    fc.array(
      fc.constantFrom(
        "]]>",
        "<!--",
        "-->",
        "--",
        "?>",
        "</a>",
        "<![CDATA[",
        "&amp;",
        "&#0;",
        "]",
        "-",
        "?",
        "x",
        " ",
      ),
    ).map((words) => words.join("")),
  );
  fc.assert(fc.property(xmlText, (value) => {
    let xml: string;
    try {
      xml = make({ type: "xml", parts }, { v: value })!.text;
    } catch (error) {
      assert.ok(error instanceof UnfitValueError);
      // deno-lint-ignore no-control-regex -- these are what XML cannot carry
      assert.ok(!value.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value));
      return;
    }
    const events = xmlEvents(xml);
    const outside = events.filter(([kind]) => kind !== "comment" && kind !== "instruction");
    const texts = value === "" ? [] : [["text", value]];
    assert.deepEqual(outside, [
      ["open", "a", { x: value, y: value }],
      ...texts,
      ["open", "b", {}],
      ...texts,
      ["close", "b"],
      ["close", "a"],
    ]);
    assert.equal(events.filter(([kind]) => kind === "comment").length, 1);
    assert.equal(events.filter(([kind]) => kind === "instruction").length, 1);
  }));
});

/** A multipart body by the letter of RFC 2046 and 7578, byte by byte: what a strict server sees. */
function partsOf(body: Uint8Array, contentType: string): { head: string[]; content: string }[] {
  const text = Array.from(body, (byte) => String.fromCharCode(byte)).join("");
  const boundary = /^multipart\/form-data; boundary=([\w-]{1,70})$/.exec(contentType)![1]!;
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  assert.equal(pieces[0], "", "nothing stands before the first part");
  assert.equal(pieces.pop(), "--\r\n", "nothing stands after the last one");
  return pieces.slice(1).map((piece) => {
    const [, head, content] = /^\r\n((?:[^\r\n]+\r\n)+)\r\n([^]*)$/.exec(piece)!;
    return { head: head!.trimEnd().split("\r\n"), content: content! };
  });
}

/** A text as the bytes of its UTF-8, one character each. */
function bytesOf(value: string): string {
  return Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join("");
}

Deno.test("compileBody() multipart lets no name, file name, type or value change the structure", () => {
  const hostile = fc.constantFrom(
    'a"; filename="evil.sh',
    "a\r\nContent-Type: text/html\r\n\r\n<script>",
    "--capstan-",
    "\r\n--x--\r\n",
    "a\0b",
    "\ud800",
  );
  const any = fc.oneof(text, hostile);
  const named = (value: string) =>
    bytesOf(
      value.toWellFormed().replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A")
        .replaceAll("\0", "%00"),
    );
  fc.assert(fc.property(any, any, any, any, (name, filename, value, type) => {
    const body: Body = {
      type: "multipart",
      parts: [
        { name, get: v.get },
        { name: "f", get: v.get, filename: () => filename, contentType: () => "text/plain" },
        { name: "t", get: () => "x", contentType: w.get },
      ],
    };
    let content;
    try {
      content = compileBody(body, [], reveal)!({ args: { v: value, w: type } })!;
    } catch (error) {
      assert.ok(error instanceof CallError && error.data.code === "invalid_arguments");
      assert.doesNotMatch(type.trim(), /^[\x20-\x7e]*$/);
      return;
    }
    const [field, file, typed, ...more] = partsOf(content.data as Uint8Array, content.contentType);
    assert.deepEqual(more, []);
    assert.deepEqual(field, {
      head: [`Content-Disposition: form-data; name="${named(name)}"`],
      content: bytesOf(value),
    });
    assert.deepEqual(file!.head, [
      `Content-Disposition: form-data; name="f"; filename="${named(filename)}"`,
      "Content-Type: text/plain",
    ]);
    assert.deepEqual(typed!.head.length, type.trim() === "" ? 1 : 2);
    assert.equal(typed!.content, "x");
  }));
});

Deno.test("compileBody() multipart sends a large body in pieces, with its length", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(1 << 16)), times = 60;
  const whole = Uint8Array.from({ length: bytes.length * times }, (_, i) => bytes[i % bytes.length]!);
  const content = compileBody(
    {
      type: "multipart",
      parts: [{ name: "f", get: v.get, filename: () => "a.bin", base64: true }, {
        name: "n",
        get: () => "é",
      }],
    },
    [],
    reveal,
  )!({ args: { v: whole.toBase64() } })!;
  assert.ok(content.data instanceof Blob);
  await using server = serve(async (request) => {
    const length = request.headers.get("content-length"), form = await request.formData();
    const file = await (form.get("f") as File).bytes();
    return Response.json([length, Deno.inspect(file) === Deno.inspect(whole) && file.length, form.get("n")]);
  });
  const send = async () =>
    await (await fetch(server.origin, {
      method: "POST",
      body: content.data,
      headers: { "content-type": content.contentType },
    })).json();
  const expected = [String((content.data as Blob).size), whole.length, "é"];
  assert.deepEqual(await send(), expected);
  assert.deepEqual(await send(), expected, "it can be sent again");
});

Deno.test("compileBody() xmlTree makes elements of keys, and lets no value change the structure", () => {
  const tree = (value: unknown) => make({ type: "xmlTree", get: () => value }, {})?.text;
  assert.equal(
    tree({ order: { "@id": 7, line: [{ sku: "a<b" }, { sku: null }], note: "x & y", "": "t", none: [] } }),
    '<order id="7"><line><sku>a&lt;b</sku></line><line><sku/></line><note>x &amp; y</note>t</order>',
  );
  assert.equal(tree({ a: true }), "<a>true</a>");
  assert.equal(tree({}), undefined);
  for (const name of ["a b", "<x>", "1a", "@", "a:b:c"]) {
    assert.throws(() => tree({ r: { [name]: 1 } }), CallError, name);
  }
  fc.assert(fc.property(text, (value) => {
    let sent: string | undefined;
    try {
      sent = tree({ r: { "@a": value, b: value } });
    } catch (error) {
      assert.ok(error instanceof UnfitValueError);
      return;
    }
    assert.equal(sent!.match(/</g)!.length, value === "" ? 3 : 4);
    assert.match(sent!, /^<r a="[^"<]*"><b(\/>|>[^<]*<\/b>)<\/r>$/);
  }));
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

Deno.test("compileBody() multipart takes a file as base64 only where it is said to be", async () => {
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
  const bytes = new Uint8Array([0, 255, 1]), text = (value: string) => new TextEncoder().encode(value);
  const octets = "application/octet-stream", base64 = true, contentType = () => "text/plain";
  assert.deepEqual(await file("AP8B", { base64 }), [octets, bytes]);
  assert.deepEqual(await file(" AP8B\n", { base64, contentType }), ["text/plain", bytes]);
  assert.deepEqual(await file("AP-_", { base64 }), [octets, new Uint8Array([0, 255, 191])]);
  assert.deepEqual(await file("data:image/png;base64,AP8B", { base64 }), ["image/png", bytes]);
  assert.deepEqual(await file(bytes), [octets, bytes]);
  await assert.rejects(file("a b!", { base64 }), /f cannot be sent: expected bytes as base64/);
  await assert.rejects(file({ a: 1 }, { base64 }), /got object/);
  for (const value of ["AP8B", "data:image/png;base64,AP8B", "a b!", "dGVzdA=="]) {
    assert.deepEqual(await file(value), [octets, text(value)]);
    assert.deepEqual(await file(value, { contentType: () => "image/png" }), ["image/png", text(value)]);
  }
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
