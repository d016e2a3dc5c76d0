import assert from "node:assert/strict";
import { readBindFile } from "./bind_file.ts";

Deno.test("readBindFile() gives values as they are written, whatever YAML would make of them", () => {
  const text = `TOKEN: 0123456
EXPONENT: 1e5
LONG: 12345678901234567890
VERSION: 1.10
DATE: 2026-05-01
FLAG: yes
HEX: 0x1F
QUOTED: "a: b"
NONE: ~
EMPTY: ""
MULTI: |
  one
  two
"with space": x
`;
  for (const each of [text, `\ufeff${text}`, text.replaceAll("\n", "\r\n")]) {
    const { get } = readBindFile("s.yml", each);
    assert.deepEqual(
      [
        "TOKEN",
        "EXPONENT",
        "LONG",
        "VERSION",
        "DATE",
        "FLAG",
        "HEX",
        "QUOTED",
        "NONE",
        "EMPTY",
        "MULTI",
        "with space",
      ].map((name) => get(name)),
      [
        "0123456",
        "1e5",
        "12345678901234567890",
        "1.10",
        "2026-05-01",
        "yes",
        "0x1F",
        "a: b",
        undefined,
        "",
        "one\ntwo\n",
        "x",
      ],
    );
  }
});

Deno.test("readBindFile() reads JSON, nested names and lists", () => {
  const { get } = readBindFile(
    "s.json",
    '{\n\t"A": "x", "N": 12345678901234567890, "db": {"user": "u", "port": 5432}, "a.b": "dotted", "l": [1]\n}',
  );
  assert.deepEqual(
    ["A", "N", "db.user", "db.port", "a.b", "l", "db.none", "none", "__proto__", "db.__proto__"].map((name) =>
      get(name)
    ),
    [
      "x",
      "12345678901234567890",
      "u",
      "5432",
      "dotted",
      "[1]",
      undefined,
      undefined,
      undefined,
      undefined,
    ],
  );
  assert.equal(readBindFile("secrets", '\n{"A": "x"}').get("A"), "x");
});

Deno.test("readBindFile() reads dotenv, and YAML in a file whose name tells nothing", () => {
  const dotenv = `# comment\r
export A=plain # comment\r
B="two\\nlines" \r
C='# none'\r
D="over
lines"\r
E=a=b#c\r
F=\r
 G = spaced \r
not a line\r
H=\`back "quote"\`\r
`;
  const { get } = readBindFile("prod.env", dotenv);
  assert.deepEqual("ABCDEFGH".split("").map((name) => get(name)), [
    "plain",
    "two\nlines",
    "# none",
    "over\nlines",
    "a=b#c",
    "",
    "spaced",
    'back "quote"',
  ]);
  assert.equal(readBindFile("secrets", "A: x\n").get("A"), "x");
  assert.equal(readBindFile("secrets", "A=b: c\n").get("A"), "b: c");
  assert.equal(readBindFile(".env", "A: x\n").get("A"), undefined);
});

Deno.test("readBindFile() says what is wrong without telling the content", () => {
  for (
    const [path, text, message] of [
      ["s.yml", "A: 'sekret\nB: c\n", /^it is not valid YAML \(line 1\)$/],
      ["s.json", '{"A": "sekret }', /^it is not valid JSON \(line 1\)$/],
      ["s.yml", "- sekret\n", /not a mapping/],
      ["s.yml", "", /not a mapping/],
    ] as const
  ) assert.throws(() => readBindFile(path, text), { message });
});
