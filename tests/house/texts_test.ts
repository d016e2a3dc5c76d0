/**
 * The rule over all texts that people and models read: plain words, one form for findings, and a fix that says what to do.
 *
 * @module
 */
import assert from "node:assert/strict";
import { VERBS } from "../../lib/cli/verbs.ts";
import { CODES } from "../../lib/document/diagnostics/codes.ts";
import { ROOT } from "../testing.ts";
import { type Text, textsOf } from "./texts.ts";

interface Placed extends Text {
  readonly path: string;
}

function* modules(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* modules(path);
    else if (/\.ts$/.test(path) && !/(_test|\/testing|\/testdata\/.*)\.ts$/.test(path)) yield path;
  }
}

/** Program text and prompts of shells inside literals are not read by people. */
const PROGRAMS = /^lib\/(isolate\/(script_prelude|make_thread)|cli\/completions)\.ts$/;

const ALL: readonly Placed[] = ["lib", "schemas", "tools"].flatMap((folder) => [...modules(folder)])
  .filter((path) => !PROGRAMS.test(path))
  .flatMap((path) => textsOf(Deno.readTextFileSync(ROOT + path)).map((text) => ({ ...text, path })));

/** Texts of at least three words. */
const SENTENCES = ALL.filter(({ text }) => /[a-z…]+[,:;]? [\w…`'"$({[]+[^ ]* [a-z…]/i.test(text));

function at({ path, line, text }: Placed): string {
  return `${path}:${line}: ${text}`;
}

/** What no text says: riddles, old words, inversions. Each with what to write instead. */
const AVOIDED: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\bmend(?:s|ed|ing)?\b/i, "fix, correct"],
  [/\btold\b/i, "reported, said"],
  [/\bholes?\b/i, "placeholder"],
  [/\bin circles\b|\bround in\b|\bgoes? round\b/i, "in a circle, circular"],
  [/\bfor ever\b/i, "forever"],
  [/\ball the same\b/i, "anyway"],
  [/(?<!here )\b(?:is|are|that) none\b/i, "is not a …"],
  [/(?<!here )\b(?:is|are) no (?!longer\b|more\b)[a-z]/i, "is not a …"],
  [/\bstands?\b(?! for\b)/i, "is"],
  [/\blies\b/i, "is"],
  [/\b(?:whom|lest|hence|thus|thereby|whilst|nought|thereof)\b/i, "another word"],
  [/\bgoes on\b/i, "continues"],
  [/\bmostly\b/i, "usually"],
  [/\bif it stays\b/i, "if it happens again"],
  [/\bis of no\b/i, "names no …"],
  [/\b(?:fail|end|ended|ends) so\b/i, "like this, with this …"],
  [/\b(?:others?|workers|calls) go on\b|^Go on\b/i, "continue"],
  [/\bbelongs? into\b/i, "belongs in"],
  [/\bnothing is to be\b|\b(?:is|are) to be (?:done|asked)\b/i, "has to be, no … is needed"],
  [/\bdo(?:es)? without\b/i, "continue without"],
  [/\blet (?:it|them|one|the)\b(?! (?:call|caller)\b)/i, "make, configure"],
  [/\b(?:please|oops|sorry|simply|obviously)\b/i, "nothing"],
  [/\b(?:utili[sz]e|leverage|seamless\w*|robust)\b/i, "use"],
];

Deno.test("no text uses a word that second-language readers stumble over", () => {
  assert.ok(SENTENCES.length > 1000, `${SENTENCES.length} texts`);
  const wrong = SENTENCES.flatMap((text) =>
    AVOIDED.filter(([words]) => words.test(text.text)).map(([words, instead]) =>
      `${at(text)}: instead of "${words.exec(text.text)![0]}" write: ${instead}`
    )
  );
  assert.deepEqual(wrong, []);
});

Deno.test("what the rule looks for is found where it stands in a text, and not in code or comments", () => {
  const source = [
    'const a = "mend it there"; // told',
    "const b = `${x ? \"a hole in it\" : 'fine'} goes round`; /* lies */",
    "const c = /told \"here\"/.test(a), d = 4 / 2; const e = 'it is no number';",
  ].join("\n");
  const found = textsOf(source);
  assert.deepEqual(found.map(({ text }) => text), [
    "mend it there",
    "a hole in it",
    "fine",
    "… goes round",
    "it is no number",
  ]);
  assert.deepEqual(found.map(({ line }) => line), [1, 2, 2, 2, 3]);
  for (const { text } of found.filter(({ text }) => text !== "fine")) {
    assert.ok(AVOIDED.some(([words]) => words.test(text)), text);
  }
});

