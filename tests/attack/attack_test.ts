/**
 * Worst cases for everything that reads what others wrote: every regular expression of the sources, found by reading
 * them, and every decoder. Each is given texts made to take it for long, in a worker that is ended where the time it takes
 * does not grow with the text alone. `deno task attack` gives longer ones.
 *
 * @module
 */
import assert from "node:assert/strict";
import { allExpressions, expressionsIn } from "./regular_expressions.ts";
import { endless } from "./trials.ts";
import type { Trial } from "./trial_worker.ts";

const LENGTH = Number(Deno.env.get("ATTACK_LENGTH") ?? 50_000);
/** Linear work on such texts takes milliseconds; what is quadratic takes a minute. */
const FIRST_MS = Number(Deno.env.get("ATTACK_PATIENCE_MS") ?? 8_000);
const PATIENCE = { first: FIRST_MS, alone: 3 * FIRST_MS };

/** Expressions that never see a long text, each with the reason. */
const BOUNDED: readonly (readonly [path: string, source: string, reason: string])[] = [
  ["lib/upstream/authentication/challenge.ts", "([!#$%&'*+", "headers are cut to 4096 characters"],
  ["lib/document/yaml/syntax.ts", "^(\\s*(?:- +)*)", "one line of a document that is not YAML"],
  ["lib/expression/placeholder.ts", "\\{\\{", "one template of a document"],
  ["lib/expose/mcp/resources/uri_template.ts", "\\{\\{", "one address of a document"],
  ["lib/plan/call/path_template.ts", "\\{\\{", "one path of a document"],
  ["lib/plan/call/", "\\{\\{", "one template of a document"],
  ["schemas/draw_outline.ts", "", "run by the build alone"],
  ["schemas/key_table.ts", "", "run by the build alone"],
];

const isBounded = (place: string, source: string) =>
  BOUNDED.some(([path, start]) => place.startsWith(path) && source.startsWith(start));

Deno.test("expressionsIn() finds the patterns of a text, and nothing that only looks like one", () => {
  const text =
    "const a = b / c / d; // /no/\n/* /no/ */ f(/x[/]\\/y/gi, '/no/', `/no/${/yes/.test(`${1 / 2}/no/`)}`);\n" +
    "return /^{$/u.test(a) ? /[\"']/ : 4 / 2;";
  assert.deepEqual([...expressionsIn(text)].map(({ source, flags, line }) => [source, flags, line]), [
    ["x[/]\\/y", "gi", 2],
    ["yes", "", 2],
    ["^{$", "u", 3],
    ["[\"']", "", 3],
  ]);
});

Deno.test("every exemption is one of an expression that there is", () => {
  const all = [...allExpressions()];
  for (const [path, start] of BOUNDED) {
    assert.ok(all.some(({ place, source }) => place.startsWith(path) && source.startsWith(start)), path);
  }
});

Deno.test("the harness names what is not linear", async () => {
  const found = { place: "here", source: "^(a+)+$", flags: "" },
    fine = { place: "there", source: "^a+$", flags: "" };
  const trials = [found, fine].map((one) =>
    [one.place, { kind: "expression", found: one, length: 5_000 }] as const
  );
  assert.deepEqual(await endless(trials, { first: 200, alone: 3_000 }), ["here"]);
});

Deno.test("every regular expression of the sources is linear on texts made against it", async () => {
  const trials = [...allExpressions()].filter(({ place, source }) => !isBounded(place, source)).map((found) =>
    [
      `${found.place} /${found.source}/${found.flags}`,
      { kind: "expression", found, length: LENGTH } as Trial,
    ] as const
  );
  assert.ok(trials.length > 200, "the sources have more expressions than that");
  assert.deepEqual(await endless(trials, PATIENCE), []);
});

const utf8 = (text: string) => new TextEncoder().encode(text);
const times = (text: string, length = LENGTH) => text.repeat(Math.ceil(length / text.length));

