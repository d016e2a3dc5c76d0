/**
 * Tables of keys: what each node of a document takes, for the pages that people read, from the schemas that reading uses.
 *
 * @module
 */
import { EDITOR, SENTENCES } from "./editor.ts";
import { notes } from "./notation.ts";
import { WORDS } from "./words.ts";

interface Schema {
  readonly _zod: {
    readonly def: {
      readonly type: string;
      readonly innerType?: Schema;
      readonly element?: Schema;
      readonly valueType?: Schema;
      readonly shape?: Readonly<Record<string, Schema>>;
      readonly entries?: Readonly<Record<string, string>>;
      readonly values?: readonly unknown[];
    };
  };
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  boolean: "true or false",
  unknown: "anything",
};

const oneOf = (words: readonly unknown[]) => words.map((word) => `\`${word}\``).join(", ");

/** What a value is, in words. */
function valueOf(schema: Schema): string {
  const { def } = schema._zod, keyed = notes.get(schema)?.keyed as Schema | undefined;
  if (keyed) return `${titleOf(keyed) ?? "entries"}, by name`;
  switch (def.type) {
    case "optional":
      return valueOf(def.innerType!);
    case "enum":
      return oneOf(Object.values(def.entries!));
    case "literal":
      return oneOf(def.values!);
    case "array":
      return `list of ${titleOf(def.element!) ?? valueOf(def.element!)}`;
    case "record":
      return `${valueOf(def.valueType!)}, by name`;
  }
  return SIMPLE[def.type] ?? titleOf(schema) ?? "mapping";
}

function titleOf(schema: Schema): string | undefined {
  return EDITOR.get(schema)?.title;
}

function unwrapped(schema: Schema): Schema {
  return schema._zod.def.type === "optional" ? unwrapped(schema._zod.def.innerType!) : schema;
}

/** Keys that only reading knows, and no author writes. */
const INNER: ReadonlySet<string> = new Set(["typeWord"]);

/**
 * The keys of a node as a table in Markdown.
 *
 * @param title The title of the node, as editors show it.
 * @returns The table; undefined for a title that no node has.
 */
export function keyTable(title: string): string | undefined {
  const found = [...EDITOR].find(([, note]) => note.title === title);
  if (!found) return undefined;
  const [schema, { aliases = {}, required = [] }] = found, words = WORDS.get(schema) ?? {};
  const shape = (schema as Schema)._zod.def.shape ?? {},
    rows = ["| key | value | meaning |", "| --- | --- | --- |"];
  for (const [key, value] of Object.entries(shape)) {
    if (INNER.has(key)) continue;
    const also = Object.keys(aliases).filter((alias) =>
      aliases[alias] === key && !Object.hasOwn(shape, alias)
    );
    const needed = required.includes(key) || (value._zod.def.type !== "optional" && key !== "name");
    const meaning = notes.get(unwrapped(value))?.description ?? SENTENCES[key] ?? "";
    const said = [
      meaning,
      needed ? "required" : "",
      also.length > 0 ? `also read as ${oneOf(also)}` : "",
    ].filter((part) => part !== "").join("; ");
    const offered = words[key] === undefined ? valueOf(value) : oneOf(words[key]);
    rows.push(`| \`${key}\` | ${offered} | ${said.replaceAll("|", "\\|")} |`);
  }
  return rows.join("\n");
}

const BLOCK = /<!-- keys: ([^>]+?) -->\n[\s\S]*?<!-- end of keys -->/g;

/**
 * A page with its tables as they are now: each stands between `<!-- keys: Title -->` and `<!-- end of keys -->`.
 *
 * @param page The page.
 * @throws {Error} For a title that no node has.
 */
export function withKeyTables(page: string): string {
  return page.replace(BLOCK, (_, title: string) => {
    const table = keyTable(title);
    if (table === undefined) throw new Error(`no node has the title ${title}`);
    return `<!-- keys: ${title} -->\n\n${table}\n\n<!-- end of keys -->`;
  });
}

if (import.meta.main) {
  const folder = new URL("../docs/specification/", import.meta.url);
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".md")) continue;
    const file = new URL(name, folder), page = Deno.readTextFileSync(file), now = withKeyTables(page);
    if (now !== page) Deno.writeTextFileSync(file, now);
  }
}
