import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePattern } from "./parse.ts";
import { compilePattern, patternFault, UnsupportedPattern } from "./mod.ts";
import { buildAutomaton, matches } from "./automaton.ts";
import { isLinear } from "./proof.ts";

Deno.test("isLinear() proves patterns whose repetitions end at what they cannot hold, and no others", () => {
  const proved = [
    "^abc$",
    "^\\d+$",
    "^[a-z]+-[0-9]+$",
    "^\\d{4}-\\d{2}$",
    "^a{3,5}b?$",
    "abc",
    "[a-z]{2,5}",
    "^[A-Z]?[0-9]*x$",
  ];
  const others = [
    "^(a+)+$",
    "^[a-z]+[a-y]+$",
    "a+b",
    "^(?:a|b)$",
    "^[^@\\s]+@[^@\\s]+$".replace("@[", "[a@]["),
    "^(\\w+\\s?){1,5}$",
    "^(((a?){9}){9})$",
    "^a*a*$",
    "^a?b?a$",
    "^.+é+$",
  ];
  for (const pattern of proved) assert.equal(isLinear(parsePattern(pattern, "u"), "u"), true, pattern);
  for (const pattern of others) assert.equal(isLinear(parsePattern(pattern, "u"), "u"), false, pattern);
});

Deno.test("compilePattern() answers for values made to take for ever, and for honest ones", () => {
  for (
    const [pattern, good, evil] of [
      ["^(a+)+$", "a".repeat(5000), "a".repeat(100_000) + "!"],
      ["^(\\w+\\s?)*$", "many words ".repeat(20), "a".repeat(100_000) + "!"],
      ["^(\\w+\\s?){1,5}$", "a few words", "a".repeat(100_000) + "!"],
      ["^(((a?){9}){9})$", "a".repeat(81), "a".repeat(100_000)],
      ["(x+x+)+y", "x".repeat(50) + "y", "x".repeat(100_000)],
      ["^\\s*(.*)\\s*(.*)\\s*$", " a b ", `${" ".repeat(50_000)}a${" ".repeat(50_000)}\nb\nc`],
      ["^[^@\\s]+@[^@\\s]+$", `${"a".repeat(100_000)}@b.example`, "a".repeat(100_000)],
      ["^(?=.*\\d)(?=.*[a-z])(?!.*\\s).{8,}$", "abcdefg1", "a".repeat(100_000)],
      ["^\\d+$", "1".repeat(1_000_000), "1".repeat(1_000_000) + "x"],
      ["(a|a)*b", "aab", "a".repeat(100_000)],
    ] as const
  ) {
    const test = compilePattern(pattern);
    assert.equal(test(good), true, pattern);
    assert.equal(test(evil), false, pattern);
  }
});

/** Patterns of every construct, and texts of the few characters they speak of. */
const atom = fc.constantFrom(
  "a",
  "b",
  "é",
  "😀",
  ".",
  "\\d",
  "\\w",
  "\\s",
  "[ab]",
  "[^a]",
  "\\u0061",
  "\\u{1F600}",
  "\\p{L}",
  "\\.",
  "-",
  "[\\w-]",
  "\\W",
  "[^\\s]",
);
const pattern: fc.Arbitrary<string> = fc.letrec<{ p: string }>((tie) => ({
  p: fc.oneof(
    { depthSize: "small" },
    atom,
    fc.tuple(tie("p"), tie("p")).map(([a, b]) => a + b),
    fc.tuple(tie("p"), tie("p")).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie("p"), fc.constantFrom("*", "+", "?", "{2}", "{1,2}", "{0,3}?", "{2,}", "*?")).map(([a, q]) =>
      `(${a})${q}`
    ),
    fc.tuple(fc.constantFrom("(?=", "(?!", "(?<=", "(?<!"), tie("p"), tie("p")).map(([look, a, b]) =>
      `${look}${a})${b}`
    ),
    fc.constantFrom("^", "$", "\\b", "\\B").chain((place) =>
      tie("p").map((p) => place === "$" ? p + place : place + p)
    ),
    fc.constant("(a|)"),
  ),
})).p;
const text = fc.string({
  unit: fc.constantFrom("a", "b", "é", "😀", "1", " ", "-", "\n", "."),
  maxLength: 8,
});

Deno.test("an automaton matches what the engine of the language matches", () => {
  fc.assert(
    fc.property(
      pattern,
      fc.array(text, { minLength: 5, maxLength: 5 }),
      fc.constantFrom("u", "iu", "su", "mu"),
      (source, texts, flags) => {
        const expression = new RegExp(source, flags),
          automaton = buildAutomaton(parsePattern(source, flags), flags);
        for (const written of texts) {
          const found = expression.exec(written);
          // With \B and with what looks around, the engine of the language finds places inside of a character of two
          // units, where no match may begin.
          if (found && /^[\udc00-\udfff]/.test(written.slice(found.index))) continue;
          assert.equal(
            matches(automaton, written),
            found !== null,
            `/${source}/${flags} ${JSON.stringify(written)}`,
          );
        }
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("compilePattern() says what it cannot try", () => {
  assert.throws(() => compilePattern("^(a*)\\1$"), UnsupportedPattern);
  assert.throws(() => compilePattern("(?<x>a)\\k<x>"), UnsupportedPattern);
  assert.throws(() => compilePattern("(a{1000}){1000}"), UnsupportedPattern);
  assert.throws(() => compilePattern("(a"), SyntaxError);
  assert.equal(compilePattern("^[a-z]{1,100000}$")("abc"), true);
});

Deno.test("patternFault() says that groups are nested too deep, whatever the depth", () => {
  for (const depth of [201, 5000, 100_000]) {
    assert.match(
      patternFault("(".repeat(depth) + "a" + ")*".repeat(depth))!,
      /nested more than 200 deep|not a regular/,
    );
  }
  assert.equal(patternFault("(".repeat(100) + "a" + ")".repeat(100)), undefined);
});
