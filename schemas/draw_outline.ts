/**
 * Drawing: from the schemas to their outline.
 *
 * @module
 */
import * as schemas from "./mod.ts";
import { notes } from "./notation.ts";
import type { MappingOutline, Outline } from "./outline.ts";

/** What the drawing needs to know of a schema definition. */
interface Definition {
  readonly type: string;
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly valueType?: Schema;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly catchall?: Schema;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly options?: readonly Schema[];
}

interface Schema {
  readonly _zod: { readonly def: Definition };
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  boolean: "flag",
  unknown: "any",
};

/** Draws the outline of the capability document. */
export function drawOutline(): Outline {
  const names = new Map<object, string>(
    Object.entries(schemas).map(([name, schema]) => [schema as object, name]),
  );
  const outline: Record<string, MappingOutline> = {};
  const value = (schema: Schema, place: string): string => {
    const { def } = schema._zod, keyed = notes.get(schema)?.keyed;
    if (keyed) return `{${value(keyed as unknown as Schema, place)}}`;
    const simple = SIMPLE[def.type];
    if (simple !== undefined) return simple;
    switch (def.type) {
      case "optional":
        return `${value(def.innerType!, place)}?`;
      case "enum":
        return `=${Object.values(def.entries!).join("|")}`;
      case "literal":
        return `=${def.values!.join("|")}`;
      case "array":
        return `[${value(def.element!, place)}]`;
      case "record":
        return `<${value(def.valueType!, place)}>`;
      case "object":
        return mapping(schema, names.get(schema) ?? place);
      case "union":
        return def.options!.map((option) => value(option, place)).join(" / ");
    }
    throw new Error(`the outline has no name for ${def.type}, which is at ${place}`);
  };
  const mapping = (schema: Schema, name: string): string => {
    if (outline[name]) return name;
    const shape: Record<string, string> = outline[name] = {}, { def } = schema._zod;
    for (const [key, inner] of Object.entries(def.shape!)) shape[key] = value(inner, `${name}.${key}`);
    if (def.catchall && def.catchall._zod.def.type !== "never") shape["*"] = "any?";
    return name;
  };
  value(schemas.CapabilityDocument as unknown as Schema, "CapabilityDocument");
  return outline;
}

if (import.meta.main) {
  const file = new URL("./outline_of_capability.ts", import.meta.url);
  await Deno.writeTextFile(
    file,
    `/**
 * The outline of the capability document, drawn from the schemas with \`deno task outline\`.
 *
 * @module
 */
import type { Outline } from "./outline.ts";

/** What every mapping of a capability document takes. */
export const OUTLINE = ${
      JSON.stringify(drawOutline(), null, 2).replace(/^(\s*)"([A-Za-z]\w*)":/gm, "$1$2:")
    } as const satisfies Outline;

/** The name of a mapping. */
export type ShapeName = keyof typeof OUTLINE;
`,
  );
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", file.pathname] }).output();
}
