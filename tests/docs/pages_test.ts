/**
 * The documentation is run: what its pages show is what happens.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as face from "../../mod.ts";
import { VERBS } from "../../lib/cli/verbs.ts";
import { fencesOf, runPage } from "./page.ts";
import { folderWith, ROOT, run } from "../testing.ts";

const folder = `${ROOT}docs/specification`;
for (const { name } of Deno.readDirSync(folder)) {
  if (name === "README.md") continue;
  Deno.test(`docs/specification/${name} does what it says`, async () => {
    const { results, refusals } = await runPage(name, fencesOf(Deno.readTextFileSync(`${folder}/${name}`)));
    assert.ok(results > 0, "the page shows no result");
    assert.ok(refusals > 0, "the page shows nothing that is refused");
  });
}

Deno.test("docs/recipes.md does what it says", async () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/recipes.md`);
  const fences = fencesOf(page).filter(({ info }) => info !== "sh");
  const { results, refusals } = await runPage("recipes.md", fences);
  assert.ok(results >= 3 && refusals >= 3, `${results} results, ${refusals} refusals`);
  for (const [, title, anchor] of page.matchAll(/^- \[([^\]]+)\]\(#([^)]+)\)$/gm)) {
    assert.ok(page.includes(`\n## ${title}\n`), title);
    assert.equal(anchor, title!.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-"));
  }
});

Deno.test("every example of the pages has a line before it that says what it is", () => {
  const pages = Array.from(Deno.readDirSync(folder), (e) => `docs/specification/${e.name}`);
  const wrong = [...pages, "docs/recipes.md"].filter((page) => !page.endsWith("README.md")).flatMap(
    (page) => {
      const lines = Deno.readTextFileSync(`${ROOT}${page}`).split("\n");
      return fencesOf(lines.join("\n")).filter(({ line }) => {
        const before = lines.slice(0, line - 1).findLast((text) => text !== "");
        return !/:\*?$/.test(before ?? "");
      }).map(({ info, line }) => `${page}:${line}: ${info}`);
    },
  );
  assert.deepEqual(wrong, []);
});

Deno.test("the tests that docs/security.md names for each promise are there", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/security.md`);
  const named = Array.from(page.matchAll(/`((?:tests|lib)\/[\w/]+_test\.ts)`/g), ([, path]) => path!);
  assert.ok(named.length > 20);
  for (const path of named) assert.ok(Deno.statSync(ROOT + path).isFile, path);
  for (
    const [row] of page.split("## Each promise")[1]!.split("\n## ")[0]!.matchAll(/^\| (?!promise|---).*$/gm)
  ) {
    assert.match(row, /_test\.ts`/, row);
  }
});

Deno.test("the tests that docs/operations.md names are there", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/operations.md`);
  const named = Array.from(page.matchAll(/`((?:tests|lib)\/[\w/]+_test\.ts)`/g), ([, path]) => path!);
  assert.ok(named.length >= 8);
  for (const path of named) assert.ok(Deno.statSync(ROOT + path).isFile, path);
});

Deno.test("docs/specification/README.md lists every page", () => {
  const list = Deno.readTextFileSync(`${folder}/README.md`);
  for (const { name } of Deno.readDirSync(folder)) {
    if (name !== "README.md") assert.ok(list.includes(`(${name})`), name);
  }
});

Deno.test("docs/cli.md tells of every command and flag", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/cli.md`);
  for (const [verb, { flags }] of Object.entries(VERBS)) {
    assert.ok(page.includes(`\`${verb}`), verb);
    for (const flag of Object.keys(flags)) {
      assert.ok(page.includes(`--${flag}`) || (verb === "compile" && flag === "output"), `${verb} --${flag}`);
    }
  }
});

Deno.test("docs/library.md tells of everything a program can call", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/library.md`);
  const exported = Object.entries(face).filter(([, value]) => typeof value === "function");
  assert.ok(exported.length > 15);
  for (const [name] of exported) {
    const isClass = /^[A-Z]/.test(name);
    assert.ok(page.includes(isClass ? `\`${name}\`` : `\`${name}(`), name);
  }
});

Deno.test("the programs of docs/library.md run", async () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/library.md`);
  const programs = Array.from(page.matchAll(/```ts\n([^]*?)```/g), ([, program]) => program!);
  assert.ok(programs.length >= 4);
  for (const program of programs) assert.match(program, /assert/);
  await using folder = await folderWith(
    Object.fromEntries(programs.map((program, i) => [`program_${i}.ts`, program])),
  );
  const files = programs.map((_, i) => `${folder.path}/program_${i}.ts`);
  // Their types are checked all at once: the library's own, which they share, take most of the time.
  const deno = (args: readonly string[]) =>
    run([Deno.execPath()], [args[0]!, "--quiet", `--config=${ROOT}deno.json`, ...args.slice(1)], {
      cwd: ROOT,
    });
  const types = await deno(["check", ...files]);
  assert.equal(types.code, 0, types.err);
  for (const [i, file] of files.entries()) {
    const { code, err } = await deno(["run", "-A", "--no-check", file]);
    assert.equal(code, 0, `${programs[i]}\n${err}`);
  }
});

Deno.test("docs/dependencies.md and deno.json name the same packages", () => {
  const config = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)) as { imports: Record<string, string> };
  const used = new Set(
    Object.values(config.imports).map((specifier) => /^npm:(@?[^@]+)@/.exec(specifier)![1]!),
  );
  const told = new Set(
    Array.from(
      Deno.readTextFileSync(`${ROOT}docs/dependencies.md`).matchAll(/^\| `([^`]+)` \|/gm),
      (m) => m[1]!,
    ),
  );
  assert.deepEqual([...told].sort(), [...used].sort());
});

Deno.test("links between the documents lead somewhere", () => {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "RELEASING.md",
    ...Array.from(Deno.readDirSync(`${ROOT}docs`)).filter((e) => e.isFile).map((e) => `docs/${e.name}`),
    ...Array.from(Deno.readDirSync(folder), (e) => `docs/specification/${e.name}`),
  ];
  for (const page of pages) {
    for (const [, target] of Deno.readTextFileSync(`${ROOT}${page}`).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const path = new URL(target!, new URL(page, "file:///r/")).pathname.slice(3);
      assert.ok(Deno.statSync(`${ROOT}${path}`), `${page} → ${target}`);
    }
  }
});

Deno.test("what comments cite of the semantics is a section of docs/semantics.md", () => {
  const sections = new Set(
    Array.from(Deno.readTextFileSync(`${ROOT}docs/semantics.md`).matchAll(/^## (\d+)\. /gm), (m) => m[1]!),
  );
  let cited = 0;
  const visit = (folder: string) => {
    for (const entry of Deno.readDirSync(`${ROOT}${folder}`)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) visit(path);
      else if (path.endsWith(".ts")) {
        for (
          const [, numbers] of Deno.readTextFileSync(`${ROOT}${path}`).matchAll(
            /semantics ((?:§\d+(?:, )?)+)/g,
          )
        ) {
          for (const [, number] of numbers!.matchAll(/§(\d+)/g)) {
            cited++;
            assert.ok(sections.has(number!), `${path} cites §${number}`);
          }
        }
      }
    }
  };
  visit("lib");
  assert.ok(cited > 30, `${cited} citations`);
});
