/**
 * The editor's schema agrees with reading and with the official schemas.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import { compose } from "../../lib/document/yaml/compose.ts";
import { Origins, SourceFile } from "../../lib/document/diagnostics/location.ts";
import { strictCheck } from "../../lib/document/strict/mod.ts";
import { documentSchema } from "../../schemas/json_schema.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const validate = new Ajv2020({ strict: false }).compile(documentSchema());

function* documents(folder: string): Generator<[path: string, text: string, value: object]> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* documents(path);
    else if (/\.ya?ml$/.test(entry.name)) {
      const text = Deno.readTextFileSync(path),
        { value } = compose(new SourceFile(path, text), new Origins());
      if (value !== null && typeof value === "object" && ("ikanos" in value || "naftiko" in value)) {
        yield [path, text, value];
      }
    }
  }
}

Deno.test("the editor's schema accepts every example but the one that strays on purpose", () => {
  const refused: string[] = [];
  let count = 0;
  for (const [path, , value] of documents(`${ROOT}examples`)) {
    count++;
    if (!validate(value)) refused.push(path.slice(ROOT.length));
  }
  assert.deepEqual(refused, ["examples/found.yml"], JSON.stringify(validate.errors?.at(-1)));
  assert.ok(count > 1);
});

const SUPPORT = `${ROOT}../shared/corpus/support`;
let present = true;
try {
  Deno.statSync(SUPPORT);
} catch {
  present = false;
}

Deno.test({
  name: `the editor's schema accepts whatever the official schema accepts${
    present ? "" : " (skipped: the corpus is not there)"
  }`,
  ignore: !present,
  fn() {
    let official = 0;
    for (const [path, text, value] of documents(SUPPORT)) {
      if (strictCheck(path, text).length > 0) continue;
      official++;
      assert.ok(validate(value), `${path}: ${JSON.stringify(validate.errors?.at(-1))}`);
    }
    assert.ok(official > 50, `${official} documents`);
  },
});
