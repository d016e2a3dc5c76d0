import assert from "node:assert/strict";
import { join } from "node:path";
import { licenses } from "../lib/cli/licenses.ts";
import { NOTICES, programFolder } from "./bundle.ts";
import { bundledPackages, notices } from "./notices.ts";

Deno.test("THIRD_PARTY_NOTICES is current, and capstan --licenses prints all of it", async () => {
  const file = await Deno.readTextFile(join(programFolder(), NOTICES));
  assert.equal(file, await notices(), "write it again: deno task notices");
  const printed = await licenses();
  assert.ok(printed.includes("Apache License") && printed.endsWith(file.trim()));
});

Deno.test("bundledPackages() has what is imported when it is needed, and no package of tests alone", async () => {
  const names = (await bundledPackages()).map(({ name }) => name);
  for (const name of ["js-yaml", "avsc", "quickjs-emscripten-core", "jose", "zod"]) {
    assert.ok(names.includes(name), name);
  }
  for (const name of ["fast-check", "oidc-provider", "undici"]) assert.ok(!names.includes(name), name);
});
