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

/** Aliases make a small text a large value; this many nodes is more than a real answer has from them. */
const MAX_NODES = 1_000_000;

/**
 * Reads YAML. Aliases that would multiply into a huge value, and aliases of a node inside itself, are refused.
 *
 * @param text The stream.
 * @throws {CallError} `bad_response`, saying where.
 */
export function decodeYaml(text: string): unknown {
  let value: unknown;
  try {
    value = loadAll(text, { schema: SCHEMA })[0];
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark } = error as { mark?: { line: number; column: number } };
    const place = mark ? { text, line: mark.line + 1, column: mark.column + 1 } : undefined;
    throw badResponse("YAML", error.reason, place);
  }
  // Without an alias nothing is shared, and the value cannot be larger than the text.
  if (text.includes("*")) refuseBomb(value);
  return value;
}

function refuseBomb(root: unknown): void {
  const sizes = new Map<object, number>();
  const sizeOf = (node: unknown): number => {
    if (node === null || typeof node !== "object") return 1;
    const known = sizes.get(node);
    if (known === -1) throw badResponse("YAML", "an alias refers to the node it stands in");
    if (known !== undefined) return known;
    sizes.set(node, -1);
    let size = 1;
    for (const child of Object.values(node)) size += sizeOf(child);
    sizes.set(node, size);
    if (size > MAX_NODES) throw badResponse("YAML", `its aliases stand for more than ${MAX_NODES} values`);
    return size;
  };
  sizeOf(root);
}
