import assert from "node:assert/strict";
import fc from "fast-check";
import { compileRegularExpression } from "./regular_expression.ts";

const whole = (source: string, text: string, flags = "") =>
  compileRegularExpression(source, { whole: true, flags })(text);
const part = (source: string, text: string, flags = "") =>
  compileRegularExpression(source, { whole: false, flags })(text);

Deno.test("compileRegularExpression() reads what people write", () => {
  for (
    const [source, text, matches] of [
      ["a.c", "abc", true],
      ["a.c", "a\nc", false],
      ["(a|b)*c", "ababc", true],
      ["(?:ab){2,3}", "abab", true],
      ["(?:ab){2,3}", "ab", false],
      ["[a-c]+?[^x]", "abz", true],
      ["\\d{4}-\\d\\d", "2026-11", true],
      ["\\p{Lu}\\p{L}*", "Åsa", true],
      ["(\\p{L}|_)+", "Åsa_", true],
      ["x?y?", "", true],
      ["(a*)*b", "aaab", true],
      ["(|a)b", "b", true],
      ["a/b", "a/b", true],
      ["a\\/b", "a/b", true],
      ["a\\-b", "a-b", true],
      ["^a$", "a", true],
      ["(?i)ABC", "abc", true],
      [".", "𝄞", true],
      ["𝄞+", "𝄞𝄞", true],
    ] as const
  ) assert.equal(whole(source, text), matches, `${source} on ${text}`);
  assert.equal(part("b+c|d", "abbc"), true);
  assert.equal(part("\\bcat\\b", "a cat."), true);
  assert.equal(part("\\bcat\\b", "concatenate"), false);
  assert.equal(part("^b", "a\nb"), false);
  assert.equal(part("^b", "a\nb", "m"), true);
  assert.equal(whole("a.c", "a\nc", "s"), true);
});

Deno.test("compileRegularExpression() refuses what it cannot try in linear time, and what is no pattern", () => {
  for (
    const source of [
      "(",
      ")",
      "a)",
      "[",
      "[a",
      "*",
      "a**",
      "(?=a)",
      "(?!a)",
      "(?<=a)",
      "(a)\\1",
      "\\k<a>",
      "a{3,1}",
      "\\q",
    ]
      .concat(["(?:a{1000}){1000}", "\\", "^*", "(".repeat(100)])
  ) assert.throws(() => whole(source, ""), SyntaxError, source);
});

Deno.test("compileRegularExpression() tries worst cases in time", () => {
  const text = "a".repeat(20_000) + "!";
  for (const source of ["(a+)+$", "(a|aa)*b", "(.*)*x", "(a*)*(a*)*b", "((a?){9}){9}b", ".*.*.*=.*"]) {
    assert.equal(whole(source, text), false, source);
  }
});

Deno.test("compileRegularExpression() agrees with the engine of the runtime", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    ".",
    "[ab]",
    "[^a]",
    "(a|b)",
    "(?:ab)",
    "a*",
    "b+",
    "(a|b)*",
    "a?",
    "|",
    "a{2}",
    "\\w",
    "^",
    "$",
  );
  const text = fc.array(fc.constantFrom("a", "b", "c", "\n"), { maxLength: 8 }).map((parts) =>
    parts.join("")
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }).map((p) => p.join("")),
      text,
      fc.boolean(),
      (source, on, all) => {
        const plain = source.replaceAll(".", "[^\\n\\r]");
        const native = new RegExp(all ? `^(?:${plain})$` : plain, "u");
        assert.equal(
          compileRegularExpression(source, { whole: all })(on),
          native.test(on),
          `${source} on ${JSON.stringify(on)}`,
        );
      },
    ),
    { numRuns: 3000 },
  );
});
