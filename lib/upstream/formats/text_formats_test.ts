import assert from "node:assert/strict";
import { CallError } from "../error.ts";
import type { Format } from "../operation.ts";
import { decode } from "./mod.ts";

const read = (body: string, format: Format, outputSchema?: string) =>
  Promise.resolve().then(() =>
    decode(new TextEncoder().encode(body), null, {
      format,
      maxBytes: 1 << 20,
      ...(outputSchema === undefined ? {} : { outputSchema }),
    }).then(({ value }) => value)
  );
const fails = (value: Promise<unknown>, message: RegExp, code = "bad_response") =>
  assert.rejects(value, (error) => {
    assert.ok(error instanceof CallError, String(error));
    assert.match(error.data.message, message);
    assert.equal(error.data.code, code);
    return true;
  });

Deno.test("decode() reads XML without its root element", async () => {
  assert.deepEqual(
    await read("<l><s id='1'>a</s><s id='2'><n>b</n></s><t/><u>x &amp; <![CDATA[<y>]]></u></l>", "xml"),
    {
      s: [{ id: "1", "": "a" }, { id: "2", n: "b" }],
      t: "",
      u: "x & <y>",
    },
  );
  assert.deepEqual(
    await read('<a:r xmlns:a="urn:a" xmlns="urn:d"><a:x a:y="1"/>\n<b>t<i/>u</b></a:r>', "xml"),
    { x: { y: "1" }, b: { i: "", "": ["t", "u"] } },
  );
  assert.deepEqual(await read("<r/>", "xml"), {});
  assert.equal(await read("<r>text</r>", "xml"), "text");
  assert.deepEqual(await read("<!DOCTYPE r SYSTEM 'r.dtd'><r><a>1</a></r>", "xml"), { a: "1" });
  assert.deepEqual(await read("<r><x>1</x><y/><x>2</x><x>3</x></r>", "xml"), { x: ["1", "2", "3"], y: "" });
});