/** A literal in the place of a finding's message or fix. */
function after(name: string): Placed[] {
  const place = new RegExp(`\\b${name}:\\s*(?:[\\w.!()\\s=]+\\?\\s*)?$`);
  return SENTENCES.filter(({ before, path }) =>
    place.test(before) && /^lib\/(document|plan|surface|expression)\//.test(path) &&
    // Strict findings speak in sentences, as the official checker does; errors of calls do when callers read them.
    !path.startsWith("lib/document/strict/")
  );
}

/** Literals in the place of a hint, in the modules of some folders. */
function hintsOf(folders: RegExp): Placed[] {
  const place = /\bhint:\s*(?:[\w.!()\s=]+\?\s*)?$/;
  return SENTENCES.filter(({ before, path }) => place.test(before) && folders.test(path));
}

/** Hints for operators: an error that comes from below has no other. */
function ofOperators(): Placed[] {
  return hintsOf(/^lib\/(upstream|isolate)\//).filter(({ path, text }) =>
    // What is Capstan's own fault, or was ended by its caller, is explained to callers where it arises.
    path !== "lib/upstream/failure/caller_hint.ts" && !/^(?:Call again|Continue without)/.test(text)
  );
}

Deno.test("findings and fixes are lower case, without a full stop", () => {
  const texts = [...after("message"), ...after("fix"), ...after("operatorHint"), ...ofOperators()];
  assert.ok(texts.length > 50, `${texts.length} texts`);
  const wrong = texts.filter(({ text }) =>
    /\.$/.test(text) && !/\.\.\.$/.test(text) ||
    /^[A-Z][a-z]/.test(text) && !/^(?:Capstan|Avro|JSONPath|XML|YAML)\b/.test(text)
  );
  assert.deepEqual(wrong.map(at), []);
});

Deno.test("every fix says what to do: it begins with a verb, a question, or a value", () => {
  const FIRST =
    /^(?:(?:then |or )?(?:add|allow|ask|assign|begin|call|change|check|choose|close|compare|copy|correct|declare|describe|did|do|double|expose|fix|free|give|import|indent|keep|leave|line|look|make|move|name|nest|pass|put|raise|read|rename|remove|repeat|rewrite|save|send|set|shorten|simplify|take|try|use|wait|write)\b|…)/;
  const wrong = after("fix").filter(({ text }) => !FIRST.test(text));
  assert.deepEqual(wrong.map(at), []);
});

Deno.test("what stands behind a code, and the help of commands, are sentences of one form", () => {
  const codes = Object.entries(CODES).map(([code, text]) => [code, String(text)] as const);
  for (const [code, text] of codes) assert.match(text, /^[A-Z].*\.$/, code);
  for (const [verb, { summary, flags }] of Object.entries(VERBS)) {
    assert.match(summary, /^[A-Z].*[^.]$/, verb);
    for (const [flag, { help }] of Object.entries(flags)) {
      assert.match(help, /^(?:[A-Z]|text\b|\w+ \(default\)).*[^.]$/s, `${verb} --${flag}`);
    }
  }
});

Deno.test("hints that models read are full sentences", () => {
  const hints = [
    ...hintsOf(/^lib\/expose\//),
    ...SENTENCES.filter(({ path, text }) =>
      path === "lib/upstream/failure/caller_hint.ts" && !text.startsWith("tell the person")
    ),
  ];
  assert.ok(hints.length > 10, `${hints.length} hints`);
  const wrong = hints.filter(({ text }) =>
    !/^[A-Z…]/.test(text) || !/[.?…)]\s?$/.test(text) && !/[:,] $/.test(text)
  );
  assert.deepEqual(wrong.map(at), []);
});

Deno.test("the pages of the documentation avoid the worst of these words as well", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "RELEASING.md", "examples/README.md"];
  for (const folder of ["docs", "docs/specification"]) {
    for (const { name, isFile } of Deno.readDirSync(ROOT + folder)) {
      if (isFile) pages.push(`${folder}/${name}`);
    }
  }
  const wrong = pages.flatMap((page) => {
    const prose = Deno.readTextFileSync(ROOT + page).replace(/^```[\s\S]*?^```$/gm, "");
    return [...prose.matchAll(/\b(?:mend(?:s|ed|ing)?|told|holes?|for ever|goes round)\b/gi)].map(([word]) =>
      `${page}: ${word}`
    );
  });
  assert.deepEqual(wrong, []);
});
