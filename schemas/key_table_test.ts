import assert from "node:assert/strict";
import { EDITOR } from "./editor.ts";
import { documentSchema } from "./json_schema.ts";
import { keyTable, withKeyTables } from "./key_table.ts";
import { WORDS } from "./words.ts";

const FOLDER = new URL("../docs/specification/", import.meta.url);
const pages = [...Deno.readDirSync(FOLDER)].filter(({ name }) => name.endsWith(".md"))
  .map(({ name }) => ({ name, text: Deno.readTextFileSync(new URL(name, FOLDER)) }));

Deno.test("the tables of keys on the pages of the specification are current; deno task keys makes them so", () => {
  for (const { name, text } of pages) assert.equal(text, withKeyTables(text), name);
});

Deno.test("every node that an editor knows has a table of its keys on one page, and every key a meaning", () => {
  const all = pages.map(({ text }) => text).join("\n");
  for (const { title } of EDITOR.values()) {
    assert.equal(all.split(`<!-- keys: ${title} -->`).length, 2, title);
    for (const row of keyTable(title)!.split("\n").slice(2)) {
      assert.doesNotMatch(row, /\| {2}\|$/, `${title}: ${row}`);
    }
  }
});

Deno.test("documentSchema() offers the words of the specification, and takes others", () => {
  const text = JSON.stringify(documentSchema());
  for (const words of WORDS.values()) {
    for (const each of Object.values(words)) {
      assert.ok(text.includes(JSON.stringify({ enum: each })), each.join());
    }
  }
});