Deno.test("decode() refuses XML that is malformed or dangerous", async () => {
  await fails(read("<a>\n  <b></a>", "xml"), /unexpected close tag at line 2, column \d+, near/);
  await fails(read("<a>", "xml"), /unclosed tag/);
  await fails(read("<a>&nope;</a>", "xml"), /entity/);
  await fails(read("plain", "xml"), /not valid XML/);
  const bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>';
  await fails(read(bomb, "xml"), /declares entities/);
  await fails(
    read('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml"),
    /declares entities/,
  );
  await fails(read("<a>".repeat(100_000), "xml"), /nested more than 1000/);
});

Deno.test("decode() reads rows by their header", async () => {
  assert.deepEqual(await read('a, b\r\n"x, ""y""\nz",2\r\n3\r\n', "csv"), [{ a: 'x, "y"\nz', b: "2" }, {
    a: "3",
  }]);
  assert.deepEqual(await read("a|b\n1|2", "psv"), [{ a: "1", b: "2" }]);
  assert.deepEqual(await read('size\n5" pipe\n', "csv"), [{ size: '5" pipe' }]);
  assert.deepEqual(await read("a\n", "csv"), []);
  await fails(read("a,b\n1,2\n1,2,3\n", "csv"), /a row has 3 fields where the header has 2 at line 3/);
  await fails(read('a\n"open', "csv"), /quoted field is not closed/);
});

Deno.test("decode() reads YAML 1.2 and refuses what its aliases could do", async () => {
  assert.deepEqual(await read("b: &b {x: 1}\nm:\n  <<: *b\n  y: no\nd: 2026-01-02\nn: ~", "yaml"), {
    b: { x: 1 },
    m: { x: 1, y: "no" },
    d: "2026-01-02",
    n: null,
  });
  assert.deepEqual(await read("a: 1\n---\na: 2", "yaml"), { a: 1 });
  await fails(read("a: [1, 2\nb: 3", "yaml"), /at line 2, column 1, near/);
  await fails(read("[".repeat(5000), "yaml"), /nesting exceeded/);
  await fails(read("a: &a [*a]", "yaml"), /./);
  const levels = "abcdefgh".split("").map((c, i) =>
    `${c}: &${c} [${Array(10).fill(i === 0 ? "x" : `*${"abcdefgh"[i - 1]}`).join(",")}]`
  );
  await fails(read(levels.join("\n"), "yaml"), /more than two million values/, "response_too_large");
});

Deno.test("decode() reads YAML with every digit, and past the tags of applications", async () => {
  assert.deepEqual(await read("a: 12345678901234567890\nb: 7\nc: 0x10\nd: 0o17\ne: 1e3", "yaml"), {
    a: 12345678901234567890n,
    b: 7,
    c: 16,
    d: 15,
    e: 1000,
  });
  assert.deepEqual(
    await read(
      "a: !Ref x\nb: !GetAtt [p, q]\nc: !If {d: 1}\ne: !!binary aGk=\nf: !!timestamp 2026-01-01\ng: !!set {x, y}",
      "yaml",
    ),
    { a: "x", b: ["p", "q"], c: { d: 1 }, e: "aGk=", f: "2026-01-01", g: { x: null, y: null } },
  );
  assert.deepEqual(await read("a: !!str 5\nb: !!int '7'", "yaml"), { a: "5", b: 7 });
});

Deno.test("decode() reads the tables of HTML", async () => {
  const page = `<p>x</p><table id=one><tr><th>A<th> B <tr><td>1<br>2<td><b>b</b>old</table>
    <div class=box><table><thead><tr><th>C</th></tr></thead><tr><td>3<script>no()</script></td></tr></table></div>`;
  assert.deepEqual(await read(page, "html"), { tables: [[{ A: "1 2", B: "bold" }], [{ C: "3" }]] });
  assert.deepEqual(await read(page, "html", "#one"), { tables: [[{ A: "1 2", B: "bold" }]] });
  assert.deepEqual(await read(page, "html", "div.box"), { tables: [[{ C: "3" }]] });
  assert.deepEqual(await read(page, "html", "#none"), { tables: [] });
  assert.deepEqual(await read("<table><tr><td>1</td></tr></table>", "html"), { tables: [[{ 1: "1" }]] });
  assert.deepEqual(await read("<table><tr></tr></table>", "html"), { tables: [] });
  await fails(read(page, "html", "a[["), /not a CSS selector/, "misconfigured");
});

Deno.test("decode() puts a cell that spans rows or columns into each", async () => {
  const page = `<table><tr><th>A</th><th>B</th><th>C</th></tr>
    <tr><td rowspan=2>1</td><td colspan=2>2</td></tr><tr><td>3</td><td>4</td></tr><tr><td>5</td></tr></table>`;
  assert.deepEqual(await read(page, "html"), {
    tables: [[{ A: "1", B: "2", C: "2" }, { A: "1", B: "3", C: "4" }, { A: "5", B: "", C: "" }]],
  });
  const bomb = `<table>${"<tr><th colspan=100 rowspan=100>x".repeat(2000)}${"<tr>".repeat(20_000)}</table>`;
  await fails(read(bomb, "html"), /more than two million values/, "response_too_large");
  assert.deepEqual(await read("<div>".repeat(5_000), "html"), { tables: [] });
});

Deno.test("decode() loses no table for want of header cells", async () => {
  const cases: [string, unknown][] = [
    ["<tr><td>Berth<td>Depth<tr><td>A1<td>7", [{ Berth: "A1", Depth: "7" }]],
    ["<tr><th>Name<td>Ada<tr><th>IMO<td>1", [{ Name: "Ada", IMO: "1" }]],
    ["<tr><th>Name<td>Ada<td>Bob<tr><th>IMO<td>1<td>2", [{ Name: "Ada", IMO: "1" }, {
      Name: "Bob",
      IMO: "2",
    }]],
    // The first cell of a row is its name; it is a cell all the same.
    ["<tr><th>Ship<th>Age<tr><th>Ada<td>1<tr><th>Bob<td>2", [{ Ship: "Ada", Age: "1" }, {
      Ship: "Bob",
      Age: "2",
    }]],
    ["<tr><td></td><th>2025<th>2026<tr><th>Ada<td>1<td>2", [{ 1: "Ada", 2025: "1", 2026: "2" }]],
    ["<tr><th colspan=2>Name<th>Age<tr><td>Ada<td>L<td>1", [{ Name: "Ada", "Name 2": "L", Age: "1" }]],
    [
      "<tr><th colspan=2>Name<th rowspan=2>Age<tr><th>First<th>Last<tr><td>Ada<td>L<td>1",
      [{ "Name First": "Ada", "Name Last": "L", Age: "1" }],
    ],
    ["<tr><td colspan=2>All ships<tr><th>A<th>B<tr><td>1<td>2", [{ A: "1", B: "2" }]],
    ["<tr><td>A<td>A<td><tr><td>1<td>2<td>3", [{ A: "1", "A 2": "2", 3: "3" }]],
  ];
  for (const [rows, expected] of cases) {
    assert.deepEqual(await read(`<table>${rows}</table>`, "html"), { tables: [expected] }, rows);
  }
  const inner = "<table><tr><td>outer<table><tr><td>A<td>B<tr><td>1<td>2</table></table>";
  assert.deepEqual(await read(inner, "html"), { tables: [[{ 1: "outer" }], [{ A: "1", B: "2" }]] });
});

Deno.test("decode() reads front matter, tables and sections of Markdown", async () => {
  const text = "---\r\ntitle: T\nn: 2\n---\n# Top\n\nSome *text*\nover `two` lines & more.\n\n" +
    "| K | V |\n|---|---|\n| a | **b** |\n| c |\n\nLast.\n\n## API use\n\n> quoted\n";
  const sections = [
    { heading: "Top", level: 1, content: "Some text over two lines & more.\nLast." },
    { heading: "API use", level: 2, content: "quoted" },
  ];
  const rest = { frontMatter: { title: "T", n: 2 }, tables: [[{ K: "a", V: "b" }, { K: "c", V: "" }]] };
  assert.deepEqual(await read(text, "markdown"), { ...rest, sections });
  assert.deepEqual(await read(text, "markdown", "API"), { ...rest, sections: [sections[1]] });
  assert.deepEqual(await read("---\n\nno front matter", "markdown"), {
    frontMatter: {},
    tables: [],
    sections: [],
  });
  await fails(read("---\na: [\n---\n", "markdown"), /not valid YAML/);
});

Deno.test("decode() refuses what would not end", async () => {
  await fails(read("<div>".repeat(60_000), "html"), /nested more than 5000/);
  for (const text of ["*a_".repeat(50_000), "- ".repeat(50_000) + "x", ">".repeat(100_000) + "x"]) {
    await fails(read(text, "markdown"), /nested/);
  }
  // Without the limit this takes minutes.
  for (
    const text of [
      "[".repeat(2_000_000),
      '{"a":'.repeat(1_000_000),
      `["${"\\\\[".repeat(50_000)}",${"[".repeat(9_000)}`,
    ]
  ) {
    await fails(read(text, "json"), /nested more than 1000/);
  }
  const flat = `[${JSON.stringify('\\"[[[['.repeat(30_000))}]`;
  assert.deepEqual(await read(flat, "json"), JSON.parse(flat));
});

Deno.test("decode() survives hostile Markdown", async () => {
  for (const text of [">".repeat(20_000), "[".repeat(20_000), "*a ".repeat(10_000), "- ".repeat(3_000)]) {
    await read(text, "markdown").catch((error) => assert.ok(error instanceof CallError, String(error)));
  }
});
