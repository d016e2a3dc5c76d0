/**
 * What is published: the program, and none of its tests.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ROOT, run } from "../testing.ts";

Deno.test("the package holds every entry and no test, and the types of its face are written out", async () => {
  const { code, out, err } = await run([Deno.execPath()], [
    "publish",
    "--dry-run",
    "--allow-dirty",
    "--no-check",
  ], { cwd: ROOT });
  assert.equal(code, 0, err);
  const text = `${out}\n${err}`, base = new URL(`file://${ROOT}`).href;
  const files = Array.from(text.matchAll(/(file:\/\/\S+) \(/g), ([, address]) => address!.slice(base.length));
  assert.ok(files.length > 200, `it holds ${files.length} files`);
  const { exports } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)) as {
    exports: Record<string, string>;
  };
  for (const path of Object.values(exports)) assert.ok(files.includes(path.slice(2)), `${path} is missing`);
  const tests = files.filter((file) =>
    /_test\.ts$|(^|\/)testing\.ts$|^(tests|bench|examples|docs)\//.test(file)
  );
  assert.deepEqual(tests, []);
});
