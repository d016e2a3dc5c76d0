/**
 * YAML answers: YAML 1.2 with merge keys, the first document of a stream.
 *
 * @module
 */
import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  intCoreTag,
  loadAll,
  mapTag,
  mergeTag,
  seqTag,
  YAMLException,
} from "js-yaml";
import { integerOf } from "../../data/json.ts";
import { badResponse } from "./bad_response.ts";
import { Budget } from "./budget.ts";

/** Integers with every digit. */
const intTag = defineScalarTag<unknown>(intCoreTag.tagName, {
  ...intCoreTag,
  resolve: (source, isExplicit, tagName) => {
    const value = intCoreTag.resolve(source, isExplicit, tagName);
    return typeof value === "number" && !Number.isSafeInteger(value) ? integerOf(source) ?? value : value;
  },
});

/** What an application's own tags, such as `!Ref`, are put on stays what it is without them. */
const OTHER_TAGS = ["!", "tag:"].flatMap((prefix) => [
  defineScalarTag(prefix, { matchByTagPrefix: true, resolve: (source) => source, identify: () => false }),
  defineSequenceTag(prefix, { ...seqTag, matchByTagPrefix: true, identify: () => false }),
  defineMappingTag(prefix, { ...mapTag, matchByTagPrefix: true, identify: () => false }),
]);

const SCHEMA = CORE_SCHEMA.withTags(intTag, mergeTag, ...OTHER_TAGS);

/**
 * Reads YAML. Aliases that would multiply into a huge value, and aliases of a node inside itself, are refused.
 *
 * @param text The stream.
 * @param budget What may be made of it.
 * @throws {CallError} `bad_response`, saying where; `response_too_large` for too many values.
 */
export function decodeYaml(text: string, budget: Budget = new Budget("YAML")): unknown {
  let value: unknown;
  try {
    const documents = loadAll(text, { schema: SCHEMA });
    value = documents[0];
    if (documents.length > 1) {
      budget.note(`the answer holds ${documents.length} YAML documents; the first is read`);
    }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark } = error as { mark?: { line: number; column: number } };
    const place = mark ? { text, line: mark.line + 1, column: mark.column + 1 } : undefined;
    throw badResponse("YAML", error.reason, place);
  }
  // Without an alias nothing is shared, and the value cannot be larger than the text.
  if (text.includes("*")) {
    const { values, characters } = sizeOf(value, new Map());
    budget.spend(values, characters);
  }
  return value;
}

/** How much a node stands for once it is written out. */
interface Size {
  readonly values: number;
  readonly characters: number;
}

/** The size of a value in which nodes are shared: each is measured once, and counted wherever it stands. */
function sizeOf(node: unknown, known: Map<object, Size | undefined>): Size {
  if (node === null || typeof node !== "object") {
    return { values: 1, characters: typeof node === "string" ? node.length : 8 };
  }
  if (known.has(node)) {
    const size = known.get(node);
    if (size === undefined) throw badResponse("YAML", "an alias refers to the node it is part of");
    return size;
  }
  known.set(node, undefined);
  let values = 1, characters = 0;
  for (const [key, child] of Object.entries(node)) {
    const size = sizeOf(child, known);
    values += size.values;
    characters += size.characters + key.length;
  }
  const size = { values, characters };
  known.set(node, size);
  return size;
}
