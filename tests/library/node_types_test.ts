/**
 * The types of the face hold where there are only Node's: neither Deno's nor a browser's are asked for.
 *
 * Skipped where TypeScript and Node's types cannot be installed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { folderWith, ROOT, run } from "../testing.ts";

const { imports } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)) as {
  imports: Record<string, string>;
};
/** Zod's version is the one that schemas are written in. */
const ZOD = /@([\d.]+)/.exec(imports["zod/mini"]!)![1]!;
const PACKAGES = { dependencies: { "@types/node": "24.10.1", "typescript": "5.9.3", "zod": ZOD } };

/** A program of somebody else, which mounts a capability into Node's server. */
const PROGRAM = `
import { createServer } from "node:http";
import { CallError, compileCapability, readSpecification } from "./face/mod.js";
import { memoryHost } from "./face/lib/api/for_testing.js";

const spec = readSpecification("shop.yml");
const capability = await compileCapability(spec, { host: memoryHost({ fetch: () => Response.json(1) }) });
const value: unknown = await capability.call("list", { page: 1 }, { signal: AbortSignal.timeout(1), timeout: 5 })
  .catch((error) => error instanceof CallError ? error.data.hint : undefined);
const { fetch } = capability.surface("shop");
createServer(async (_request, response) => {
  response.end(await (await fetch(new Request("http://shop.example/mcp"))).text());
}).listen(0);
// @ts-expect-error A namespace is a text: types are there, and not all of them \`any\`.
const wrong: number = capability.surface("shop").namespace;
console.log(value, wrong);
`;

/** Writes the declarations of every module that the face's declarations name, and checks the program with them. */
const CHECK = `
import ts from "typescript";
import { dirname, join } from "node:path";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [root, ...entries] = Deno.args, here = import.meta.dirname, done = new Set();
function declare(path) {
  if (done.has(path)) return;
  done.add(path);
  const { outputText } = ts.transpileDeclaration(readFileSync(join(root, path), "utf8"), {
    fileName: path,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.NodeNext, strict: true },
  });
  const out = join(here, "face", path.replace(/ts$/, "d.ts"));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, outputText.replace(/(["'])(\\.[^"']*)\\.ts\\1/g, "$1$2.js$1"));
  for (const [, , to] of outputText.matchAll(/(["'])(\\.[^"']*\\.ts)\\1/g)) declare(join(dirname(path), to));
}
for (const entry of entries) declare(entry);
const program = ts.createProgram([join(here, "app.ts")], {
  noEmit: true, strict: true, exactOptionalPropertyTypes: true, types: ["node"], lib: ["lib.esnext.d.ts"],
  target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.NodeNext,
  // The declarations of Node itself are not what is tried.
  skipDefaultLibCheck: true,
});
// A method that is named by a symbol is declared twice where TypeScript declares a module alone (2300).
const faults = ts.getPreEmitDiagnostics(program).filter(({ file, code }) =>
  !file?.fileName.includes("node_modules") && code !== 2300
);
console.log(done.size);
console.log(faults.map((fault) =>
  (fault.file?.fileName.slice(here.length) ?? "") + " " + ts.flattenDiagnosticMessageText(fault.messageText, "; ")
).join("\\n"));
`;

Deno.test("programs with the types of Node.js alone can use the library (skipped without a package registry)", async (t) => {
  await using folder = await folderWith({
    "package.json": JSON.stringify({ type: "module", ...PACKAGES }),
    "deno.json": "{}",
    "app.ts": PROGRAM,
    "check.js": CHECK,
  });
  const installed = await run([Deno.execPath()], ["install", "--quiet"], { cwd: folder.path });
  await t.step({
    name: "the declarations of the face hold",
    ignore: installed.code !== 0,
    async fn() {
      const entries = ["mod.ts", "lib/api/for_testing.ts", "lib/api/for_reports.ts", "lib/api/schema.ts"];
      const { code, out, err } = await run([Deno.execPath()], ["run", "-A", "check.js", ROOT, ...entries], {
        cwd: folder.path,
      });
      assert.equal(code, 0, err);
      const [modules, ...faults] = out.trim().split("\n");
      assert.ok(Number(modules) > 50, out);
      assert.deepEqual(faults, []);
    },
  });
});
