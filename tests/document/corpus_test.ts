/**
 * Every document of the corpus is read: no exception, a place for every finding, a model that conforms,
 * and the same model and places after packing.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as z from "zod/mini";
import { packSpecification, unpackSpecification } from "../../lib/document/pack.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { CapabilityDocument } from "../../schemas/mod.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url).pathname;

function* documents(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* documents(path);
    else if (/\.ya?ml$/.test(entry.name)) yield path;
  }
}

/** Where the first level of nodes and entries of a value stands. */
function places(spec: ReturnType<typeof readSpecification>): unknown[] {
  const out: unknown[] = [];
  const walk = (node: unknown, depth: number) => {
    if (node === null || typeof node !== "object") return;
    out.push(spec.origins.get(node)?.span);
    for (const [key, value] of Object.entries(node)) {
      out.push(spec.origins.locate(node, Array.isArray(node) ? Number(key) : key)?.start);
      if (depth < 5) walk(value, depth + 1);
    }
  };
  walk(spec.document, 0);
  return out;
}

/** The paths of nodes without a place. */
function placeless(spec: ReturnType<typeof readSpecification>): string[] {
  const out: string[] = [];
  const walk = (node: unknown, path: string) => {
    if (node === null || typeof node !== "object") return;
    if (!spec.origins.get(node)) out.push(path);
    for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`);
  };
  // An empty document stands for one that could not be read at all.
  if (Object.keys(spec.document).length > 0) walk(spec.document, "$");
  return out;
}

const io = { readText: (path: string) => Deno.readTextFileSync(path) };

for (
  const [folder, least] of [["wild/specs", 100], ["wild/specs-older", 50], ["support", 100], [
    "seed",
    1,
  ]] as const
) {
  let present = true;
  try {
    Deno.statSync(CORPUS + folder);
  } catch {
    present = false;
  }
  Deno.test({
    name: `every document of the corpus can be read: ${folder}${
      present ? "" : " (skipped: the corpus is not there)"
    }`,
    ignore: !present,
    fn() {
      let count = 0;
      for (const path of documents(CORPUS + folder)) {
        count++;
        const spec = readSpecification(path, io);
        for (const { code, location } of spec.diagnostics) {
          const file = spec.files.find((each) => each.name === location.file);
          assert.ok(file, `${path}: ${code} is in a file that was read`);
          assert.ok(
            location.line >= 1 && location.column >= 1 && location.end <= file.text.length,
            `${path}: ${code}`,
          );
        }
        const checked = z.safeParse(CapabilityDocument, spec.document);
        assert.ok(
          checked.success,
          `${path}: ${checked.success ? "" : JSON.stringify(checked.error.issues[0])}`,
        );
        assert.equal(spec.diagnostics.filter((d) => d.code === "wrong-type").length, 0, path);
        assert.deepEqual(placeless(spec), [], `${path}: every node has a place`);
        const again = unpackSpecification(packSpecification(spec));
        assert.deepEqual(places(again), places(spec), path);
      }
      assert.ok(count >= least, `only ${count} documents`);
    },
  });
}

Deno.test({
  name: "the document that started the project is read without a finding",
  ignore: !(() => {
    try {
      return Deno.statSync(`${CORPUS}seed/payments.yml`).isFile;
    } catch {
      return false;
    }
  })(),
  fn() {
    const spec = readSpecification(`${CORPUS}seed/payments.yml`, io);
    assert.deepEqual(spec.diagnostics, []);
    assert.equal(spec.dialect, "alpha1");
    const [surface] = spec.document.exposes!;
    assert.ok(surface?.type === "mcp");
    assert.equal(surface.tools?.[0]?.name, "list-recent-transactions");
    assert.ok(spec.origins.locate(surface.tools![0]!, "call"));
  },
});
