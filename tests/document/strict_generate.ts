/**
 * Documents made up from a JSON Schema: mostly accepted ones, reaching every corner that real files leave out.
 *
 * @module
 */

type Schema = { readonly [keyword: string]: unknown };

const TEXTS = [
  ..."x,a-b,a.b,A_B,file:///a,https://a.test,https://a.test/v1,10MiB,image/png,2026-01-31,a@b.test,200".split(
    ",",
  ),
  ..."localhost,*,4XX,text/plain; charset=utf-8,{{x}},$.a,A".split(","),
];

function asList(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value as Schema[] : [];
}

/** One schema that asks what all of several ask, as far as making up a value needs it. */
function merged(schemas: readonly Schema[]): Schema {
  const all: Record<string, unknown> = {};
  for (const schema of schemas) {
    for (const [keyword, value] of Object.entries(schema)) {
      const had = all[keyword];
      if (keyword === "required") all[keyword] = [...(had as string[] ?? []), ...(value as string[])];
      else if (keyword === "properties") {
        const known = { ...(had as Schema ?? {}) } as Record<string, unknown>;
        for (const [name, each] of Object.entries(value as Schema)) {
          if (each !== true && (known[name] === undefined || known[name] === true)) known[name] = each;
          else if (each !== true) known[name] = { allOf: [known[name], each] };
          else known[name] ??= true;
        }
        all[keyword] = known;
      } else all[keyword] = value;
    }
  }
  return all;
}

/**
 * Makes up a value.
 *
 * @param root The whole schema, for its definitions.
 * @param random Gives a whole number below another.
 */
export function generate(root: Schema, random: (below: number) => number): unknown {
  const definitions = root.$defs as Record<string, Schema>;

  function flat(schema: Schema): Schema {
    const { $ref, allOf, oneOf, anyOf, not, ...own } = schema;
    const parts: Schema[] = [own];
    if (typeof $ref === "string") parts.push(flat(definitions[$ref.slice($ref.lastIndexOf("/") + 1)]!));
    for (const each of asList(allOf)) parts.push(flat(each));
    for (const choice of [asList(oneOf), asList(anyOf)]) {
      if (choice.length > 0) parts.push(flat(choice[random(choice.length)]!));
    }
    const all = merged(parts);
    const refused = (not as Schema | undefined)?.required;
    return refused === undefined
      ? all
      : { ...all, refused: [...(all.refused as string[] ?? []), ...refused as string[]] };
  }

  function text(schema: Schema): string {
    const pattern = typeof schema.pattern === "string" ? new RegExp(schema.pattern, "u") : undefined;
    const fitting = pattern ? TEXTS.filter((each) => pattern.test(each)) : TEXTS;
    const limit = Number(schema.maxLength ?? 0);
    if (limit > 0 && random(8) === 0) return "x".repeat(limit + random(2)); // at the limit, or just over it
    return fitting[random(fitting.length)] ?? "x";
  }

  function object(schema: Schema, depth: number): unknown {
    const properties = schema.properties as Record<string, Schema | boolean> ?? {};
    const required = schema.required as string[] ?? [], refused = schema.refused as string[] ?? [];
    const value: Record<string, unknown> = {};
    for (const name of new Set([...Object.keys(properties), ...required])) {
      const needed = required.includes(name) && random(80) > 0; // sometimes one is left out
      if (!needed && (refused.includes(name) || random(depth > 6 ? 6 : 3) > 0)) continue;
      value[name] = make(properties[name] ?? true, depth + 1);
    }
    const free = schema.additionalProperties;
    if (typeof free === "object" && free !== null) {
      const names = schema.propertyNames ? flat(schema.propertyNames as Schema) : {};
      for (let i = depth > 5 ? 1 : 1 + random(2); i > 0; i--) {
        value[text(names)] = make(free as Schema, depth + 1);
      }
    }
    return value;
  }

  function make(given: Schema | boolean, depth: number): unknown {
    if (typeof given === "boolean") {
      return [TEXTS[0], [], {}, 1, [{ type: "string", mapping: "$" }]][random(5)];
    }
    if (depth > 16) return "x";
    const schema = flat(given);
    if ("const" in schema) return schema.const;
    if (Array.isArray(schema.enum)) return schema.enum[random(schema.enum.length)];
    const type = Array.isArray(schema.type) ? schema.type[random(schema.type.length)] : schema.type;
    const least = Number(schema.minimum ?? 0), most = Number(schema.maximum ?? least + 10);
    switch (type ?? (schema.properties || schema.required ? "object" : schema.items ? "array" : "string")) {
      case "object":
        return object(schema, depth);
      case "array": {
        const of = schema.items as Schema | undefined;
        return Array.from(
          { length: depth > 12 && !schema.minItems ? 0 : depth > 5 ? 1 : 1 + random(2) },
          () => make(of ?? true, depth + 1),
        );
      }
      case "boolean":
        return random(2) === 0;
      case "integer":
      case "number":
        if (random(10) === 0) return random(2) === 0 ? least - 1 : most + 1; // just out of bounds
        return least + random(Math.max(1, Math.floor(most - least)));
      default:
        return text(schema);
    }
  }

  return make(root, 0);
}
