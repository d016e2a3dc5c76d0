import assert from "node:assert/strict";
import type { Diagnostic } from "./diagnostic.ts";
import { SourceFile } from "./location.ts";
import { renderDiagnostic } from "./render.ts";

// Only of a specification lines are shown.
const file = (text: string) => new SourceFile("a.yml", `${text}\nikanos: "1"\n`);
const finding = (source: SourceFile, word: string, more: Partial<Diagnostic> = {}): Diagnostic => {
  const start = source.text.indexOf(word);
  return {
    code: "unknown-key",
    severity: "warning",
    message: "it is odd",
    location: source.locate(start, start + word.length),
    ...more,
  };
};

Deno.test("renderDiagnostic() gives a line to click on, the author's line, a caret and the fix", () => {
  const source = file("a: 1\nodd: 2\r\n");
  assert.equal(
    renderDiagnostic(finding(source, "odd", { fix: "remove it", node: "tool t" }), [source]),
    "a.yml:2:1: warning unknown-key tool t: it is odd\n  odd: 2\n  ^^^\n  fix: remove it",
  );
});

Deno.test("renderDiagnostic() keeps the caret under the word in long lines and behind tabs", () => {
  for (const text of [`${"x".repeat(300)} odd ${"y".repeat(300)}`, `\t\todd`, `${"x".repeat(300)} odd`]) {
    const source = file(text), lines = renderDiagnostic(finding(source, "odd"), [source]).split("\n");
    assert.equal(lines[1]!.slice(lines[2]!.indexOf("^"), lines[2]!.lastIndexOf("^") + 1), "odd");
    assert.ok(lines[1]!.length <= 84);
  }
});

Deno.test("renderDiagnostic() puts the caret under the word behind letters that are two columns wide or none", () => {
  for (
    const [text, indent] of [["a: 注文 odd", 8], ["a: 🎉 odd", 6], ["a: e\u0301 odd", 5], [
      "ö: odd",
      3,
    ]] as const
  ) {
    const source = file(text), lines = renderDiagnostic(finding(source, "odd"), [source]).split("\n");
    assert.equal(lines[2], `  ${" ".repeat(indent)}^^^`, text);
  }
  const source = file(`${"🎉".repeat(101)}odd${"🎉".repeat(100)}`);
  const [, line] = renderDiagnostic(finding(source, "odd"), [source]).split("\n");
  assert.match(
    line!,
    /^ {2}…[🎉]+odd[🎉]+…$/u,
    "no letter is cut in two, and both ends say that there is more",
  );
});

Deno.test("renderDiagnostic() prints no sign that a terminal would act upon", () => {
  const source = file("a: \x1b[31m odd");
  assert.equal(renderDiagnostic(finding(source, "odd"), [source]).split("\n")[1], "  a:  [31m odd");
});

Deno.test("renderDiagnostic() marks at least one place and never more than the line", () => {
  const source = file("ab\ncd\n");
  const all = finding(source, "ab\ncd");
  assert.equal(renderDiagnostic(all, [source]).split("\n")[2], "  ^^");
  const end = { ...all, location: source.locate(2, 2) };
  assert.equal(renderDiagnostic(end, [source]).split("\n")[2], "    ^");
});

Deno.test("renderDiagnostic() leaves the excerpt out where there is no such line or file", () => {
  const source = file("\n\n");
  assert.equal(
    renderDiagnostic({ ...finding(source, "\n"), location: source.locate(1) }, [source]).split("\n").length,
    1,
  );
  assert.equal(renderDiagnostic(finding(source, "\n"), []).split("\n").length, 1);
});

Deno.test("renderDiagnostic() colours only when asked to", () => {
  const source = file("odd: 1\n");
  // deno-lint-ignore no-control-regex
  const escape = /\x1b/;
  assert.doesNotMatch(renderDiagnostic(finding(source, "odd"), [source]), escape);
  assert.match(renderDiagnostic(finding(source, "odd"), [source], { color: true }), escape);
});
