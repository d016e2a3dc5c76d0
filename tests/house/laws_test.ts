/**
 * The laws of the house that a test can hold.
 *
 * @module
 */
import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

/** Rooms, lowest first. A room imports from those before it, and from the leaf everybody may call. */
const ROOMS = [
  "lib/data",
  "lib/host",
  "schemas",
  "lib/document",
  "lib/expression",
  "lib/upstream",
  "lib/isolate",
  "lib/plan",
  "lib/surface",
  "lib/expose",
  "lib/sandbox",
  "lib/report",
  "lib/api",
  "tools",
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
  ...["bench", "tools", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci", ".gitignore", ".editorconfig"],
  ...["SECURITY.md", "RELEASING.md", "THIRD_PARTY_NOTICES", ".github"],
  // Made by tools, and ignored by git.
  ...[".git", "dist", "coverage", "corpus", "node_modules"],
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

function read(path: string): Source {
  return { path, text: Deno.readTextFileSync(new URL(path, ROOT)), isTest: false };
}

const SOURCES = [...sourcesUnder("lib"), ...sourcesUnder("schemas"), ...sourcesUnder("tools")];
const PROGRAM = SOURCES.filter((source) => !source.isTest);

/** Code without its comments: a comment may name what code may not do. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

function roomOf(path: string): string | undefined {
  return [...ROOMS, LEAF].find((room) => path.startsWith(room + "/"));
}

/** What a module imports: a module of this repository by its path, or a package by its name. */
interface Import {
  readonly target: string;
  readonly isPackage: boolean;
  readonly typesOnly: boolean;
  readonly isDynamic: boolean;
}

/** Everything a module imports. */
function importsOf({ path, text }: Source): Import[] {
  const out: Import[] = [];
  const found = code(text).matchAll(
    /(?:^|\n)\s*(?:import|export)(\s+type)?\s[^;"']*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']/g,
  );
  for (const [, type, from, dynamic, bare] of found) {
    const specifier = from ?? dynamic ?? bare!, isPackage = !specifier.startsWith(".");
    out.push({
      target: isPackage
        ? specifier
        : new URL(specifier, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length),
      isPackage,
      typesOnly: type !== undefined,
      isDynamic: dynamic !== undefined,
    });
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
    for (const { target, typesOnly, isPackage } of importsOf(source)) {
      if (isPackage) continue;
      const other = roomOf(target);
      if (other === room || other === LEAF || target === "deno.json") continue;
      const downward = other !== undefined && ROOMS.indexOf(other) < ROOMS.indexOf(room);
      if (room === LEAF ? !typesOnly : !downward) wrong.push(`${source.path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** The sub-rooms of the plan, lowest first: a sub-room imports from those before it, and from the plan's own modules. */
const PLAN_ROOMS = ["binds", "consumes", "inputs", "call", "steps", "flows"];

Deno.test("a sub-room of the plan imports only from the sub-rooms below it", () => {
  const subRoomOf = (path: string) => PLAN_ROOMS.indexOf(/^lib\/plan\/(\w+)\//.exec(path)?.[1] ?? "");
  const wrong = PROGRAM.flatMap((source) => {
    const room = subRoomOf(source.path);
    if (room < 0) return [];
    return importsOf(source).filter(({ target, isPackage }) => !isPackage && subRoomOf(target) > room)
      .map(({ target }) => `${source.path} imports ${target}`);
  });
  assert.deepEqual(wrong, []);
  assert.ok(PROGRAM.some(({ path }) => subRoomOf(path) === PLAN_ROOMS.length - 1));
});

Deno.test("modules do not import each other in a circle, types included", () => {
  const graph = new Map(PROGRAM.map((s) => [s.path, importsOf(s).filter((i) => !i.isPackage)]));
  const circles = (typesToo: boolean): string[] => {
    const done = new Set<string>(), out: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) {
        return void out.push([...trail.slice(trail.indexOf(path)), path].join(" > "));
      }
      if (done.has(path)) return;
      for (const { target, typesOnly } of graph.get(path) ?? []) {
        if (typesToo || !typesOnly) visit(target, [...trail, path]);
      }
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    return out;
  };
  assert.deepEqual(circles(false), []);
  assert.deepEqual(circles(true), []);
});

Deno.test("finding out who calls knows no surface: any of them can stand behind it", () => {
  const room = "lib/expose/authentication/", inside = PROGRAM.filter(({ path }) => path.startsWith(room));
  assert.ok(inside.length > 10);
  const wrong = inside.flatMap((source) =>
    importsOf(source).filter(({ target, isPackage }) =>
      !isPackage && target.startsWith("lib/expose/") && !target.startsWith(room)
    ).map(({ target }) => `${source.path} imports ${target}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("only the door and the wire behind it use what the host gives to reach the network", () => {
  const wrong = PROGRAM.filter(({ path, text }) =>
    path !== "lib/upstream/door.ts" && !path.startsWith("lib/upstream/wire/") &&
    !path.startsWith("lib/host/") &&
    // The command's own client of a control port: it calls for the person at the terminal, not for a capability.
    path !== "lib/cli/control.ts" &&
    /(?<![.\w-])fetch\s*\(|=\s*fetch\b|\bhost\.fetch\b|globalThis\.fetch\b|\.connect(?:Tls|Quic)?\b|createHttpClient|WebSocket|EventSource|["']node:(?:https?|http2|net|tls|dgram|dns)["']/
      .test(code(text))
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("only what a type of surface means, and what serves it, asks for the type of a surface", () => {
  const asked =
    /\btype["\]]*\s*(?:===|!==)\s*"(?:mcp|rest|skill|control)"|case "(?:mcp|rest|skill|control)":|\["(?:mcp|rest|skill|control)"[^\]]*\]\.includes/;
  assert.match('if (exposes.type === "mcp") {', asked);
  const wrong = PROGRAM.filter(({ path, text }) =>
    !/^(?:schemas|lib\/document|lib\/surface|lib\/expose\/(?:mcp|rest|skill|control))\//.test(path) &&
    asked.test(code(text))
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("a diagnostic is made in one place", () => {
  const made = /severity:\s*"(error|warning|info)"[^{}]{0,300}\blocation:/;
  const wrong = PROGRAM.filter(({ path, text }) =>
    path !== "lib/document/diagnostics/diagnostic.ts" && made.test(code(text))
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("only the door sends over the wire", () => {
  const wrong = PROGRAM.filter((source) =>
    !/^lib\/upstream\/(door\.ts$|wire\/)/.test(source.path) &&
    importsOf(source).some(({ target }) => target === "lib/upstream/wire/mod.ts")
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("only lib/cli and the stdio surface write to stdout", () => {
  const wrong = PROGRAM.filter(({ path, text }) =>
    !/^(lib\/cli|tools)\//.test(path) && path !== "lib/expose/mcp/transports/process_streams.ts" &&
    /Deno\.stdout|process\.stdout|console\.\w+\(/.test(code(text))
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("nobody but the command line and the proxy guard touches the environment", () => {
  const wrong = PROGRAM.filter(({ path, text }) =>
    !/^(lib\/cli|lib\/host|tools)\//.test(path) && path !== "lib/sandbox/proxy.ts" &&
    /Deno\.env|process\.env|["']node:process["']/.test(code(text))
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("nobody but the request builder unwraps a secret", () => {
  const wrong = PROGRAM.filter(({ path, text }) =>
    !path.startsWith("lib/upstream/") && !/^lib\/expression\/(secret|text)\.ts$/.test(path) &&
    /\breveal\b/.test(code(text))
  ).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

/** The packages that are loaded with a module, whether anything needs them or not. */
function packagesBehind(entry: string): string[] {
  const all = new Map([...PROGRAM, read("cli.ts"), read("mod.ts")].map((source) => [source.path, source]));
  const seen = new Set<string>(), packages = new Set<string>();
  const visit = (path: string) => {
    const source = all.get(path);
    if (!source || seen.has(path)) return;
    seen.add(path);
    for (const { target, isPackage, typesOnly, isDynamic } of importsOf(source)) {
      if (typesOnly || isDynamic) continue;
      if (!isPackage) visit(target);
      else if (!target.startsWith("node:")) packages.add(target);
    }
  };
  visit(entry);
  assert.ok(seen.size > 3, entry);
  return [...packages].sort();
}

Deno.test("packages are loaded when they are needed: none with the worker, YAML with a document", () => {
  assert.deepEqual(packagesBehind("lib/sandbox/worker.ts"), []);
  assert.deepEqual(packagesBehind("cli.ts"), []);
  assert.deepEqual(packagesBehind("lib/cli/serve/serve.ts"), []);
  assert.deepEqual(packagesBehind("lib/cli/load.ts"), ["js-yaml"]);
  assert.deepEqual(packagesBehind("mod.ts"), ["js-yaml", "zod/mini"]);
});

Deno.test("nothing is parsed or evaluated as program text, and what is private is so to the engine", () => {
  const wrong = PROGRAM.flatMap(({ path, text }) =>
    [
      ...code(text).matchAll(
        /\bnew Function\b|(?<![.\w])eval\(|^\s+(?:private|protected) |\babstract class\b|\bas any\b/gm,
      ),
    ]
      .map(([what]) => `${path}: ${what.trim()}`)
  );
  assert.deepEqual(wrong, []);
});

/** Files of more than 350 lines, each with what makes it one idea all the same. */
const LONG: Readonly<Record<string, string>> = {
  "schemas/outline_of_capability.ts": "drawn from the schemas, one line a key",
};

Deno.test("a file of more than 350 lines says why it is one idea", () => {
  const long = PROGRAM.filter(({ text }) => text.split("\n").length > 351).map(({ path }) => path);
  assert.deepEqual(long.sort(), Object.keys(LONG).sort());
});

/** How many modules one folder may hold, tests among them: beyond that nobody sees what it is about. */
const MODULES_IN_A_FOLDER = 25;

Deno.test("a folder holds no more modules than a reader can take in", () => {
  const held = Map.groupBy(SOURCES, ({ path }) => path.slice(0, path.lastIndexOf("/")));
  const wrong = [...held].filter(([, modules]) => modules.length > MODULES_IN_A_FOLDER)
    .map(([folder, modules]) => `${folder} holds ${modules.length}`);
  assert.deepEqual(wrong, []);
});

/** What a module exports under a name of its own, without what stands in a text that it writes. */
function exportedNames({ path, text }: Source): string[] {
  // It writes a module, and holds the text of that.
  if (path === "schemas/draw_outline.ts") return [];
  const declared = /^export (?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|let) (\w+)/gm;
  return [...new Set([...code(text).matchAll(declared)].map(([, name]) => name!))];
}

Deno.test("an exported name means one thing", () => {
  const exported = PROGRAM.flatMap((source) =>
    // The face of the library says what the rooms below say; every verb is a function that runs.
    source.path.startsWith("lib/api/")
      ? []
      : exportedNames(source).filter((name) => name !== "run" || !source.path.startsWith("lib/cli/"))
        .map((name) => ({ name, path: source.path }))
  );
  assert.ok(exported.length > 500);
  const wrong = [...Map.groupBy(exported, ({ name }) => name)].filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(", ")}`);
  assert.deepEqual(wrong, []);
  const face = PROGRAM.filter(({ path }) => path.startsWith("lib/api/")).flatMap(exportedNames);
  assert.deepEqual(face.filter((name, i) => face.indexOf(name) !== i), []);
});

Deno.test("what a module exports is used by another one, or by a test", () => {
  const all = [
    ...SOURCES,
    ...["mod.ts", "cli.ts"].map(read),
    ...sourcesUnder("tests"),
    ...sourcesUnder("bench"),
  ];
  const files = new Map<string, number>();
  for (const { text } of all) {
    for (const word of new Set(text.match(/\w+/g))) files.set(word, (files.get(word) ?? 0) + 1);
  }
  const wrong = PROGRAM.flatMap((source) => {
    const values = new Set(
      [...source.text.matchAll(/^export (?:abstract )?(?:async )?(?:function\*?|class|const|let) (\w+)/gm)]
        .map(([, name]) => name!),
    );
    // A type is part of what a function takes or gives, whoever names it.
    return exportedNames(source).filter((name) => values.has(name) && files.get(name) === 1)
      .map((name) => `${source.path} alone uses ${name}`);
  });
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

/** What `deno doc` says of mod.ts. */
interface JsDoc {
  readonly doc?: string;
  readonly tags?: readonly { readonly kind: string; readonly name?: string; readonly doc?: string }[];
}

interface Signature {
  readonly params?: readonly { readonly name?: string; readonly left?: { readonly name?: string } }[];
  readonly returnType?: { readonly repr?: string };
}

interface Documented {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly jsDoc?: JsDoc;
    readonly def?: Signature & {
      readonly methods?: readonly (Signature & { readonly name: string; readonly jsDoc?: JsDoc })[];
    };
  }[];
}

/** What the comment of a function leaves unsaid: a parameter, or what it gives. */
function unsaid(name: string, { params = [], returnType }: Signature, jsDoc?: JsDoc): string[] {
  const tags = jsDoc?.tags ?? [];
  const missing = params.map((param) => param.name ?? param.left?.name).filter((given) =>
    given !== undefined && !tags.some((tag) => tag.kind === "param" && tag.name === given)
  ).map((given) => `the parameter ${given} of ${name}`);
  const isSaid = returnType?.repr === "void" || tags.some(({ kind }) => kind === "return");
  return isSaid ? missing : [...missing, `what ${name} returns`];
}

const VOID = { repr: "void" };

/** What programs import. */
const FACES: readonly string[] = Object.entries(
  (JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))) as { exports: Record<string, string> })
    .exports,
).filter(([name]) => name !== "./cli").map(([, path]) => path);

Deno.test("what programs import names nothing of Deno's, so that it type-checks for every runtime", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...FACES],
    cwd: ROOT,
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout), names = text.match(/"(?:typeName|repr)": ?"Deno\b[^"]*"/g);
  assert.match(text, /"typeName": ?"Promise"/);
  assert.deepEqual(names ?? [], []);
});

Deno.test("everything that programs import is explained, what can be called by an example that runs", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...FACES],
    cwd: ROOT,
    stderr: "null",
  }).output();
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    nodes: Record<string, { symbols: readonly Documented[] }>;
  };
  const symbols = Object.values(nodes).flatMap((file) => file.symbols), wrong: string[] = [];
  assert.ok(symbols.length >= 20, `mod.ts exports ${symbols.map(({ name }) => name).join(", ")}`);
  for (const { name, declarations } of symbols) {
    for (const { kind, jsDoc, def } of declarations) {
      // Explained where it is exported first.
      if (kind === "reference") continue;
      if (kind === "function") wrong.push(...unsaid(name, def!, jsDoc));
      // What a method gives is in its first sentence where that is all there is to say.
      for (const method of kind === "interface" ? def?.methods ?? [] : []) {
        wrong.push(
          ...unsaid(
            `${name}.${method.name}`,
            { params: method.params ?? [], returnType: VOID },
            method.jsDoc,
          ),
        );
      }
      if (!jsDoc?.doc) wrong.push(`${name} is not explained`);
      if (!["function", "class", "variable"].includes(kind)) continue;
      const examples = jsDoc?.tags?.filter((tag) => tag.kind === "example").map((tag) => tag.doc ?? "") ?? [];
      if (!examples.some((text) => /```ts[^]*assert/.test(text))) {
        wrong.push(`${name} has no example that asserts`);
      }
    }
  }
  assert.deepEqual(wrong, []);
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

Deno.test("the outline that documents are read with is that of the schemas", async () => {
  const { drawOutline } = await import("../../schemas/draw_outline.ts");
  const { OUTLINE } = await import("../../schemas/outline_of_capability.ts");
  assert.deepEqual(drawOutline(), OUTLINE, "draw it again: deno task outline");
});

Deno.test("no test depends on how fast the machine is, but the one that looks for what never ends", () => {
  const tests = [...SOURCES, ...sourcesUnder("tests")].filter(({ path }) =>
    path.endsWith("_test.ts") && path !== "tests/house/laws_test.ts" &&
    path !== "tests/resilience/fuzz_test.ts"
  );
  const wrong = tests.filter(({ text }) =>
    /performance\.now\(\) - \w+ [<>]|Date\.now\(\) - \w+ [<>]/.test(text)
  )
    .map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

/** Where braces are read: the grammar itself, and what comes before it or is another notation. */
const READS_BRACES = new Set([
  "lib/expression/placeholder.ts",
  // YAML's own braces, and addresses of dialects that are no templates.
  ...["lib/document/yaml/compose.ts", "lib/document/yaml/syntax.ts", "lib/document/upgrade/consumes.ts"],
  // Paths and URIs in the notations of other tools.
  ...["lib/plan/call/path_template.ts", "lib/expose/mcp/resources/uri_template.ts"],
]);

Deno.test("placeholders are read by one grammar", () => {
  const wrong = SOURCES.filter(({ path, text, isTest }) =>
    !isTest && !READS_BRACES.has(path) && /\\\{\\\{/.test(code(text))
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("what runs in the isolate asks nothing of the runtime, and knows nothing of the plan", () => {
  const all = new Map(PROGRAM.map((source) => [source.path, source])), seen = new Set<string>();
  const visit = (path: string) => {
    const source = all.get(path);
    if (!source || seen.has(path)) return;
    seen.add(path);
    for (const { target, isPackage, typesOnly } of importsOf(source)) {
      if (!typesOnly && !isPackage) visit(target);
    }
  };
  visit("lib/isolate/program.ts");
  assert.ok(seen.has("lib/upstream/formats/avro/avro.ts") && seen.has("lib/isolate/script_realm.ts"));
  const wrong = [...seen].filter((path) =>
    /^lib\/(plan|expose|sandbox|cli)\//.test(path) || /\bDeno\.|\bfetch\(/.test(code(all.get(path)!.text))
  );
  assert.deepEqual(wrong, []);
});

Deno.test("CONTRIBUTING.md lists the rooms as the laws do", () => {
  const told = [...read("CONTRIBUTING.md").text.matchAll(/^\| `([\w/]+)\/` \|/gm)].map(([, room]) => room!);
  const rooms = ROOMS.filter((room) => PROGRAM.some(({ path }) => path.startsWith(`${room}/`)));
  assert.deepEqual(told, [LEAF, ...rooms]);
});

Deno.test("docs/architecture.md lists the rooms as the laws do, and its words where they are defined", () => {
  const { text } = read("docs/architecture.md");
  const list = /^```text\n(lib\/data [^]*?)```/m.exec(text)?.[1]?.trim().split(/\s+/);
  assert.deepEqual(list, ROOMS.filter((room) => PROGRAM.some(({ path }) => path.startsWith(`${room}/`))));
  const words = [...text.matchAll(/^\| \*\*(\w+)\*\* \| `([^`]+)` \|/gm)];
  assert.equal(words.length, 5);
  for (const [, word, path] of words) {
    assert.match(read(path!).text, new RegExp(`^export interface ${word}\\b`, "m"), `${word} in ${path}`);
  }
});

Deno.test("no file holds the marks of a merge that was not finished", () => {
  const files = [...Deno.readDirSync(new URL("docs", ROOT))].filter((e) => e.isFile).map((e) =>
    `docs/${e.name}`
  );
  const texts = [...SOURCES, ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...files].map(read)];
  const wrong = texts.filter(({ text }) => /^(?:<<<<<<<|>>>>>>>) /m.test(text)).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("tests stand beside what they test, or in a folder of tests/ that says what they try", () => {
  const loose = [...Deno.readDirSync(new URL("tests/", ROOT))].filter(({ name }) => name.endsWith("_test.ts"))
    .map(({ name }) => name);
  assert.deepEqual(loose, [], "move it into a folder of tests/");
});

Deno.test("comments and names say it in the words of today", () => {
  const old = /\b(?:told|holes?|mend(?:s|ed|ing)?|occupied|letGo|CallSite)\b/;
  const wrong = PROGRAM.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, i) => {
      const word = old.exec(line)?.[0];
      return word === undefined ? [] : [`${path}:${i + 1}: ${word}`];
    })
  );
  assert.deepEqual(wrong, [], "write reported, said or heard; placeholder; correct; reserved");
});
