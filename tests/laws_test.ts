/**
 * The laws of the house that a test can hold.
 *
 * @module
 */
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);

/** Rooms, lowest first. A room imports from those before it, and from the leaf everybody may call. */
const ROOMS = [
  "schemas",
  "lib/spec",
  "lib/expression",
  "lib/upstream",
  "lib/plan",
  "lib/expose",
  "lib/sandbox",
  "lib/openapi",
  "lib/install",
  "lib/report",
  "lib/cli",
];
const LEAF = "lib/telemetry";

const TOP_LEVEL = new Set([
  ...[
    "mod.ts",
    "cli.ts",
    "lib",
    "schemas",
    "tests",
    "deno.json",
    "deno.lock",
    "README.md",
    "examples",
    "docs",
  ],
  ...["bench", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci", ".gitignore", ".editorconfig"],
  // Made by tools, and ignored by git.
  ...[".git", "dist", "coverage", "node_modules"],
]);

interface Source {
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
}

function* sourcesUnder(folder: string): Generator<Source> {
  for (const entry of Deno.readDirSync(new URL(folder + "/", ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourcesUnder(path);
    else if (path.endsWith(".ts")) {
      const isTest = /(_test|\/testing|\/testdata\/.*)\.ts$/.test(path);
      yield { path, text: Deno.readTextFileSync(new URL(path, ROOT)), isTest };
    }
  }
}

const SOURCES = [...sourcesUnder("lib"), ...sourcesUnder("schemas")];
const PROGRAM = SOURCES.filter((source) => !source.isTest);

/** Code without its comments: a comment may name what code may not do. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

function roomOf(path: string): string | undefined {
  return [...ROOMS, LEAF].find((room) => path.startsWith(room + "/"));
}

/** The modules of this repository that a module imports; `typesOnly` where it imports types alone. */
function importsOf({ path, text }: Source): { target: string; typesOnly: boolean }[] {
  const out: { target: string; typesOnly: boolean }[] = [];
  const found = text.matchAll(
    /(?:^|\n)\s*(import|export)(\s+type)?\s[^;"']*?from\s*["'](\.[^"']+)["']|import\(\s*["'](\.[^"']+)["']|(?:^|\n)import\s*["'](\.[^"']+)["']/g,
  );
  for (const [, , type, from, dynamic, bare] of found) {
    const url = new URL(from ?? dynamic ?? bare!, new URL(path, ROOT));
    out.push({ target: url.pathname.slice(ROOT.pathname.length), typesOnly: type !== undefined });
  }
  return out;
}

Deno.test("a room imports only from the rooms below it, and the leaf from none but types", () => {
  const wrong: string[] = [];
  for (const source of PROGRAM) {
    const room = roomOf(source.path);
    if (room === undefined) {
      wrong.push(`${source.path} is in no room`);
      continue;
    }
    for (const { target, typesOnly } of importsOf(source)) {
      const other = roomOf(target);
      if (other === room || other === LEAF || target === "deno.json") continue;
      const downward = other !== undefined && ROOMS.indexOf(other) < ROOMS.indexOf(room);
      if (room === LEAF ? !typesOnly : !downward) wrong.push(`${source.path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("modules do not import each other in a circle", () => {
  const graph = new Map(
    PROGRAM.map((s) => [s.path, importsOf(s).filter((i) => !i.typesOnly).map((i) => i.target)]),
  );
  const done = new Set<string>(), circles: string[] = [];
  const visit = (path: string, trail: string[]) => {
    if (trail.includes(path)) {
      return void circles.push([...trail.slice(trail.indexOf(path)), path].join(" > "));
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  assert.deepEqual(circles, []);
});

Deno.test("only lib/upstream calls fetch or opens connections", () => {
  const wrong = PROGRAM.filter(({ path, text }) =>
    !path.startsWith("lib/upstream/") &&
    /(?<![.\w])fetch\(|globalThis\.fetch|Deno\.connect|new WebSocket\(|node:https?["']|node:net["']/.test(
      code(text),
    )
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("only lib/cli and the stdio surface write to stdout", () => {
  const wrong = PROGRAM.filter(({ path, text }) =>
    !path.startsWith("lib/cli/") && path !== "lib/expose/mcp/stdio.ts" &&
    /Deno\.stdout|process\.stdout|console\.\w+\(/.test(code(text))
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("nothing is named for being useful", () => {
  const files = SOURCES.map(({ path }) => path).filter((path) =>
    /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)/i.test(path)
  );
  const names = SOURCES.flatMap(({ path, text }) =>
    [
      ...code(text).matchAll(
        /\b(?:class|interface|type)\s+(\w*(?:Manager|Helper|Util|Utils)|I[A-Z][a-z]\w*)\b/g,
      ),
    ]
      .filter(([, name]) => !/^(In|Is|If|Im|Id|It)[a-z]|^I[A-Z]?$/.test(name!))
      .map(([, name]) => `${path}: ${name}`)
  );
  assert.deepEqual([...files, ...names], []);
});

Deno.test("every module says in its first comment what it is", () => {
  const wrong = PROGRAM.filter(({ text }) => !/^\/\*\*[\s\S]*?@module[\s\S]*?\*\//.test(text)).map((
    { path },
  ) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("no program text is left for later", () => {
  const wrong = PROGRAM.filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text)).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("every function that mod.ts exports has a comment with an example that runs", () => {
  const text = Deno.readTextFileSync(new URL("mod.ts", ROOT));
  const names = [...text.matchAll(/^export (?:async )?(?:function|class|const) (\w+)/gm)].map(([, name]) =>
    name!
  );
  assert.ok(names.length >= 5, `mod.ts exports ${names.join(", ")}`);
  for (const name of names) {
    const at = text.search(new RegExp(`^export (?:async )?(?:function|class|const) ${name}\\b`, "m"));
    const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(text.slice(0, at))?.[0] ?? "";
    assert.match(
      comment,
      /@example[\s\S]*```ts[\s\S]*assert/,
      `${name} has no example that asserts something`,
    );
  }
});

Deno.test("the top level holds what people look for, and nothing else", () => {
  const found = [...Deno.readDirSync(ROOT)].map((entry) => entry.name);
  assert.deepEqual(found.filter((name) => !TOP_LEVEL.has(name)), []);
  for (const name of ["mod.ts", "cli.ts", "lib", "schemas", "tests", "deno.json", "deno.lock", "README.md"]) {
    assert.ok(found.includes(name), `${name} is missing`);
  }
});

Deno.test("packages are named with their exact version, and there is no package.json", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))) as {
    imports: Record<string, string>;
  };
  for (const [name, specifier] of Object.entries(imports)) {
    assert.match(specifier, /^npm:(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(\/.*)?$/, name);
  }
});
