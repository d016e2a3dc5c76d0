import assert from "node:assert/strict";
import { compose } from "./compose.ts";
import { Origins, SourceFile } from "../diagnostics/location.ts";

function composed(text: string) {
  const origins = new Origins(), file = new SourceFile("a.yml", text);
  return { ...compose(file, origins), origins, file };
}

/** The text that a span of an entry covers. */
function at(
  text: string,
  node: object,
  origins: Origins,
  entry: string | number,
  part: "key" | "value" = "value",
) {
  const place = origins.locate(node, entry, part)!;
  return text.slice(place.start, place.end);
}

Deno.test("compose() reads scalars by the core schema and leaves dates and versions as text", () => {
  const { value } = composed(
    "a: 1.0.0-alpha1\nb: 2026-05-01\nc: 0x1F\nd: ~\ne: yes\nf: True\ng: 1.5e3\nh: '5'\ni:\nj: 0o17\n",
  );
  assert.deepEqual({ ...value as object }, {
    ...{
      a: "1.0.0-alpha1",
      b: "2026-05-01",
      c: 31,
      d: null,
      e: "yes",
      f: true,
      g: 1500,
      h: "5",
      i: null,
      j: 15,
    },
  });
});

Deno.test("compose() knows the place of every key, value and element", () => {
  const text = 'top:\n  "a b": [x, {y: "z z"}]\n  last: >-\n    folded\n',
    { value, origins } = composed(text);
  const top = (value as { top: { "a b": [string, { y: string }] } }).top, list = top["a b"];
  assert.equal(at(text, value as object, origins, "top", "key"), "top");
  assert.match(at(text, top, origins, "a b", "key"), /^"?a b"?$/);
  assert.equal(at(text, list, origins, 0), "x");
  assert.match(at(text, list[1], origins, "y"), /^"?z z"?$/);
  const place = origins.locate(list[1], "y", "key")!;
  assert.deepEqual([place.line, place.column], [2, 15]);
});

Deno.test("compose() resolves aliases and merge keys, own keys first", () => {
  const { value, origins, diagnostics } = composed("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\n");
  const { a, b, c } = value as Record<string, Record<string, number>>;
  assert.deepEqual({ ...b }, { y: 3, x: 1 });
  assert.equal(a, c);
  assert.equal(origins.locate(b!, "x")!.line, 1, "a merged value stands where it was written");
  assert.deepEqual(diagnostics, []);
});

Deno.test("compose() refuses aliases that grow without bound", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 30; i++) lines.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(", ")}]`);
  // Followed to the end, these would be more nodes than there are grains of sand.
  const { value, diagnostics } = composed(lines.join("\n"));
  assert.equal(value, undefined);
  assert.match(diagnostics[0]!.message, /aliases repeat/);
});

Deno.test("compose() refuses a long text that aliases repeat", () => {
  const text = `a: &a "${"y".repeat(500_000)}"\nl: [${Array(50_000).fill("*a").join(",")}]\n`;
  assert.match(composed(text).diagnostics[0]!.message, /aliases repeat/);
});

Deno.test("compose() tells of an alias without an anchor and of one inside its own anchor", () => {
  assert.match(composed("a: *nope\n").diagnostics[0]!.message, /\*nope names no anchor/);
  assert.match(composed("a: &a [*a]\n").diagnostics[0]!.message, /\*a names no anchor/);
});

Deno.test("compose() keeps the first of duplicate keys and names the line of it", () => {
  const { value, diagnostics } = composed("a: 1\nb: 2\na: 3\n");
  assert.deepEqual({ ...value as object }, { a: 1, b: 2 });
  assert.equal(diagnostics[0]!.code, "duplicate-key");
  assert.equal(diagnostics[0]!.severity, "warning");
  assert.equal(diagnostics[0]!.location.line, 3);
  assert.match(diagnostics[0]!.message, /line 1/);
});

Deno.test("compose() makes prototype keys ordinary keys", () => {
  const { value } = composed(
    "__proto__: {polluted: 1}\nconstructor: 2\nx: {<<: {__proto__: {polluted: 1}}}\n",
  );
  assert.deepEqual(Object.keys(value as object), ["__proto__", "constructor", "x"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  const { x } = value as { x: object };
  assert.equal(Object.getPrototypeOf(x), Object.prototype);
});

for (
  const [title, text, line, fix] of [
    ["a tab", "a:\n\tb: 1\n", 2, /spaces, not tabs/],
    ["a key out of line", "a:\n  - b: 1\n   c: 2\n", 3, /line it up/],
    ["a colon in a value", "a: b: c\n", 1, /in quotes/],
    ["an open quote", 'a: "b\nc: d\n', 1, /put " at the end/],
    ["an open bracket", "a: [b, c\n", 1, /put \] at the end/],
    ["an unknown escape", 'a: "\\q"\n', 1, /backslash/],
    ["nesting without end", "[".repeat(5000), 1, /nest less deeply|comma|close/],
  ] as const
) {
  Deno.test(`compose() says where ${title} is and what to do`, () => {
    const { value, diagnostics } = composed(text);
    assert.equal(value, undefined);
    assert.equal(diagnostics[0]!.code, "yaml-syntax");
    assert.equal(diagnostics[0]!.location.line, line);
    assert.match(diagnostics[0]!.fix!, fix);
  });
}
