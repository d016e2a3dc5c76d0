/**
 * Joined modules do what they did apart: each is loaded once, under whatever name, and what is imported later is found.
 *
 * @module
 */
import assert from "node:assert/strict";
import { joinModules } from "./join_modules.ts";

/** Modules as the bundler writes them, with a part `b` that imports from a part `a`. */
const WRITTEN = {
  "cli.js":
    'import{a as x}from"./one.js";import"./two.js";import"./three.js";console.log(x(),await import("./parts/later.js"));',
  "one.js": "var n=0;function a(){return++n}export{a};",
  "two.js": 'import{a}from"./one.js";var b=a(),c=()=>import("./lazy.js");export{b as a,c as b};',
  "three.js": 'import{a as x}from"./one.js";globalThis.counted=x;export{x as a};',
  "parts/later.js":
    'import{a,b as c}from"../two.js";import{a as d}from"../one.js";export{d as count,c as more,a as two};',
  "lazy.js": 'import{a as o}from"./one.js";var z=o();export{z};',
  "worker.js": 'import{b as g}from"./two.js";postMessage((await g()).z);',
};

Deno.test("modules that are joined stay the same modules, and a narrowed thread is told what it may import", async () => {
  const folder = await Deno.makeTempDir({ prefix: "capstan-join-" });
  try {
    await Deno.mkdir(`${folder}/parts`);
    for (const [path, text] of Object.entries(WRITTEN)) await Deno.writeTextFile(`${folder}/${path}`, text);
    await joinModules({
      folder,
      parts: [
        { name: "a", entries: ["cli.js"], needed: ["worker.js"] },
        { name: "b", entries: ["parts/later.js", "three.js"] },
      ],
      programs: ["cli.js", "worker.js"],
      narrowed: ["worker.js"],
      bundle: async (entries, out, outside) => {
        const { success } = await new Deno.Command(Deno.execPath(), {
          args: [
            "bundle",
            "--quiet",
            "--code-splitting",
            "--minify",
            "--no-lock",
            `--outdir=${out}`,
            ...outside.map((name) => `--external=${name}`),
            ...entries,
          ],
        }).output();
        assert.equal(success, true);
      },
    });
    const texts = new Map(
      [...Deno.readDirSync(folder)].filter((e) => e.isFile).map(({ name }) =>
        [name, Deno.readTextFileSync(`${folder}/${name}`)] as const
      ),
    );
    assert.equal(texts.has("one.js"), false);
    assert.equal(texts.has("two.js"), false);
    // What only the command needs is in no part of what the worker needs.
    assert.doesNotMatch(texts.get("a.js")!, /counted/);
    assert.match(texts.get("b.js")!, /counted/);
    assert.match(texts.get("b.js")!, /from"\.\/a\.js"/);
    assert.match(texts.get("worker.js")!, /\(\)=>\[import\("\.\/lazy\.js"\)\];/);
    const followed = /import\("/;
    for (const [name, text] of texts) if (name !== "worker.js") assert.doesNotMatch(text, followed, name);
    const later = await import(`file://${folder}/parts/later.js`);
    assert.equal(later.two, 1);
    assert.equal((await later.more()).z, 2);
    assert.equal(later.count(), 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
