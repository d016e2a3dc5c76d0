/**
 * What programs import is explained: each function with what it takes, gives and throws, and an example that the tests
 * run; each type and each of its members in words; and the sections of the semantics that comments cite are there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ROOT } from "../testing.ts";

interface Tag {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
}

interface Declaration {
  readonly kind: string;
  readonly declarationKind: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly Tag[] };
  readonly def?: {
    readonly params?: readonly { readonly name?: string; readonly left?: { readonly name: string } }[];
    readonly returnType?: { readonly repr: string };
    readonly properties?: readonly { readonly name: string; readonly jsDoc?: { readonly doc?: string } }[];
    readonly methods?: readonly { readonly name: string; readonly jsDoc?: { readonly doc?: string } }[];
  };
}

interface Symbols {
  readonly symbols: readonly { readonly name: string; readonly declarations: readonly Declaration[] }[];
}

const { exports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)) as {
  exports: Record<string, string>;
};

/** Every exported name of the entry points, with where it is declared. */
async function face(): Promise<Map<string, Declaration>> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...Object.values(exports)],
    cwd: ROOT,
    stderr: "null",
  }).output();
  assert.ok(success);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as { nodes: Record<string, Symbols> };
  return new Map(
    Object.values(nodes).flatMap(({ symbols }) =>
      symbols.flatMap(({ name, declarations }) =>
        declarations.filter(({ kind, declarationKind }) =>
          kind !== "reference" && declarationKind === "export"
        )
          .map((declaration) => [name, declaration] as const)
      )
    ),
  );
}

/** What fails for no value that its types let in. */
const CANNOT_FAIL = new Set([
  "documentSchema",
  "githubAnnotation",
  "memoryHost",
  "permissionFlags",
  "renderDiagnostic",
  "replay",
  "sarifLog",
]);

/** What a function of the face leaves unsaid. */
function* unsaid(name: string, { jsDoc, def }: Declaration): Generator<string> {
  const tags = jsDoc?.tags ?? [], has = (kind: string) => tags.some((tag) => tag.kind === kind && tag.doc);
  for (const parameter of def?.params ?? []) {
    const own = parameter.name ?? parameter.left?.name;
    if (!tags.some((tag) => tag.kind === "param" && tag.name === own && tag.doc)) yield `@param ${own}`;
  }
  if (def?.returnType?.repr !== "void" && !has("return")) yield "@returns";
  if (!has("throws") !== CANNOT_FAIL.has(name)) yield "@throws, or that it cannot fail";
  const first = def?.params?.[0]?.name;
  if ((first === "spec" || first === "capability") && !has("see")) {
    yield "@see, with the sections of docs/semantics.md it follows";
  }
}

Deno.test("every exported name says what it is, and what runs has an example that asserts", async () => {
  const found = await face(), wrong: string[] = [];
  assert.ok(found.size > 80, `${found.size} names`);
  for (const [name, declaration] of found) {
    const { kind, jsDoc, def } = declaration;
    if (!jsDoc?.doc?.trim()) wrong.push(`${name}: what it is`);
    for (const member of [...def?.properties ?? [], ...def?.methods ?? []]) {
      if (!member.jsDoc?.doc?.trim() && !member.name.startsWith("[")) {
        wrong.push(`${name}.${member.name}: what it is`);
      }
    }
    if (kind === "function") wrong.push(...[...unsaid(name, declaration)].map((what) => `${name}: ${what}`));
    const isType = kind === "interface" || kind === "typeAlias";
    const examples = jsDoc?.tags?.filter((tag) => tag.kind === "example") ?? [];
    if (!isType && !examples.some(({ doc }) => /\bassert\b[^\n]*\(/.test(doc ?? ""))) {
      wrong.push(`${name}: @example that asserts`);
    }
  }
  assert.deepEqual(wrong, []);
});

function* sourcesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${ROOT}${folder}`)) {
    if (isDirectory) yield* sourcesIn(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

Deno.test("the sections of the semantics that comments cite are there", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/semantics.md`);
  const known = new Set([...page.matchAll(/^## (\d+)\. /gm)].map(([, number]) => number!));
  const cited = ["lib", "schemas"].flatMap((folder) =>
    [...sourcesIn(folder)].flatMap((path) =>
      Deno.readTextFileSync(`${ROOT}${path}`).split("\n").filter((line) => /\bsemantics\b/.test(line))
        .flatMap((line) => [...line.matchAll(/§(\d+)/g)].map(([, number]) => ({ path, number: number! })))
    )
  );
  assert.ok(cited.length > 40);
  assert.deepEqual(cited.filter(({ number }) => !known.has(number)), []);
  assert.deepEqual([...known].filter((number) => !cited.some((cite) => cite.number === number)), []);
});
