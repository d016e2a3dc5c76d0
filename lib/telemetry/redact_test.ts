import assert from "node:assert/strict";
import { createRedactor } from "./redact.ts";

const SECRET = 'p@ss/w"rd+ 1\\x&<é>';
const redact = createRedactor([SECRET, "tok-12345678", "abc"]);
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

Deno.test("createRedactor() takes a secret out in each writing", () => {
  const json = JSON.stringify(SECRET).slice(1, -1);
  const xml = SECRET.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(
    /"/g,
    "&quot;",
  );
  const forms = {
    plain: SECRET,
    percent: encodeURIComponent(SECRET),
    lower: encodeURIComponent(SECRET).replace(/%../g, (x) => x.toLowerCase()),
    form: new URLSearchParams({ a: SECRET }).toString().slice(2),
    twice: encodeURIComponent(encodeURIComponent(SECRET)),
    json,
    "json in json": JSON.stringify(json).slice(1, -1),
    "ascii json": json.replace(/é/g, "\\u00e9"),
    "html-safe json": json.replace(/</g, "\\u003C").replace(/>/g, "\\u003E").replace(/&/g, "\\u0026"),
    xml,
    "numeric xml": SECRET.replace(/[^A-Za-z0-9]/g, (c) => `&#${c.charCodeAt(0)};`),
    base64: base64(SECRET),
    base64url: base64(SECRET).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""),
    "percent base64": encodeURIComponent(base64(SECRET)),
    "percent four times": encodeURIComponent(
      encodeURIComponent(encodeURIComponent(encodeURIComponent(SECRET))),
    ),
    javascript: SECRET.replace(/[^A-Za-z0-9]/g, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`),
    "every letter in javascript": Array.from(SECRET, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`).join(
      "",
    ),
    mail: SECRET.replace(/[^A-Za-z0-9é]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase()}`),
    "numbers of bytes": [...new TextEncoder().encode(SECRET)].join(", "),
    "numbers of bytes over lines": JSON.stringify([...new TextEncoder().encode(SECRET)], null, 2).slice(
      4,
      -2,
    ),
    "base64 over lines": base64(SECRET).match(/.{1,8}/g)!.join("\r\n"),
  };
  for (const [name, form] of Object.entries(forms)) {
    assert.equal(redact(`<${form}> end`), "<***> end", name);
  }
});

Deno.test("createRedactor() finds a secret inside a longer base64 text", () => {
  for (const user of ["", "a", "ab", "abc", "abcd"]) {
    for (const after of ["", "z", "zz", "zzz"]) {
      const encoded = base64(`${user}:tok-12345678${after}`);
      const left = redact(encoded);
      assert.ok(left.includes("***"), encoded);
      assert.ok(!/tok|12345/.test(atob(left.replace(/\*+/g, "").replace(/=+$/, "").slice(0, 4))), left);
    }
  }
});

Deno.test("createRedactor() takes a short secret out only as a token", () => {
  assert.equal(redact("abc abcd xabc token=abc&x=1"), "*** abcd xabc token=***&x=1");
  assert.equal(redact('{"k":"abc"}'), '{"k":"***"}');
  assert.equal(redact(`Basic ${btoa("abc")}`), "Basic ***");
});

Deno.test("createRedactor() leaves nothing of secrets that overlap", () => {
  assert.equal(createRedactor(["abcd", "abcdefgh"])("x abcdefgh y abcd"), "x *** y ***");
  assert.equal(createRedactor(["cdefgh", "abcdef"])("abcdefgh"), "***");
  assert.equal(createRedactor(["abab"])("ababab"), "***");
  assert.equal(createRedactor(["aaaa", "bbbb"])("aaaabbbb"), "******");
});

Deno.test("createRedactor() gives the same text when there is nothing", () => {
  assert.equal(createRedactor([])("tok"), "tok");
  assert.equal(createRedactor([""])("tok"), "tok");
  const text = "nothing to hide ".repeat(100_000);
  assert.equal(redact(text), text);
});

Deno.test("createRedactor() is not slowed down by hostile text", () => {
  // Text on which a search that starts again at every character would not end.
  const text = "%25".repeat(200_000) + "\\".repeat(200_000) + "&#0".repeat(50_000) + "0".repeat(200_000);
  const hide = createRedactor(["%&\\%&\\x", "\\\\\\\\\\\\\\\\"]);
  assert.ok(hide(text).includes("***"));
});

Deno.test("createRedactor().piece() leaves no half of a secret where a text is cut", () => {
  const { piece } = createRedactor(["secret-of-many-letters"]), text = "before secret-of-many-letters after";
  assert.equal(piece(text, 0, 12), "before ***");
  assert.equal(piece(text, 12, text.length), "*** after");
  assert.equal(piece(text, 10, 15), "***");
  assert.equal(piece(text, 0, 7), "before ");
  assert.equal(piece(text, 0, text.length), "before *** after");
  const encoded = encodeURIComponent("secret-of-many-letters".replaceAll("-", "/"));
  assert.equal(createRedactor(["secret/of/many/letters"]).piece(`a ${encoded} b`, 0, 9), "a ***");
});

Deno.test("createRedactor() finds a secret that is broken over lines, and one of several lines however they end", () => {
  const token = "tok-1234567890-abcdefghij",
    key = "-----BEGIN KEY-----\nAAECAwQFBg+/cICQ\nTx8fLy8=\n-----END KEY-----\n";
  const redact = createRedactor([token, key]);
  for (
    const lines of [
      "tok-1234\n567890-abcdefghij",
      "tok-1234\r\n\t 567890-abcde\r\n\t fghij",
      String.raw`tok-1234\n567890-abcdef\r\nghij`,
      String.raw`tok-1234\\n567890-abcdefghij`,
      base64(`user:${token}`).match(/.{1,16}/g)!.join("\n"),
      key.trimEnd(),
      key.trimEnd().replaceAll("\n", "\r\n    "),
      key.replaceAll("\n", ""),
      JSON.stringify(key.trimEnd()).slice(1, -1),
    ]
  ) {
    const shown = redact(`before\n${lines}\nafter`);
    assert.match(shown, /^before\n?[\w=]{0,8}\*\*\*[\w=]{0,4}(?:\n|\\n)?after$/, shown);
  }
  // Where nothing is broken, nothing changes.
  const text = "tok-1234\n567890-abcdefghi\n".repeat(3);
  assert.equal(redact(text), text);
});

Deno.test("createRedactor() finds a secret in other case and in hexadecimal", () => {
  const redact = createRedactor(["Tok-98765-abc"]);
  const hex = new TextEncoder().encode("Tok-98765-abc").toHex();
  for (const text of ["TOK-98765-ABC", "tok-98765-abc", "tok%2D98765%2dABC", hex, hex.toUpperCase()]) {
    assert.equal(redact(`a ${text} b`), "a *** b", text);
  }
  assert.equal(redact(`a ${hex.match(/../g)!.join(":")} b`), "a *** b");
  // A short one may be a word.
  assert.equal(createRedactor(["Test"])("a test, and Test"), "a test, and ***");
});