/** Answers made against each decoder. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  "application/json": [
    times("["),
    times('{"a":'),
    times('"\\'),
    times("9"),
    `[${times("1e9,")}1]`,
    times("{}"),
  ],
  "application/x-ndjson": [times("\n"), times("1\n"), times('{"a":1}\u001e'), times("x\n")],
  "text/event-stream": [times("data:\n"), times("\r"), times(":"), times("data: 1\n\n"), times("event: a\n")],
  "text/xml": [
    times("<a>"),
    `<r>${times("<a/>")}</r>`,
    `<r ${times("a='1' ")}>`,
    `<r>${times("&amp;")}`,
    `<r><![CDATA[${times("]]")}`,
    `<!DOCTYPE ${times("[")}`,
    times("<!--"),
    `<r>${times("<?a ?>")}`,
  ],
  "application/yaml": [
    times("["),
    times("a: "),
    times("- "),
    times("? "),
    times("a: 1\n"),
    times("- a\n"),
    times("&a "),
    times("*a "),
    `a: "${times("\\x")}`,
    times("# \n"),
    `a: &a [1]\nb: [${times("*a,")}]`,
    times("<<: "),
    `? ${times("a ")}`,
  ],
  "text/csv": [
    times(","),
    times('"'),
    times("\n"),
    times("a\n"),
    times('"a"b,'),
    `${times("a,")}\n${times("1\n")}`,
  ],
  "text/tab-separated-values": [times("\t"), times('"'), `${times("a\t")}\n${times("1\n")}`],
  "text/html": [
    times("<"),
    times("<a"),
    times("<table>"),
    times("<table><tr><td>"),
    `<table>${times("<tr><td colspan=100 rowspan=100>x")}</table>`,
    times("<p>"),
    times("&"),
    times("<!--"),
    `<table><tr>${times("<th>")}`,
    `<a ${times("b=c ")}`,
    times("<script>"),
    times("</p>"),
  ],
  "text/markdown": [
    times("*"),
    times("_a "),
    times("["),
    times("![a]("),
    times("`"),
    times("``a`"),
    times("> "),
    times("- "),
    times("1. "),
    times("|"),
    `|${times("a|", 8_000)}\n|${times("-|", 8_000)}\n${times("|b\n")}`,
    times("a\n"),
    times("# "),
    times("---\n"),
    times("<a>"),
    times("~~a"),
    times("https://"),
    times("a@"),
    times("\\"),
    times("[a]: b\n"),
    times("  \n"),
  ].map((text) => text.slice(0, 32 << 10)),
  "application/avro": [times("\u0002"), times("\u0000"), "Obj\u0001" + times("\u0002a")],
  "application/protobuf": [
    times("\u000a\u0000"),
    times("\u000b"),
    times("\u0008\u0001"),
    times("\u0012\u007f"),
  ],
};
const SCHEMAS: Readonly<Record<string, string>> = {
  "application/avro":
    '{"type":"record","name":"N","fields":[{"name":"n","type":["null","N",{"type":"array","items":"null"}]}]}',
  "application/protobuf": 'syntax = "proto3"; message A { A a = 1; repeated A b = 2; int32 c = 3; }',
};

Deno.test("every decoder is done in linear time with answers made against it", async () => {
  const trials = Object.entries(ANSWERS).flatMap(([contentType, texts]) =>
    texts.map((text, i) => {
      const schema = SCHEMAS[contentType];
      const trial: Trial = {
        kind: "decoder",
        contentType,
        bytes: utf8(text),
        ...(schema === undefined ? {} : { schema }),
      };
      return [`${contentType} ${i}: ${JSON.stringify(text.slice(0, 30))}`, trial] as const;
    })
  );
  assert.deepEqual(await endless(trials, PATIENCE), []);
});

/** As much as a body of REST may hold: what is quadratic in small things takes two minutes of it. */
const BODY_LENGTH = 1 << 20;

/** Bodies of requests made against what reads them, by their Content-Type. */
function* bodies(): Generator<readonly [contentType: string, body: string]> {
  const form = "application/x-www-form-urlencoded", parts = "multipart/form-data; boundary=b";
  const many = (one: (i: number) => string) => {
    let text = "";
    for (let i = 0; text.length < BODY_LENGTH - 200; i++) text += one(i);
    return text;
  };
  yield [form, many((i) => `k${i}=1&`)];
  yield [form, many(() => "a=&")];
  yield [form, many(() => "%")];
  yield [`${form}${";a=b".repeat(4000)}`, "a=1"];
  const head = '--b\r\nContent-Disposition: form-data; name="';
  yield [parts, `${many((i) => `${head}k${i}"\r\n\r\n1\r\n`)}--b--\r\n`];
  yield [parts, `${many(() => `${head}k"; filename="f"\r\nContent-Type: a/b\r\n\r\n1\r\n`)}--b--\r\n`];
  yield [parts, `${head}k"\r\n\r\n${many(() => "\r\n--")}\r\n--b--\r\n`];
  yield [parts, `--b\r\n${many(() => "X: y\r\n")}\r\n1\r\n--b--\r\n`];
  yield ["application/json", `[${many(() => "12345678901234567890,")}1]`];
  yield ["application/json", `{${many((i) => `"k${i}":{},`)}"a":1}`];
  yield ["text/plain", many(() => " ")];
}

Deno.test("every body of a request is read in linear time", async () => {
  const trials = Array.from(bodies(), ([contentType, body], i) =>
    [
      `${contentType.slice(0, 40)} ${i}: ${JSON.stringify(body.slice(0, 30))}`,
      { kind: "request", contentType, body } as Trial,
    ] as const);
  assert.deepEqual(await endless(trials, PATIENCE), []);
});
