import assert from "node:assert/strict";
import { compose } from "./compose.ts";
import { Origins, SourceFile } from "../diagnostics/location.ts";

/** What is said of a text that is no YAML: the words, the marked piece with its line, the fix. */
function told(text: string) {
  const file = new SourceFile("a.yml", text), { value, diagnostics } = compose(file, new Origins());
  assert.equal(value, undefined);
  assert.equal(diagnostics.length, 1);
  const { message, location, fix } = diagnostics[0]!;
  return { message, line: location.line, marked: text.slice(location.start, location.end), fix: fix! };
}

const SLIPS: readonly (readonly [
  title: string,
  text: string,
  line: number,
  marked: string,
  message: RegExp,
  fix: RegExp,
])[] = [
  ["a quote that is never closed", 'a: 1\nb: "x\nc: d\n', 2, '"', /never closed/, /put " at the end/],
  ["an apostrophe that is never closed", "a: 'x\nc: d\n", 1, "'", /never closed/, /put ' at the end/],
  ["a brace that is never closed", "a: {in: query\nb:\n  c: d\n", 1, "{", /never closed/, /put } at the end/],
  ["a bracket inside another", "a: [b, [c]\nd: e\n", 1, "[", /never closed/, /put \] at the end/],
  ["an apostrophe inside apostrophes", "a: 'the customer's orders'\n", 1, "'", /continues after/, /write ''/],
  ["a quote inside quotes", 'a: "say "hi" now"\n', 1, '"', /continues after/, /write \\"/],
  ["a colon inside a value", "a:\n  b: List: all\n", 2, ":", /another key/, /value of b in quotes/],
  ["a value that begins with @", "a: @me\n", 1, "@me", /cannot begin with @/, /in quotes/],
  ["a value that begins with %", "a:\n  - b: %x\n", 2, "%x", /cannot begin with %/, /in quotes/],
  ["a template with text behind it", "a: {{x}} y\n", 1, "{{x}} y", /has to be quoted/, /in quotes/],
  ["a star in front of text", "a: *All of it\n", 1, "*All of it", /is an alias/, /in quotes/],
  ["a colon without a space", "a:\n  method:GET\n  b: c\n", 2, ":", /no space after the colon/, /a space/],
  ["a line out of line", "a:\n  b: 1\n   c: 2\n", 3, "c: 2", /by 3 spaces/, /at 2 spaces/],
  ["a line out of line in a list", "a:\n  - b: 1\n   c: 2\n", 3, "c: 2", /by 3 spaces/, /at [24] spaces/],
  ["a comma that is missing", "a: {b: 1 c: 2}\n", 1, "", /not separated here/, /comma between/],
  ["a brace too many", "a: {b: c}}\nd: e\n", 1, "}", /closes nothing/, /remove the }/],
  ["a list entry among keys", "a:\n  b: 1\n  - c\n", 3, "- c", /list entry is among keys/, /indent it/],
  ["a key among list entries", "a:\n  - b\n  c: 1\n", 3, "c: 1", /key is among list/, /dash/],
  ["a line without a colon", "a:\n  b: 1\n  c 2\n  d: 3\n", 3, "c 2", /no colon/, /key: value/],
  ["an escape that is none", 'a: "C:\\Users"\n', 1, "", /hexadecimal/, /double the backslash/],
  ["a tab", "a:\n\tb: 1\n", 2, "", /tab/, /spaces, not tabs/],
  ["a sign that is no text", "a: b\x01c\n", 1, "\x01", /U\+0001/, /remove it/],
];

for (const [title, text, line, marked, message, fix] of SLIPS) {
  Deno.test(`explainSyntax() finds ${title}`, () => {
    for (
      const each of [
        text,
        text.replaceAll("\n", "\r\n"),
        `# it's a {comment\nz: it's\ny: |\n  "\nx: a#'b\n${text}`,
      ]
    ) {
      const found = told(each);
      assert.match(found.message, message);
      assert.match(found.fix, fix);
      assert.equal(found.marked, marked);
      assert.equal(found.line, line + (each.startsWith("#") ? 5 : 0));
    }
  });
}

Deno.test("explainSyntax() explains long lines and long files as well", () => {
  assert.match(told(`a: {${'b: "c", '.repeat(50_000)}`).message, /never closed/);
  assert.match(told(`${"a:\n  b: 'c'\n".repeat(50_000)}   d: e\n`).message, /by 3 spaces/);
});
